// The X-ray as a tree for people, and as JSON.
#include "harness/xray/xray.h"

namespace bedlam::harness {
namespace {

constexpr std::size_t kMaxShownRequests = 40;

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string to_the_ms(Duration duration) {
  return format_duration(std::chrono::round<std::chrono::milliseconds>(duration));
}

std::string model_of(const XrayRequest& request) {
  return request.operation + (request.resource.empty() ? "" : " of " + request.resource);
}

// "complete", "gave up after 3 of 3 attempts: 429 ThrottlingException"
std::string end_of_call(const XrayCall& call) {
  const XrayAttempt& last = call.attempts.back();
  if (last.whole) return "complete";
  std::string text = "gave up after " + std::to_string(call.attempts.size());
  if (last.max > 0) text += " of " + std::to_string(last.max);
  return text + (call.attempts.size() == 1 && last.max == 0 ? " attempt: " : " attempts: ") +
         last.end;
}

std::string sums(const XrayRequest& request) {
  std::string text;
  if (request.waited() > Duration{}) text += ", waited " + to_the_ms(request.waited());
  if (request.paid_again() > 0) {
    text += ", " + counted(request.paid_again(), "answer") + " paid again";
  }
  if (request.nested() > 0) text += ", " + std::to_string(request.nested()) + " nested";
  return text;
}

// " at 2 s: 429 ThrottlingException"
void write_end(const XrayAttempt& attempt, Instant start, std::string& to) {
  to += " at " + to_the_ms(attempt.began - start) + ": " + attempt.end;
  if (attempt.billed && !attempt.whole) {
    to += ", billed " + counted(static_cast<std::size_t>(attempt.tokens), "token");
  }
  if (attempt.past_deadline) to += ", past the client's deadline";
  to += "\n";
}

void write_attempt(const XrayAttempt& attempt, Instant start, std::string& to) {
  to += "        attempt " + std::to_string(attempt.number);
  write_end(attempt, start, to);
}

void write_call(const XrayCall& call, Instant start, std::string& to) {
  const XrayAttempt* before = nullptr;
  for (const XrayAttempt& attempt : call.attempts) {
    if (before != nullptr) {
      to += "        the SDK waits " + to_the_ms(attempt.began - before->ended) + "\n";
    }
    write_attempt(attempt, start, to);
    before = &attempt;
  }
}

std::string who_waits(const XrayRequest& request, const XrayCall& before, const XrayCall& call) {
  if (request.state.empty()) return "the caller";
  const bool again = before.entered_event != call.entered_event;
  return (again ? "the Retry around " : "the Retry of ") + request.state;
}

void write_request(const XrayRequest& request, Instant start, std::string& to) {
  to += "    " + model_of(request) + ": ";
  const XrayCall& last = request.calls.back();
  if (request.attempts() == 1) {
    const std::string took = to_the_ms(last.ended() - last.began());
    to += (last.whole() ? "complete after " + took : last.attempts.front().end + ", in " + took) +
          "\n";
    return;
  }
  to += counted(request.calls.size(), "call") + ", " + counted(request.attempts(), "attempt") +
        " in " + to_the_ms(last.ended() - request.calls.front().began()) + sums(request) + "\n";
  const XrayCall* before = nullptr;
  for (std::size_t i = 0; i < request.calls.size(); ++i) {
    const XrayCall& call = request.calls[i];
    if (before != nullptr) {
      to += "      " + who_waits(request, *before, call) + " waits " +
            to_the_ms(call.began() - before->ended()) + "\n";
    }
    before = &call;
    to += "      call " + std::to_string(i + 1);
    if (call.attempts.size() == 1 && request.calls.size() > 1) {
      write_end(call.attempts.front(), start, to);
      continue;
    }
    to += ": " + end_of_call(call) + "\n";
    write_call(call, start, to);
  }
}

Json attempt_json(const XrayAttempt& attempt, Instant start) {
  Json json{{"entry", attempt.entry},
            {"attempt", attempt.number},
            {"began", seconds(attempt.began - start)},
            {"ended", seconds(attempt.ended - start)},
            {"end", attempt.end},
            {"whole", attempt.whole},
            {"left", attempt.left},
            {"billed", attempt.billed},
            {"output_tokens", attempt.tokens},
            {"past_deadline", attempt.past_deadline}};
  if (attempt.max > 0) json["max"] = attempt.max;
  return json;
}

}  // namespace

std::string xray_text(const Xray& xray, Instant start) {
  std::string text = "x-ray: " + counted(xray.requests.size(), "request") + ", " +
                     counted(xray.attempts(), "attempt") + ", waited " + to_the_ms(xray.waited()) +
                     ", " + counted(xray.paid_twice(), "answer") + " paid again, " +
                     std::to_string(xray.nested_retries()) + " nested\n";
  std::string where;
  std::size_t shown = 0;
  for (const XrayRequest& request : xray.requests) {
    if (++shown > kMaxShownRequests) {
      return text + "  … and " + std::to_string(xray.requests.size() - kMaxShownRequests) +
             " more\n";
    }
    const std::string here = request.state.empty()
                                 ? std::string("called directly")
                                 : "workflow " + request.execution + ", state " + request.state;
    if (here != where) text += "  " + here + "\n";
    where = here;
    write_request(request, start, text);
  }
  return text;
}

Json to_json(const Xray& xray, Instant start) {
  Json json{{"attempts", xray.attempts()},
            {"waited", seconds(xray.waited())},
            {"nested_retries", xray.nested_retries()},
            {"paid_twice", xray.paid_twice()},
            {"past_deadline", xray.past_deadline()}};
  Json& requests = json["requests"] = Json::array();
  for (const XrayRequest& request : xray.requests) {
    Json entry{{"service", request.service},
               {"operation", request.operation},
               {"resource", request.resource}};
    if (!request.state.empty()) {
      entry["workflow"] = request.execution;
      entry["state"] = request.state;
    }
    Json& calls = entry["calls"] = Json::array();
    for (const XrayCall& call : request.calls) {
      Json attempts = Json::array();
      for (const XrayAttempt& attempt : call.attempts)
        attempts.push_back(attempt_json(attempt, start));
      calls.push_back({{"end", end_of_call(call)}, {"attempts", std::move(attempts)}});
    }
    requests.push_back(std::move(entry));
  }
  return json;
}

}  // namespace bedlam::harness
