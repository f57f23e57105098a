#include "emulator/script/services.h"

namespace bedlam::script {
namespace {

const MockConfig::TestCase* find_case(const MockConfig& config, std::string_view machine,
                                      std::string_view test_case) {
  const auto cases = config.machines.find(machine);
  if (cases == config.machines.end()) return nullptr;
  const auto found = cases->second.find(test_case);
  return found == cases->second.end() ? nullptr : &found->second;
}

}  // namespace

bool MockConfig::has(std::string_view machine, std::string_view test_case) const {
  return find_case(*this, machine, test_case) != nullptr;
}

const MockConfig::State* MockConfig::find(std::string_view machine, std::string_view test_case,
                                          std::string_view state) const {
  const TestCase* found = find_case(*this, machine, test_case);
  if (found == nullptr) return nullptr;
  const auto mocked = found->find(state);
  return mocked == found->end() ? nullptr : &mocked->second;
}

const Outcome* MockConfig::answer_for(const State& state, std::uint64_t call) {
  for (const Response& response : state.responses) {
    if (call >= response.first && call <= response.last) return &response.outcome;
  }
  return nullptr;
}

}  // namespace bedlam::script
