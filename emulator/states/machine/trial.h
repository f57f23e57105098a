// One state run alone, for TestState: what it is given in place of the world, and what it did. The
// execution around it ends with the state; nothing is retried and no next state is entered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/base/json.h"
#include "emulator/states/failure.h"
#include "emulator/states/machine/payload.h"

namespace bedlam::states {

struct Trial {
  // Given.
  std::optional<Json> context;  // the context object; made where there is none
  Json variables = Json::object();
  Payload result;                  // mocked: no service is called, no branch and no item is run
  std::optional<Failure> error;    // mocked
  std::uint64_t retrier_uses = 0;  // how often its retrier has been used before
  std::optional<std::uint64_t> failed_iterations;
  std::optional<Json> items;  // what the ItemReader of a Map would have read

  // Seen.
  Json stages = Json::object();   // "afterInputPath" and the like, each as text
  Json numbers = Json::object();  // "maxConcurrency" and the like
  std::string output;             // as text
  std::string next;               // the state that it would have entered; "": none
  std::optional<Failure> failure;
  bool caught = false, retriable = false;
  std::optional<std::size_t> catch_index, retry_index;
  double backoff_seconds = 0;
  std::string refusal;  // what AWS refuses the request for, found only now

  bool is_mocked() const { return result || error; }
  void note(std::string_view stage, const Payload& value) {
    stages[std::string(stage)] = text_of(*value);
  }
};

}  // namespace bedlam::states
