// PutLogEvents, GetLogEvents, FilterLogEvents.
#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>
#include <vector>

#include "emulator/logs/errors.h"
#include "emulator/logs/operations.h"

namespace bedlam::logs {
namespace {

constexpr std::int64_t kMaxRead = 10'000;  // model, EventsLimit
constexpr std::int64_t kAnyTime = std::numeric_limits<std::int64_t>::max();

Result<LogStream*, aws::Error> stream_in(LogStore& store, const Request& request) {
  const auto name = text_in(request, "logStreamName", true);
  if (!name) return name.error();
  const auto group = group_in(store, request);
  if (!group) return group.error();
  const auto found = (*group)->streams.find(*name);
  if (found == (*group)->streams.end()) return errors::stream_missing();
  return &found->second;
}

Json shown_event(const LogEvent& event) {
  return {{"timestamp", event.timestamp},
          {"message", event.message},
          {"ingestionTime", event.ingestion_time}};
}

// What both reading operations ask: from startTime on, before endTime.
struct Span {
  std::int64_t from = 0, before = kAnyTime;
  std::size_t limit = kMaxRead;

  bool holds(const LogEvent& event) const {
    return event.timestamp >= from && event.timestamp < before;
  }
};
Result<Span, aws::Error> span_in(const Request& request) {
  const auto from = number_in(request, "startTime", 0, 0, kAnyTime);
  if (!from) return from.error();
  const auto before = number_in(request, "endTime", kAnyTime, 0, kAnyTime);
  if (!before) return before.error();
  const auto limit = number_in(request, "limit", kMaxRead, 1, kMaxRead);
  if (!limit) return limit.error();
  return Span{*from, *before, static_cast<std::size_t>(*limit)};
}

// "f/12/s": forward from the stream's event number 12.
std::string stream_token(char direction, std::uint64_t place) {
  return std::string(1, direction) + "/" + std::to_string(place) + "/s";
}

std::optional<std::uint64_t> place_in(std::string_view token) {
  std::uint64_t place = 0;
  const bool framed = token.size() > 4 && token[1] == '/' && token.ends_with("/s") &&
                      (token[0] == 'f' || token[0] == 'b');
  if (!framed) return std::nullopt;
  const char* const end = token.data() + token.size() - 2;
  const auto [stopped, error] = std::from_chars(token.data() + 2, end, place);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return place;
}

// Terms of a filter pattern (user guide, "Filter pattern syntax"): all that are required, any of
// those with a question mark, none of those with a minus.
struct Terms {
  std::vector<std::string> all, any, none;

