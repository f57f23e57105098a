// What holds of every answer, whatever was asked.
#pragma once

#include "emulator/rpc/reply.h"
#include "tests/fuzz/fuzz_input.h"

namespace bedlam::fuzz {

// Takes the reply of a call and ends it, as one that was delivered.
inline void require_whole(rpc::Reply reply) {
  rpc::complete(reply);
  require(reply.steps.size() >= 2, "a reply has a head and an end");
  require(std::holds_alternative<rpc::Head>(reply.steps.front().action), "a head first");
  require(std::holds_alternative<rpc::End>(reply.steps.back().action), "an end last");
  if (reply.when_over) {
    rpc::Ending ending;
    ending.at = Instant{} + last_due(reply);
    ending.body_begun = true;
    reply.when_over(ending, reply.note);
  }
}

}  // namespace bedlam::fuzz
