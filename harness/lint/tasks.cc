// Rules over the tasks of a workflow and over what becomes of their errors.
#include <algorithm>
#include <array>

#include "emulator/states/failure.h"
#include "harness/lint/rule.h"

namespace bedlam::harness::lint {
namespace {

constexpr std::string_view kServices = ":states:::";
constexpr std::string_view kOptimized = "bedrock:invokeModel";
constexpr std::string_view kBySdk = "aws-sdk:bedrockruntime:";

// Members of Bedrock Runtime's event streams that are exceptions (service model, ResponseStream,
// ConverseStreamOutput).
constexpr std::array<std::string_view, 6> kStreamNames{
    "internalServerException",     "modelStreamErrorException", "modelTimeoutException",
    "serviceUnavailableException", "throttlingException",       "validationException"};

const Json* list_member(const Json& state, std::string_view name) {
  const Json* list = find(state, name);
  return list != nullptr && list->is_array() ? list : nullptr;
}

std::string numbered(std::string_view list, std::size_t index) {
  return "/" + std::string(list) + "[" + std::to_string(index) + "]";
}

bool waits_for_somebody(const std::string& resource) {
  return resource.ends_with(".waitForTaskToken") ||
         resource.find(":activity:") != std::string::npos;
}

// An error's last part is named without its prefix, or in lower case.
std::string near_name(const Json& retriers, const std::string& error) {
  const std::string last = error.substr(error.rfind('.') + 1);
  for (const Json& retrier : retriers) {
    const Json* names = find(retrier, "ErrorEquals");
    if (names == nullptr || !names->is_array()) continue;
    for (const Json& name : *names) {
      if (!name.is_string()) continue;
      const std::string text = name.get<std::string>();
      const std::string part = text.substr(text.rfind('.') + 1);
      const bool same = std::equal(
          part.begin(), part.end(), last.begin(), last.end(),
          [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
      if (same) return text;
    }
  }
  return "";
}

bool retried_around(const LintedState& state, const std::string& error) {
  for (const LintedState* outer = state.around; outer != nullptr; outer = outer->around) {
    if (retrier_taking(outer->json, error)) return true;
  }
  return false;
}

// Somebody thought of this very error.
bool caught_by_name(const Json& state, const std::string& error) {
  const Json* catchers = list_member(state, "Catch");
  if (catchers == nullptr) return false;
  return std::any_of(catchers->begin(), catchers->end(), [&](const Json& catcher) {
    const Json* names = find(catcher, "ErrorEquals");
    return names != nullptr && names->is_array() &&
           std::find(names->begin(), names->end(), error) != names->end();
  });
}

// By one Catch or by several together.
bool catches_everything(const Json& state) {
  return catches(state, "States.Timeout") && catches(state, "Any");
}

// The mode of a Map itself, whatever the Maps inside have.
bool is_distributed(const Json& map) {
  const Json* processor = find(map, "ItemProcessor");
  const Json* config = processor == nullptr ? nullptr : find(*processor, "ProcessorConfig");
  return config != nullptr && text_member(*config, "Mode") == "DISTRIBUTED";
}

bool names_a_throttle(const Json& retrier) {
  const Json* names = find(retrier, "ErrorEquals");
  if (names == nullptr || !names->is_array()) return false;
  return std::any_of(names->begin(), names->end(), [](const Json& name) {
    if (!name.is_string()) return false;
    const std::string text = name.get<std::string>();
    return text.find("Throttl") != std::string::npos ||
           text.find("TooManyRequests") != std::string::npos;
  });
}

// A task below whose failure nothing catches; nullptr: there is none.
const std::string* uncaught_task(const Json& block) {
  const Json* states = find(block, "States");
  if (states == nullptr || !states->is_object()) return nullptr;
  for (const auto& member : states->items()) {
    const std::string type = text_member(member.value(), "Type");
    if (type != "Task" && type != "Parallel" && type != "Map") continue;
    if (!catches_everything(member.value())) return &member.key();
  }
  return nullptr;
}

}  // namespace

bool error_list_takes(const Json& rule, const std::string& error) {
  const Json* names = find(rule, "ErrorEquals");
  if (names == nullptr || !names->is_array()) return false;
  return std::any_of(names->begin(), names->end(), [&](const Json& name) {
    return name.is_string() && states::error_name_takes(name.get_ref<const std::string&>(), error);
  });
}

bool catches(const Json& state, const std::string& error) {
  const Json* catchers = list_member(state, "Catch");
  return catchers != nullptr &&
         std::any_of(catchers->begin(), catchers->end(),
                     [&](const Json& catcher) { return error_list_takes(catcher, error); });
}

std::optional<std::size_t> retrier_taking(const Json& state, const std::string& error) {
  const Json* retriers = list_member(state, "Retry");
  if (retriers == nullptr) return std::nullopt;
  for (std::size_t i = 0; i < retriers->size(); ++i) {
    if (!error_list_takes((*retriers)[i], error)) continue;
    const Json* most = find((*retriers)[i], "MaxAttempts");
    if (most == nullptr || *most != 0) return i;
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<ModelCall> model_call_of(const Json& state) {
  const std::string resource = text_member(state, "Resource");
  const std::size_t begin = resource.find(kServices);
  if (begin == std::string::npos) return std::nullopt;
  const std::string service = resource.substr(begin + kServices.size());
  ModelCall call;
  if (service.starts_with(kOptimized)) {
    call.operation = "invokeModel";
    call.throttle = "Bedrock.ThrottlingException";
  } else if (service == std::string(kBySdk) + "invokeModel" ||
             service == std::string(kBySdk) + "converse") {
    call.operation = service.substr(kBySdk.size());
    call.throttle = "BedrockRuntime.ThrottlingException";
  } else {
    return std::nullopt;
  }
  call.parameters = find(state, "Parameters");
  if (call.parameters == nullptr) call.parameters = find(state, "Arguments");
  if (call.parameters != nullptr) call.model = text_member(*call.parameters, "ModelId");
  if (call.model.find("${") != std::string::npos || call.model.starts_with("{%")) call.model = "";
  return call;
}

void task_without_timeout(const LintedState& state, LintNotes& notes) {
  const std::string resource = text_member(state.json, "Resource");
  // Of the others AWS says so itself.
  if (text_member(state.json, "Type") != "Task" || waits_for_somebody(resource)) return;
  for (const char* limit : {"TimeoutSeconds", "TimeoutSecondsPath"}) {
    if (find(state.json, limit) != nullptr) return;
  }
  // The execution ends it.
  if (state.machine.express || find(state.machine.json, "TimeoutSeconds") != nullptr) return;
  notes.add("", "'" + state.name + "' has no TimeoutSeconds: it waits as long as its service does",
            "set TimeoutSeconds to what an answer may take at most");
}

void throttle_not_retried(const LintedState& state, LintNotes& notes) {
  const std::optional<ModelCall> call = model_call_of(state.json);
  if (!call || retrier_taking(state.json, call->throttle)) return;
  if (retried_around(state, call->throttle) || caught_by_name(state.json, call->throttle)) return;
  const Json* retriers = list_member(state.json, "Retry");
  const std::string hint =
      "retry " + call->throttle + ", with JitterStrategy FULL and a MaxDelaySeconds";
  if (retriers == nullptr || retriers->empty()) {
    notes.add("", "A throttle of the model fails '" + state.name + "': it has no Retry", hint);
    return;
  }
  const std::string near = near_name(*retriers, call->throttle);
  notes.add("/Retry",
            "No Retry of '" + state.name + "' takes a throttle of the model, which is called " +
                call->throttle + " here",
            near.empty() ? hint : "write " + call->throttle + " in place of " + near);
}

void retry_without_jitter(const LintedState& state, LintNotes& notes) {
  const Json* retriers = list_member(state.json, "Retry");
  if (retriers == nullptr) return;
  const std::optional<ModelCall> call = model_call_of(state.json);
  const auto of_model =
      call ? retrier_taking(state.json, call->throttle) : std::optional<std::size_t>();
  for (std::size_t i = 0; i < retriers->size(); ++i) {
    const Json& retrier = (*retriers)[i];
    const Json* most = find(retrier, "MaxAttempts");
    if (most != nullptr && *most == 0) continue;
    if (of_model != i && !names_a_throttle(retrier)) continue;
    if (text_member(retrier, "JitterStrategy") == "FULL") continue;
    notes.add(numbered("Retry", i),
              "This Retry of a throttle has no jitter: whatever was throttled together comes "
              "back together",
              "add JitterStrategy: FULL");
  }
}

void name_of_a_stream(const LintedState& state, LintNotes& notes) {
  // A function fails with any name that it likes: the SDK for JavaScript throws these.
  const std::optional<ModelCall> call = model_call_of(state.json);
  if (!call) return;
  for (const char* list_name : {"Retry", "Catch"}) {
    const Json* list = list_member(state.json, list_name);
    if (list == nullptr) continue;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const Json* names = find((*list)[i], "ErrorEquals");
      if (names == nullptr || !names->is_array()) continue;
      for (std::size_t n = 0; n < names->size(); ++n) {
        if (!(*names)[n].is_string()) continue;
        const std::string name = (*names)[n].get<std::string>();
        const std::string last = name.substr(name.rfind('.') + 1);
        if (std::find(kStreamNames.begin(), kStreamNames.end(), last) == kStreamNames.end()) {
          continue;
        }
        std::string right = call->throttle.substr(0, call->throttle.find('.') + 1) + last;
        right[right.rfind('.') + 1] = static_cast<char>(std::toupper(last[0]));
        notes.add(numbered(list_name, i) + numbered("ErrorEquals", n),
                  "'" + name + "' is an exception inside a stream; no state fails with that name",
                  "write " + right);
      }
    }
  }
}

void map_without_tolerance(const LintedState& state, LintNotes& notes) {
  if (text_member(state.json, "Type") != "Map") return;
  for (const char* field : {"ToleratedFailureCount", "ToleratedFailureCountPath",
                            "ToleratedFailurePercentage", "ToleratedFailurePercentagePath"}) {
    if (find(state.json, field) != nullptr) return;
  }
  const Json* processor = state.blocks.empty() ? nullptr : state.blocks.front();
  const std::string* task = processor == nullptr ? nullptr : uncaught_task(*processor);
  if (task == nullptr) return;
  notes.add("",
            "One item whose '" + *task + "' fails ends '" + state.name +
                "', and the results of all others are lost",
            is_distributed(state.json)
                ? "set ToleratedFailurePercentage, or catch States.ALL inside"
                : "catch States.ALL inside the ItemProcessor and say there what failed");
}

}  // namespace bedlam::harness::lint
