// A `call` step: a model, with the built-in client.
#include "harness/runner/session.h"

namespace bedlam::harness {
namespace {

Gaps gaps_between(const std::vector<Attempt>& attempts) {
  Gaps gaps;
  for (std::size_t i = 1; i < attempts.size(); ++i) {
    gaps.pauses.push_back({static_cast<int>(i - 1), attempts[i].started - attempts[i - 1].ended});
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

Ran report(CallResult result) {
  Ran ran;
  const Heard& heard = result.heard;
  ran.observed.fields = {{"outcome", Json(result.outcome)},
                         {"text", Json(heard.text)},
                         {"tokens", Json(heard.tokens)},
                         {"attempts", Json(result.attempts.size())},
                         {"gaps", gaps_between(result.attempts)},
                         {"takes", result.took()},
                         {"stop_reason", text_or_null(heard.stop_reason)},
                         {"error", text_or_null(result.error.name)},
                         {"message", text_or_null(result.error.message)}};
  if (!result.error.message.empty()) ran.trouble = result.outcome + ": " + result.error.message;
  std::string attempts = describe_attempts(result.attempts);
  if (result.quota_reached) attempts += "; the client's retry quota was used up";
  ran.observed.notes.push_back(std::move(attempts));
  return ran;
}

}  // namespace

Client& Session::client(const scenario::CallStep& step) {
  const scenario::ClientSettings& wanted = step.client;
  const ClientKey key{step.region, wanted.retries, wanted.max_attempts.value_or(0),
                      wanted.read_timeout};
  std::unique_ptr<Client>& client = clients_[key];
  if (!client) {
    client = std::make_unique<Client>(emulator_.scheduler(), emulator_.dispatcher(),
                                      *find_retry_policy(wanted.retries),
                                      Random(settings_.seed).derive("client", clients_.size()));
  }
  return *client;
}

Ran run_call(Session& session, const scenario::CallStep& step) {
  std::optional<CallResult> result;
  session.client(step).call(step, [&](CallResult given) { result = std::move(given); });
  Pacer pacer(session.emulator().scheduler(), session.settings().clock);
  if (!pacer.run_until([&] { return result.has_value(); })) {
    Ran ran;
    ran.stuck = true;  // a read timeout always comes; so this is a bug of ours
    return ran;
  }
  Ran ran = report(std::move(*result));
  ran.add_note(pacer.lateness_note());
  return ran;
}

}  // namespace bedlam::harness