  bool match(std::string_view message) const {
    const auto found = [&](const std::string& term) {
      return message.find(term) != std::string_view::npos;
    };
    return std::all_of(all.begin(), all.end(), found) &&
           (any.empty() || std::any_of(any.begin(), any.end(), found)) &&
           std::none_of(none.begin(), none.end(), found);
  }
};

Result<Terms, aws::Error> read_terms(std::string_view pattern) {
  Terms terms;
  std::size_t at = 0;
  while ((at = pattern.find_first_not_of(' ', at)) != std::string_view::npos) {
    std::vector<std::string>* list = &terms.all;
    if (pattern[at] == '?') list = &terms.any;
    if (pattern[at] == '-') list = &terms.none;
    if (list != &terms.all) ++at;
    if (at == pattern.size() || std::string_view("{[%").find(pattern[at]) != std::string::npos) {
      return errors::pattern_not_supported();
    }
    const bool quoted = pattern[at] == '"';
    const std::size_t begin = quoted ? at + 1 : at;
    const std::size_t end = std::min(pattern.size(), pattern.find(quoted ? '"' : ' ', begin));
    list->emplace_back(pattern.substr(begin, end - begin));
    at = quoted ? end + 1 : end;
    if (at >= pattern.size()) break;
  }
  return terms;
}

Result<std::vector<LogEvent>, aws::Error> events_in(const Request& request) {
  const Json* const list = find(request.body, "logEvents");
  if (list == nullptr) return errors::missing_parameter("logEvents");
  if (!list->is_array()) return errors::wrong_type("logEvents", "list");
  if (list->empty()) return errors::no_events();
  std::vector<LogEvent> events;
  for (const Json& item : *list) {
    const Json* const timestamp = find(item, "timestamp");
    const Json* const message = find(item, "message");
    if (timestamp == nullptr) return errors::missing_parameter("logEvents.member.timestamp");
    if (message == nullptr) return errors::missing_parameter("logEvents.member.message");
    if (!timestamp->is_number_integer()) return errors::wrong_type("timestamp", "number");
    if (!message->is_string()) return errors::wrong_type("message", "string");
    const auto at = timestamp->get<std::int64_t>();
    if (!events.empty() && at < events.back().timestamp) return errors::events_out_of_order();
    events.push_back({at, request.now, message->get<std::string>()});
  }
  return events;
}

}  // namespace

Answer put_log_events(LogStore& store, const Request& request) {
  const auto stream = stream_in(store, request);
  if (!stream) return stream.error();
  auto events = events_in(request);
  if (!events) return events.error();
  for (LogEvent& event : *events) (*stream)->add(std::move(event));
  // Any token is accepted since 2023, and one is still given.
  return Json{
      {"nextSequenceToken", std::to_string((*stream)->forgotten + (*stream)->events.size())}};
}

// Without startFromHead the latest events; a token leads on from where a page ended, and the same
// one comes again at the end of the stream.
Answer get_log_events(LogStore& store, const Request& request) {
  const auto stream = stream_in(store, request);
  if (!stream) return stream.error();
  const auto span = span_in(request);
  if (!span) return span.error();
  const auto token = text_in(request, "nextToken", false);
  if (!token) return token.error();
  const std::uint64_t first = (*stream)->forgotten;
  const auto& events = (*stream)->events;
  const std::uint64_t last = first + events.size();

  bool forward = flag_in(request, "startFromHead");
  std::uint64_t place = forward ? first : last;
  if (!token->empty()) {
    const auto named = place_in(*token);
    if (!named) return errors::invalid_token();
    forward = token->front() == 'f';
    place = std::clamp(*named, first, last);
  }
  std::vector<const LogEvent*> chosen;
  std::uint64_t begin = place, end = place;
  if (forward) {
    for (; end < last && chosen.size() < span->limit; ++end) {
      const LogEvent& event = events[end - first];
      if (span->holds(event)) chosen.push_back(&event);
    }
  } else {
    for (; begin > first && chosen.size() < span->limit; --begin) {
      const LogEvent& event = events[begin - 1 - first];
      if (span->holds(event)) chosen.push_back(&event);
    }
    std::reverse(chosen.begin(), chosen.end());
  }
  Json shown = Json::array();
  for (const LogEvent* event : chosen) shown.push_back(shown_event(*event));
  return Json{{"events", std::move(shown)},
              {"nextForwardToken", stream_token('f', end)},
              {"nextBackwardToken", stream_token('b', begin)}};
}

Answer filter_log_events(LogStore& store, const Request& request) {
  const auto group = group_in(store, request);
  if (!group) return group.error();
  const auto span = span_in(request);
  if (!span) return span.error();
  const auto pattern = text_in(request, "filterPattern", false);
  if (!pattern) return pattern.error();
  const auto terms = read_terms(*pattern);
  if (!terms) return terms.error();
  const auto prefix = text_in(request, "logStreamNamePrefix", false);
  if (!prefix) return prefix.error();
  const auto token = text_in(request, "nextToken", false);
  if (!token) return token.error();
  std::size_t skipped = 0;
  const auto [stopped, error] =
      std::from_chars(token->data(), token->data() + token->size(), skipped);
  if (!token->empty() && (error != std::errc() || stopped != token->data() + token->size())) {
    return errors::invalid_token();
  }
  const Json* const names = find(request.body, "logStreamNames");

  struct Hit {
    const LogStream* stream;
    const LogEvent* event;
    std::uint64_t number;
  };
  std::vector<Hit> hits;
  for (const auto& [name, stream] : (*group)->streams) {
    const bool wanted =
        names == nullptr || std::find(names->begin(), names->end(), Json(name)) != names->end();
    if (!wanted || !name.starts_with(*prefix)) continue;
    for (std::size_t i = 0; i < stream.events.size(); ++i) {
      const LogEvent& event = stream.events[i];
      if (span->holds(event) && terms->match(event.message)) {
        hits.push_back({&stream, &event, stream.forgotten + i});
      }
    }
  }
  std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    return a.event->timestamp < b.event->timestamp;
  });
  const std::size_t end = std::min(hits.size(), skipped + span->limit);
  Json shown = Json::array();
  for (std::size_t i = std::min(skipped, end); i < end; ++i) {
    Json event = {{"logStreamName", hits[i].stream->name}};
    event.update(shown_event(*hits[i].event));
    event["eventId"] = std::to_string(hits[i].event->timestamp) + std::to_string(hits[i].number);
    shown.push_back(std::move(event));
  }
  Json answer = {{"events", std::move(shown)}, {"searchedLogStreams", Json::array()}};
  if (end < hits.size()) answer["nextToken"] = std::to_string(end);
  return answer;
}

}  // namespace bedlam::logs
