// What a scenario says of services beside the models: functions, and the answers of a mock
// configuration (Step Functions Local's MockConfigFile.json).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "emulator/script/script.h"

namespace bedlam::script {

// One entry of `functions:`.
struct Function {
  Behaviour behaviour;  // its pattern is over names
  // Decides how answers and exceptions are written: "python3.13", "nodejs22.x".
  std::string runtime = "python3.13";
  std::optional<Duration> timeout;  // else it takes as long as it takes
  int memory_mb = 128;              // Lambda's default
};

// Answers by state machine, test case and state (developer guide, "Testing with Mocked Service
// Integrations in Step Functions Local").
class MockConfig {
 public:
  // The answers of one name under MockedResponses: which calls each is for, from 0.
  struct Response {
    std::uint64_t first = 0, last = 0;
    Outcome outcome;
  };
  struct State {
    std::string response;  // its name under MockedResponses
    std::vector<Response> responses;
  };
  using TestCase = std::map<std::string, State, std::less<>>;

  std::map<std::string, std::map<std::string, TestCase, std::less<>>, std::less<>> machines;

  bool has(std::string_view machine, std::string_view test_case) const;
  // nullptr where the state is not mocked there: it calls what it calls.
  const State* find(std::string_view machine, std::string_view test_case,
                    std::string_view state) const;
  // nullptr where there is no answer for that call.
  static const Outcome* answer_for(const State& state, std::uint64_t call);
};

}  // namespace bedlam::script
