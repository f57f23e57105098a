#include "harness/record/recording.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "emulator/aws/sigv4.h"
#include "emulator/bedrock/conversation/prompt.h"
#include "harness/client/outcome.h"
#include "harness/client/stream_reader.h"
#include "harness/record/writer.h"

namespace bedlam::harness {
namespace {

// A longer prompt is matched by its hash, so that it stands in the file once, with its request.
constexpr std::size_t kMaxPatternBytes = 300;

constexpr std::array<std::string_view, 5> kRecordedOperations{
    "InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream", "CountTokens"};

// The members of InvokeModel's input that are headers (service model bedrock-runtime 2023-09-30).
struct HeaderParameter {
  const char *parameter, *header;
};
constexpr std::array<HeaderParameter, 5> kHeaderParameters{
    {{"trace", "X-Amzn-Bedrock-Trace"},
     {"guardrailIdentifier", "X-Amzn-Bedrock-GuardrailIdentifier"},
     {"guardrailVersion", "X-Amzn-Bedrock-GuardrailVersion"},
     {"performanceConfigLatency", "X-Amzn-Bedrock-PerformanceConfig-Latency"},
     {"serviceTier", "X-Amzn-Bedrock-Service-Tier"}}};

Json body_of_request(const PassedCall& call) {
  auto body = parse_json(call.request.body);
  return body.ok() ? *std::move(body) : Json();
}

// What the built-in client will call the outcome when the recording is played to it; "" where it is
// complete, `*` where a broken connection makes it one of several.
std::string expected_outcome(const PassedCall& call, const Operation& operation) {
  if (call.status == 0) return "*";
  const rpc::Head head{call.status, call.headers};
  if (call.status >= 400) return call.whole ? read_error(head, call.text()).name : "*";
  if (!operation.streams) {
    return call.whole && read_answer(operation, head, call.text()) ? "" : "*";
  }
  StreamReader reader(operation);
  const std::optional<CallError> error = reader.feed(call.text());
  if (!error && !call.whole) return "*";
  const std::string outcome = outcome_of(error ? Ending::kError : Ending::kWhole, reader.saw_end(),
                                         reader.heard(), error.value_or(CallError{}));
  return outcome == "complete" ? "" : outcome;
}

std::optional<AskedAgain> asked_again(const PassedCall& call, const Secrets& secrets) {
  const Json body = body_of_request(call);
  const Operation* operation = find_operation(call.operation);
  if (!body.is_object() || operation == nullptr) return std::nullopt;
  AskedAgain again;
  again.step.operation = call.operation;
  again.step.model = secrets.masked(std::string_view(call.resource));
  again.step.body = secrets.masked(body);
  again.step.region = call.region;
  again.step.client.retries = "none";
  if (operation->answer == Operation::Answer::kModel) {
    for (const auto& [parameter, header] : kHeaderParameters) {
      const auto value = call.request.headers.find(header);
      if (!value) continue;
      again.step.parameters[parameter] = secrets.masked(*value);
    }
  }
  const std::string outcome = expected_outcome(call, *operation);
  if (!outcome.empty()) again.expect = Json{{"outcome", outcome}};
  return again;
}

// Puts calls under the rules of their models.
class RecordedRules {
 public:
  RecordedRules(const std::vector<PassedCall>& calls, Prompts prompts) : prompts_(prompts) {
    for (const PassedCall& call : calls) regions_[call.resource].insert(call.region);
  }

  // False where no file can hold the answer.
  bool add(const PassedCall& call, const Secrets& secrets) {
    script::When when;
    when.operation = call.operation;
    if (regions_[call.resource].size() > 1) when.region = call.region;
    match_prompt(call, secrets, when);
    script::Outcome outcome = outcome_of_call(call, secrets);
    if (!fits_one_file(when, outcome)) return false;
    const std::string model = secrets.pattern(call.resource);
    const Key key{model, call.operation, when.region.value_or(""), when.prompt.value_or(""),
                  when.prompt_sha256.value_or("")};
    const auto [place, is_new] = places_.try_emplace(key);
    if (is_new) {
      script::Behaviour& behaviour = behaviour_of(model);
      place->second = {static_cast<std::size_t>(&behaviour - models_.data()),
                       behaviour.rules.size()};
      behaviour.rules.push_back({"", std::move(when), {}});
    }
    models_[place->second.first].rules[place->second.second].outcomes.push_back(std::move(outcome));
    return true;
  }

