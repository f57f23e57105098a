// Every kind of fault by name; catalog.cc puts them in order.
#pragma once

#include "emulator/fault/fault.h"

namespace bedlam::fault {

const Kind& stall();
const Kind& no_answer();
const Kind& reset();
const Kind& close();
const Kind& half_close();
const Kind& end();
const Kind& exception();
const Kind& error_frame();
const Kind& cut();
const Kind& corrupt();
const Kind& drop();
const Kind& duplicate();
const Kind& swap();
const Kind& drip();
const Kind& garbage();
const Kind& endless();
const Kind& rst_stream();
const Kind& goaway();

}  // namespace bedlam::fault
