#include "harness/calibrate/drift.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "harness/calibrate/kolmogorov.h"
#include "harness/client/request.h"
#include "harness/record/recording.h"
#include "harness/record/yaml_text.h"

namespace bedlam::harness {
namespace {

constexpr const char* kFailedCalls = "failed calls";

std::vector<double> values_of(const ModelTimes& times, std::optional<double> CallTimes::*member) {
  std::vector<double> values;
  for (const CallTimes& call : times.answered) {
    if (call.*member) values.push_back(*(call.*member));
  }
  return values;
}

double middle_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct TimesMember {
  const char* name;
  std::optional<double> CallTimes::*member;
  double tolerance;  // at least, in seconds
};
constexpr std::array<TimesMember, 3> kTimes{
    {{"first token", &CallTimes::first_token, kDriftSeconds},
     {"per token", &CallTimes::per_token, kDriftSecondsPerToken},
     {"whole answer", &CallTimes::whole, kDriftSeconds}}};

void add_times_quantity(const std::string& model, const char* name, double least,
                        std::vector<double> recorded, std::vector<double> now,
                        std::vector<Quantity>& to) {
  if (recorded.empty() || now.empty()) return;
  Quantity quantity{model, name, recorded.size(), now.size(), middle_of(recorded), middle_of(now)};
  const TwoSamples compared = compare_samples_but_for(
      std::max(least, kDriftShare * quantity.recorded_median), std::move(recorded), std::move(now));
  quantity.distance = compared.distance;
  quantity.p = compared.p;
  to.push_back(std::move(quantity));
}

void add_failed_quantity(const ModelTimes& recorded, const ModelTimes& now,
                         std::vector<Quantity>& to) {
  if (recorded.failed == 0 && now.failed == 0) return;
  const auto share = [](const ModelTimes& times) {
    return static_cast<double>(times.failed) / static_cast<double>(times.calls);
  };
  Quantity quantity{recorded.title(), kFailedCalls,    recorded.calls,
                    now.calls,        share(recorded), share(now)};
  quantity.distance = std::abs(quantity.recorded_median - quantity.now_median);
  quantity.p = fisher_p(recorded.failed, recorded.calls, now.failed, now.calls);
  quantity.none_answered = recorded.failed < recorded.calls && now.failed == now.calls;
  to.push_back(std::move(quantity));
}

std::string shown(const Quantity& quantity, double value) {
  if (quantity.name != kFailedCalls) return yaml_duration(from_seconds(value));
  char text[16];
  std::snprintf(text, sizeof text, "%.1f%%", 100 * value);
  return text;
}

std::string verdict_of(const Quantity& quantity) {
  if (quantity.none_answered) return "DRIFT: none is answered";
  if (quantity.drifted) return "DRIFT";
  return quantity.too_few ? "too few calls to tell" : "same";
}

// What came back, in the form in which the recording has it.
struct AnswerAgain {
  PassedCall call;
  ExchangeEnd end;
};
AnswerAgain ask_once(const scenario::CallStep& step, Connection& connection,
                     const aws::HttpRequest& request) {
  PassedCall call;
  call.operation = step.operation;
  call.resource = step.model;
  call.request = request;
  MachineTime began = std::chrono::steady_clock::now();
  ExchangeListener listener;
  listener.on_sent = [&began](MachineTime at) { began = at; };
  listener.on_chunk = [&](MachineTime at, std::string_view bytes) {
    call.body.push_back({std::max(Duration(at - began), Duration{}), std::string(bytes)});
    return true;
  };
  const Exchange done = connection.exchange(request, listener);
  call.ended = std::max(Duration(done.ended - began), Duration{});
  call.whole = done.whole();
  if (done.head) {
    call.status = done.head->status;
    call.headers = done.head->headers;
  }
  return {std::move(call), done.end};
}

// "" where the call was not refused for who makes it.
std::string refusal_in(const PassedCall& call) {
  constexpr std::array<std::string_view, 4> kRefusals{"UnrecognizedClient", "AccessDenied",
                                                      "ExpiredToken", "InvalidSignature"};
  constexpr int kUnauthorized = 401, kForbidden = 403;
  const std::string type(call.headers.get("x-amzn-ErrorType"));
  const std::string name = type.substr(0, type.find(':'));
  const bool named = std::any_of(kRefusals.begin(), kRefusals.end(), [&](std::string_view refusal) {
    return name.starts_with(refusal);
  });
  if (!named && call.status != kUnauthorized && call.status != kForbidden) return "";
  const auto body = parse_json(call.text());
  const Json* message = body.ok() ? find(*body, "message") : nullptr;
  std::string text = name.empty() ? "status " + std::to_string(call.status) : name;
  if (message != nullptr && message->is_string()) text += ": " + message->get<std::string>();
  return text;
}

constexpr const char* kGuardrail = "guardrailIdentifier";

// The texts of a request that may be an ARN with an account of its own.
std::vector<std::string*> arns_in(scenario::CallStep& step) {
  std::vector<std::string*> texts{&step.model};
  const auto parameter = step.parameters.find(kGuardrail);
  if (parameter != step.parameters.end()) texts.push_back(&parameter->second);
  if (step.body && step.body->is_object()) {
    const auto guardrails = step.body->find("guardrailConfig");
    if (guardrails != step.body->end() && guardrails->is_object()) {
      const auto named = guardrails->find(kGuardrail);
      if (named != guardrails->end() && named->is_string()) {
        texts.push_back(&named->get_ref<std::string&>());
      }
    }
  }
  std::erase_if(texts, [](const std::string* text) { return !text->starts_with("arn:"); });
  return texts;
}

// Where the masked account stands in an ARN: between colons.
std::size_t masked_account_in(const std::string& arn) {
  const std::size_t at = arn.find(":" + std::string(kMaskedAccount) + ":");
  return at == std::string::npos ? at : at + 1;
}

aws::HttpRequest request_again(const scenario::CallStep& step, const Endpoint& endpoint) {
  const AttemptFacts once{"", 1, 1, std::nullopt, AttemptHeaders::kNone};
  aws::HttpRequest request = make_request(step, *find_operation(step.operation), once, WallTime{});
  aws::Headers headers{{"Host", endpoint.authority()}};
  for (const auto& [name, value] : request.headers) {
    if (!aws::equals_ignoring_case(name, "host")) headers.add(name, value);
  }
  request.headers = std::move(headers);
  request.target = target_at(endpoint, request.target);
  return request;
}

// "" where none of the recorded models is that one.
std::string recorded_pattern_of(const std::string& model,
                                const std::vector<scenario::Scenario>& recordings) {
  for (const scenario::Scenario& recording : recordings) {
    for (const script::Behaviour& candidate : recording.models) {
      if (candidate.recorded && script::names_model(candidate.pattern, model)) {
        return candidate.pattern;
      }
    }
  }
  return "";
}

}  // namespace

std::vector<Quantity> find_drift(const std::vector<ModelTimes>& recorded,
                                 const std::vector<ModelTimes>& now, double level) {
  std::vector<Quantity> quantities;
  for (const ModelTimes& before : recorded) {
    const auto after = std::find_if(now.begin(), now.end(), [&](const ModelTimes& candidate) {
      return candidate.title() == before.title();
    });
    if (after == now.end() || after->calls == 0) continue;
    for (const TimesMember& times : kTimes) {
      add_times_quantity(before.title(), times.name, times.tolerance,
                         values_of(before, times.member), values_of(*after, times.member),
                         quantities);
    }
    add_failed_quantity(before, *after, quantities);
  }
  std::vector<double> p;
  for (const Quantity& quantity : quantities) p.push_back(quantity.p);
  const std::vector<double> adjusted = holm(p);
  for (std::size_t i = 0; i < quantities.size(); ++i) {
    Quantity& quantity = quantities[i];
    quantity.adjusted = adjusted[i];
    quantity.drifted = adjusted[i] <= level || quantity.none_answered;
    // Were it the clearest of all, it would have to pass the level divided by their number.
    const double least = smallest_p(quantity.recorded, quantity.now);
    quantity.too_few = least * static_cast<double>(quantities.size()) > level;
  }
  return quantities;
}

std::string drift_text(const std::vector<Quantity>& quantities, double level) {
  std::string text, model;
  for (const Quantity& quantity : quantities) {
    if (quantity.model != model) text += quantity.model + "\n";
    model = quantity.model;
    const auto times = [](std::size_t count) { return "(" + std::to_string(count) + ")"; };
    char line[200];
    std::snprintf(line, sizeof line,
                  "  %-13s recorded %-11s %-6s now %-11s %-6s D %.3f  p %-8.3g %s\n",
                  quantity.name.c_str(), shown(quantity, quantity.recorded_median).c_str(),
                  times(quantity.recorded).c_str(), shown(quantity, quantity.now_median).c_str(),
                  times(quantity.now).c_str(), quantity.distance, quantity.adjusted,
                  verdict_of(quantity).c_str());
    text += line;
  }
  char note[160];
  std::snprintf(note, sizeof note,
                "medians; p is adjusted for all %zu tests (Holm), drift where it is at most %g\n",
                quantities.size(), level);
  return text + note;
}

std::vector<RequestAgain> requests_of(const std::vector<scenario::Scenario>& recordings) {
  std::vector<RequestAgain> requests;
  for (const scenario::Scenario& recording : recordings) {
    for (const scenario::Step& step : recording.run) {
      const auto* call = std::get_if<scenario::CallStep>(&step.action);
      if (call == nullptr || !is_recorded(call->operation)) continue;
      // A recording of several files has its models in any of them.
      const std::string model = recorded_pattern_of(call->model, recordings);
      if (!model.empty()) requests.push_back({*call, model});
    }
  }
  return requests;
}

std::string masked_arn_of(std::vector<RequestAgain> requests) {
  for (RequestAgain& request : requests) {
    for (const std::string* arn : arns_in(request.step)) {
      if (masked_account_in(*arn) != std::string::npos) return *arn;
    }
  }
  return "";
}

void put_account_back(std::vector<RequestAgain>& requests, const std::string& account) {
  for (RequestAgain& request : requests) {
    for (std::string* arn : arns_in(request.step)) {
      const std::size_t at = masked_account_in(*arn);
      if (at != std::string::npos) arn->replace(at, kMaskedAccount.size(), account);
    }
  }
}

Result<AnswersAgain, std::string> ask_again(const std::vector<RequestAgain>& requests, int times,
                                            Connection& connection, Signer& signer,
                                            const std::function<void(std::size_t)>& made) {
  AnswersAgain all;
  for (int i = 0; i < times; ++i) {
    for (const RequestAgain& request : requests) {
      aws::HttpRequest out = request_again(request.step, connection.endpoint());
      const auto signed_now = signer.sign(out, "bedrock");
      if (!signed_now.ok()) return signed_now.error().message;
      const auto [call, end] = ask_once(request.step, connection, out);
      if (all.made == 0 && never_arrived(end)) {
        return connection.endpoint().url() + ": " + explain(end);
      }
      times_among(all.times, request.model, request.step.operation)
          .add(outcome_of_call(call, Secrets()));
      const std::string refusal = refusal_in(call);
      if (!refusal.empty() && all.refused++ == 0) all.refusal = refusal;
      ++all.made;
      if (made) made(all.made);
    }
  }
  return all;
}

}  // namespace bedlam::harness
