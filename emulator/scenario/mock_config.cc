// MockConfigFile.json of Step Functions Local (developer guide, "Testing with Mocked Service
// Integrations"): state machines with test cases, which name answers by state, and the answers by
// number of the call, each a Return or a Throw.
#include <charconv>
#include <limits>

#include "emulator/scenario/sections.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

using Responses = std::vector<script::MockConfig::Response>;
using NamedResponses = std::map<std::string, Responses, std::less<>>;

// The members of an object; a mistake and none where it is something else.
const std::vector<Member>& members_of(const Node& node, std::string_view what, Mistakes& mistakes) {
  static const std::vector<Member> kNone;
  if (node.kind == Node::Kind::kMap) return node.members;
  mistakes.add(node.position, std::string(what) + " is an object, not " + describe(node));
  return kNone;
}

// "0" or "1-2"; nullopt: neither.
std::optional<std::pair<std::uint64_t, std::uint64_t>> read_range(std::string_view text) {
  const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
    std::uint64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, value);
    if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return value;
  };
  const std::size_t dash = text.find('-');
  const auto first = number(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : number(text.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return std::pair(*first, *last);
}

std::optional<script::Outcome> read_mock(const Node& node, Mistakes& mistakes) {
  const Node* returned = node.find("Return") == nullptr ? nullptr : node.find("Return")->value;
  const Node* thrown = node.find("Throw") == nullptr ? nullptr : node.find("Throw")->value;
  if ((returned == nullptr) == (thrown == nullptr)) {
    mistakes.add(node.position, "a mocked response is a Return or a Throw",
                 R"(write {"Return": …} or {"Throw": {"Error": …, "Cause": …}})");
    return std::nullopt;
  }
  script::Outcome outcome;
  if (returned != nullptr) {
    outcome.result = script::Answer{script::Body{to_json(*returned, mistakes)}, ""};
    return outcome;
  }
  const Json error = to_json(*thrown, mistakes);
  if (text_member(error, "Error").empty()) {
    mistakes.add(thrown->position, "a Throw names its Error",
                 R"(write {"Error": "Lambda.TooManyRequestsException", "Cause": "…"})");
  }
  outcome.result = script::Error{text_member(error, "Error"), text_member(error, "Cause")};
  return outcome;
}

NamedResponses read_responses(const Node& node, Mistakes& mistakes) {
  NamedResponses named;
  for (const Member& member : members_of(node, "MockedResponses", mistakes)) {
    Responses& responses = named[member.name];
    for (const Member& call : members_of(*member.value, "a mocked response", mistakes)) {
      const auto range = read_range(call.name);
      if (!range) {
        mistakes.add(call.position, "'" + call.name + "' is no number of a call",
                     R"(calls are counted from 0: "0", or "1-2" for several)");
        continue;
      }
      if (auto outcome = read_mock(*call.value, mistakes)) {
        responses.push_back({range->first, range->second, std::move(*outcome)});
      }
    }
  }
  return named;
}

void read_test_cases(const Node& node, const NamedResponses& named,
                     std::map<std::string, script::MockConfig::TestCase, std::less<>>& cases,
                     Mistakes& mistakes) {
  for (const Member& test_case : members_of(node, "TestCases", mistakes)) {
    script::MockConfig::TestCase& states = cases[test_case.name];
    for (const Member& state : members_of(*test_case.value, "a test case", mistakes)) {
      const std::string response =
          read_text(*state.value, "a mocked response", mistakes).value_or("");
      const auto found = named.find(response);
      if (found == named.end()) {
        mistakes.add(state.value->position, "there is no '" + response + "' under MockedResponses");
        continue;
      }
      states[state.name] = {response, found->second};
    }
  }
}

std::shared_ptr<const script::MockConfig> read_root(const Node& root, Mistakes& mistakes) {
  auto config = std::make_shared<script::MockConfig>();
  NamedResponses named;
  const Node* machines = nullptr;
  for (const Member& member : members_of(root, "a mock configuration", mistakes)) {
    if (member.name == "MockedResponses") {
      named = read_responses(*member.value, mistakes);
    } else if (member.name == "StateMachines") {
      machines = member.value;
    } else {
      mistakes.add(member.position, "a mock configuration has no '" + member.name + "'",
                   "it has StateMachines and MockedResponses");
    }
  }
  if (machines == nullptr) {
    mistakes.add(root.position, "a mock configuration needs StateMachines");
    return config;
  }
  for (const Member& machine : members_of(*machines, "StateMachines", mistakes)) {
    const Member* cases = machine.value->find("TestCases");
    if (cases == nullptr) {
      mistakes.add(machine.value->position, "a state machine needs TestCases");
      continue;
    }
    read_test_cases(*cases->value, named, config->machines[machine.name], mistakes);
  }
  return config;
}

}  // namespace

Result<std::shared_ptr<const script::MockConfig>, Diagnostics> parse_mock_config(
    const std::string& text, const std::string& file) {
  Mistakes mistakes(file);
  std::shared_ptr<const script::MockConfig> config;
  if (const std::unique_ptr<Document> document = read_document(text, mistakes)) {
    if (document->root != nullptr) config = read_root(*document->root, mistakes);
  }
  if (!mistakes.empty()) return std::move(mistakes).sorted();
  return config;
}

std::shared_ptr<const script::MockConfig> read_mock_config(const Node& node, Reader& reader) {
  // Written into the scenario itself, it needs no file.
  if (node.kind == Node::Kind::kMap) return read_root(node, reader.mistakes);
  const std::optional<FileText> file = read_named_file(node, "mock_config", reader);
  if (!file) return nullptr;
  auto config = parse_mock_config(file->text, file->path);
  if (config) return *config;
  for (const Diagnostic& mistake : config.error()) {
    reader.mistakes.add_in(mistake.file, mistake.position, mistake.message, mistake.hint);
  }
  return nullptr;
}

}  // namespace bedlam::scenario
