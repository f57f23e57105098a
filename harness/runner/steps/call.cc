// A `call` step: a model, with the built-in client.
#include <algorithm>

#include "harness/runner/session.h"

namespace bedlam::harness {
namespace {

Gaps gaps_between(const std::vector<Attempt>& attempts) {
  Gaps gaps;
  for (std::size_t i = 1; i < attempts.size(); ++i) {
    gaps.pauses.push_back({static_cast<int>(i - 1), attempts[i].started - attempts[i - 1].ended,
                           attempts[i - 1].trouble});
  }
  return gaps;
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

// "attempts: 429 ThrottlingException, 0.7 s later complete"
std::string describe_attempts(const std::vector<Attempt>& attempts) {
  std::string text = "attempts: ";
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    if (i > 0) {
      text += ", " + format_duration(attempts[i].started - attempts[i - 1].ended) + " later ";
    }
    text += attempts[i].end;
  }
  return text;
}

// What an answer whose usage did not come had of output: by the journal, as far as it was heard.
// Steps run one by one, so the client's last entry is the call's.
int tokens_heard(const rpc::Journal& journal, std::size_t frames) {
  const auto& entries = journal.entries();
  const auto last = std::find_if(entries.rbegin(), entries.rend(), [&](const auto& entry) {
    return entry.caller.origin == kClientOrigin;
  });
  if (last == entries.rend()) return 0;
  int tokens = 0;
  for (const rpc::SentStep& step : last->sent) {
    if (!step.frame) continue;
    if (frames-- == 0) break;
    tokens = step.frame->tokens;
  }
  return tokens;
}

Ran report(const rpc::Journal& journal, CallResult result) {
  Ran ran;
  const Heard& heard = result.heard;
  const int tokens = heard.tokens.value_or(tokens_heard(journal, heard.frames));
  ran.observed.fields = {{"outcome", Json(result.outcome)},
                         {"text", Json(heard.text)},
                         {"tool_input", text_or_null(heard.tool_input)},
                         {"answer", heard.answer},
                         {"tokens", Json(tokens)},
                         {"attempts", Json(result.attempts.size())},
                         {"gaps", gaps_between(result.attempts)},
                         {"takes", result.took()},
                         {"stop_reason", text_or_null(heard.stop_reason)},
                         {"error", text_or_null(result.error.name)},
                         {"message", text_or_null(result.error.message)}};
  ran.gave_up = result.outcome != "complete";
  if (!result.error.message.empty()) ran.trouble = result.outcome + ": " + result.error.message;
  std::string attempts = describe_attempts(result.attempts);
  if (result.quota_reached) attempts += "; the client's retry quota was used up";
  ran.observed.notes.push_back(std::move(attempts));
  return ran;
}

// Only a client without a read timeout waits for what never comes.
Ran without_end(const scenario::CallStep& step) {
  Ran ran;
  ran.stuck = true;
  const RetryPolicy& policy = *find_retry_policy(step.client.retries);
  const bool waits = policy.waits(step.client.read_timeout).has_value();
  ran.observed.notes.push_back(
      "nothing ends the call: the read timeout of " + policy.name +
      (waits ? " stops counting with the headers of an answer" : " is none") + "; set a deadline" +
      (waits ? "" : ", or read_timeout under client"));
  return ran;
}

}  // namespace

Client& Session::client(const scenario::CallStep& step) {
  const scenario::ClientSettings& wanted = step.client;
  const RetryPolicy& policy = *find_retry_policy(wanted.retries);
  const ClientKey key{step.region, policy.name, wanted.max_attempts, wanted.read_timeout};
  std::unique_ptr<Client>& client = clients_[key];
  if (!client) {
    client = std::make_unique<Client>(emulator_.scheduler(), emulator_.dispatcher(), policy,
                                      Random(settings_.seed).derive("client", clients_.size()));
  }
  return *client;
}

Ran run_call(Session& session, const scenario::CallStep& step) {
  // Outlives this where the call does, which nothing ends.
  const auto given = std::make_shared<std::optional<CallResult>>();
  scenario::CallStep call = step;
  if (call.operation == "GetAsyncInvoke") {
    call.parameters.try_emplace("invocationArn", session.last_job());
  }
  session.client(call).call(call, [given](CallResult result) { *given = std::move(result); });
  Pacer pacer(session.emulator().scheduler(), session.settings().clock);
  if (!pacer.run_until([&] { return given->has_value(); })) return without_end(step);
  CallResult& result = **given;
  const Json* started = find(result.heard.answer, "invocationArn");
  if (call.operation == "StartAsyncInvoke" && started != nullptr && started->is_string()) {
    session.last_job() = started->get<std::string>();
  }
  Ran ran = report(session.emulator().journal(), std::move(result));
  ran.add_note(pacer.lateness_note());
  return ran;
}

}  // namespace bedlam::harness
