// The journal as `GET /_bedlam/journal` gives it: {"calls":[…],"dropped":0}, with the attempts of
// one logical call together; a call without an invocation id stands alone. It is written as it is
// sent, a few calls at a time, since as a whole it may take many times the memory of the journal.
// What is forgotten meanwhile is left out.
#pragma once

#include "emulator/rpc/journal.h"
#include "emulator/rpc/reply.h"

namespace bedlam::app {

// Borrows the journal until the reply is over.
rpc::Reply journal_reply(rpc::Journal& journal);

}  // namespace bedlam::app