  // Rules that match more than one prompt come last.
  std::vector<script::Behaviour> finish() && {
    for (script::Behaviour& model : models_) {
      put_patterns_last(model);
    }
    return std::move(models_);
  }

 private:
  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string>;

  void match_prompt(const PassedCall& call, const Secrets& secrets, script::When& when) const {
    if (prompts_ == Prompts::kDrop) return;
    const std::string prompt = bedrock::unchecked_prompt(body_of_request(call));
    const std::string pattern = secrets.pattern(prompt);
    const bool masked = secrets.masked(std::string_view(prompt)) != prompt;
    // A `*` of the prompt's own, or slashes around it, would match other prompts too.
    const bool plain = prompt.size() <= kMaxPatternBytes && pattern == prompt &&
                       prompt.find('*') == std::string::npos;
    const bool shown = prompts_ == Prompts::kKeep && !prompt.empty() && (plain || masked);
    if (shown) {
      when.prompt = pattern;
    } else {
      when.prompt_sha256 = aws::sha256_hex(prompt);
    }
  }

  script::Behaviour& behaviour_of(const std::string& pattern) {
    const auto found =
        std::find_if(models_.begin(), models_.end(),
                     [&](const script::Behaviour& model) { return model.pattern == pattern; });
    if (found != models_.end()) return *found;
    script::Behaviour& behaviour = models_.emplace_back();
    behaviour.pattern = pattern;
    behaviour.recorded = true;
    return behaviour;
  }

  Prompts prompts_;
  std::map<std::string, std::set<std::string>> regions_;  // by resource
  std::vector<script::Behaviour> models_;
  std::map<Key, std::pair<std::size_t, std::size_t>> places_;
};

std::string_view told_of(Prompts prompts) {
  if (prompts == Prompts::kHash) return "prompts as hashes";
  return prompts == Prompts::kDrop ? "prompts left out" : "prompts kept";
}

}  // namespace

bool is_recorded(std::string_view operation) {
  return std::find(kRecordedOperations.begin(), kRecordedOperations.end(), operation) !=
         kRecordedOperations.end();
}

void put_patterns_last(script::Behaviour& model) {
  std::stable_partition(model.rules.begin(), model.rules.end(), [](const script::Rule& rule) {
    return !rule.when.prompt || rule.when.prompt->find('*') == std::string::npos;
  });
}

Recording make_recording(const std::vector<PassedCall>& calls, const RecordingOptions& options) {
  // Accounts are hidden wherever they turn up; what one call's headers carry, in that call.
  Secrets of_all;
  for (const std::string& secret : options.secrets) of_all.add(secret);
  for (const PassedCall& call : calls) of_all.learn_accounts(call);
  Recording recording;
  RecordedRules rules(calls, options.prompts);
  for (const PassedCall& call : calls) {
    Secrets secrets = of_all;
    secrets.learn(call);
    if (!rules.add(call, secrets)) {
      ++recording.left_out;
      continue;
    }
    if (options.prompts != Prompts::kKeep) continue;
    if (auto again = asked_again(call, secrets)) recording.run.push_back(std::move(*again));
  }
  recording.models = std::move(rules).finish();
  const std::size_t kept = calls.size() - recording.left_out;
  recording.comment = {"Recorded on " + options.date + ": " + std::to_string(kept) +
                       (kept == 1 ? " call, " : " calls, ") +
                       std::string(told_of(options.prompts)) + "."};
  return recording;
}

}  // namespace bedlam::harness
