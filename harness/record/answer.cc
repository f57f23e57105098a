// What a call was answered with, as an outcome of a recorded model.
#include <algorithm>
#include <array>
#include <cctype>

#include "emulator/bedrock/errors.h"
#include "emulator/fault/fault.h"
#include "emulator/scenario/shapes.h"
#include "harness/record/frames.h"
#include "harness/record/recording.h"

namespace bedlam::harness {
namespace {

// A frame before it is written down.
struct MaskedFrame {
  const ReceivedFrame& received;
  Json json;                   // what it says
  std::size_t text_bytes = 0;  // of the answer's text in it
};

// What frames say, without secrets. One may be spread over frames, as a model's words are: the
// texts are masked as one.
std::vector<MaskedFrame> masked_frames(const std::vector<ReceivedFrame>& received,
                                       const Secrets& secrets) {
  std::vector<MaskedFrame> frames;
  std::string all;
  for (const ReceivedFrame& one : received) {
    MaskedFrame& frame = frames.emplace_back(MaskedFrame{one, secrets.masked(one.json)});
    for (const std::string* text : texts_of(frame.json)) {
      all += *text;
      frame.text_bytes += text->size();
    }
  }
  const std::string masked = secrets.masked(std::string_view(all));
  if (masked == all) return frames;
  std::size_t at = 0;
  for (MaskedFrame& frame : frames) {
    for (std::string* text : texts_of(frame.json)) {
      const std::size_t size = text->size();
      *text = masked.substr(at, size);
      at += size;
    }
  }
  return frames;
}

// The payload as it came, but for secrets: written anew where one stood in what it says.
std::string masked_payload(const MaskedFrame& frame, const Secrets& secrets) {
  const ReceivedFrame& received = frame.received;
  const bool same = frame.json == received.json;
  const std::string text = same ? received.payload : payload_with(received, frame.json);
  // An exact payload has nothing but what it says.
  return received.exact ? text : secrets.masked_text(text);
}

std::optional<aws::EventStreamHeaders> masked_headers(const ReceivedFrame& frame,
                                                      const Secrets& secrets) {
  if (!frame.headers) return std::nullopt;
  aws::EventStreamHeaders headers = *frame.headers;
  for (auto& [name, value] : headers) {
    name = secrets.masked(std::string_view(name));
    if (auto* text = std::get_if<std::string>(&value))
      *text = secrets.masked(std::string_view(*text));
    if (auto* array = std::get_if<aws::ByteArray>(&value)) {
      array->bytes = secrets.masked(std::string_view(array->bytes));
    }
  }
  return headers;
}

struct CountedTokens {
  int input = 0, output = 0;
};

int count_in(const Json& object, const char* name) {
  const Json* value = find(object, name);
  return value != nullptr && value->is_number_integer() ? value->get<int>() : 0;
}

// What a body, or a frame, says of its tokens, in Bedrock's own words.
void read_counts_of(const Json& json, CountedTokens& counts) {
  const auto take = [](int found, int& into) { into = found > 0 ? found : into; };
  if (const Json* usage = find(json, "usage")) {
    take(count_in(*usage, "inputTokens"), counts.input);
    take(count_in(*usage, "outputTokens"), counts.output);
    take(count_in(*usage, "input_tokens"), counts.input);
    take(count_in(*usage, "output_tokens"), counts.output);
  }
  if (const Json* metrics = find(json, "amazon-bedrock-invocationMetrics")) {
    take(count_in(*metrics, "inputTokenCount"), counts.input);
    take(count_in(*metrics, "outputTokenCount"), counts.output);
  }
}

void read_header_counts(const aws::Headers& headers, CountedTokens& counts) {
  const auto take = [&](std::string_view name, int& into) {
    const std::string value(headers.get(name));
    if (!value.empty() && value.size() < 8 &&
        value.find_first_not_of("0123456789") == std::string::npos) {
      into = std::stoi(value);
    }
  };
  take("X-Amzn-Bedrock-Input-Token-Count", counts.input);
  take("X-Amzn-Bedrock-Output-Token-Count", counts.output);
}

// The frames with text share the answer's tokens by their length; one each where nothing is said.
void share_tokens(const std::vector<MaskedFrame>& received, int all,
                  std::vector<script::VerbatimFrame>& frames) {
  std::size_t bytes = 0, with_text = 0;
  for (const MaskedFrame& frame : received) {
    bytes += frame.text_bytes;
    with_text += frame.text_bytes > 0 ? 1 : 0;
  }
  if (with_text == 0) return;
  const std::size_t tokens = all > 0 ? static_cast<std::size_t>(all) : with_text;
  std::size_t behind = 0, given = 0, left = with_text;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (received[i].text_bytes == 0) continue;
    behind += received[i].text_bytes;
    --left;
    // As many as its share, but one at least, and one for each that comes, where there are so many.
    std::size_t until = tokens * behind / bytes;
    if (tokens >= with_text) until = std::clamp(until, given + 1, tokens - left);
    until = std::max(until, given);
    frames[i].tokens = static_cast<int>(until - given);
    given = until;
  }
}

// Headers that say something of an answer and nothing of an account.
bool is_kept_header(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower.starts_with("x-amzn-bedrock-") || lower == "retry-after" ||
         lower == "x-amz-retry-after";
}

std::map<std::string, std::string> kept_headers(const PassedCall& call, bool stream,
                                                const Secrets& secrets) {
  std::map<std::string, std::string> kept;
  for (const auto& [name, value] : call.headers) {
    // Streams of models have it always.
    const bool usual = stream && aws::equals_ignoring_case(name, "X-Amzn-Bedrock-Content-Type");
    if (is_kept_header(name) && !usual) kept[std::string(name)] = secrets.masked(value);
  }
  return kept;
}

using Point = decltype(fault::Where::point);

fault::Fault closed_at(Point point) {
  fault::Fault fault;
  fault.where.point = std::move(point);
  fault.kind = fault::find_kind("close");
  fault.argument = true;
  return fault;
}

script::Latency constant_latency(Duration time) {
  script::Latency latency;
  latency.total = script::Constant{std::chrono::round<std::chrono::microseconds>(time)};
  return latency;
}

std::optional<int> positive_count(int tokens) {
  return tokens > 0 ? std::optional(tokens) : std::nullopt;
}

// Where a stream of these frames broke off: with the last of them, or some time behind it.
Point broken_at(const std::vector<script::VerbatimFrame>& frames, Duration ended) {
  if (frames.empty()) return fault::BeforeHeaders{};
  const Duration time = std::chrono::round<std::chrono::microseconds>(ended);
  if (time > *frames.back().at) return fault::AfterTime{time};
  return fault::AfterFrames{static_cast<int>(frames.size())};
}

script::Outcome stream_outcome(const PassedCall& call, const Secrets& secrets) {
  bool whole = true;
  const std::vector<ReceivedFrame> received = frames_of(call, whole);
  const std::vector<MaskedFrame> masked = masked_frames(received, secrets);
  script::Verbatim verbatim;
  verbatim.status = call.status;
  verbatim.headers = kept_headers(call, true, secrets);
  CountedTokens counts;
  for (const MaskedFrame& frame : masked) {
    read_counts_of(frame.json, counts);
    if (const Json* message = find(frame.json, "message")) read_counts_of(*message, counts);
    verbatim.frames.push_back({secrets.masked(std::string_view(frame.received.event)),
                               frame.received.exception, masked_payload(frame, secrets), 0,
                               std::chrono::round<std::chrono::microseconds>(frame.received.at),
                               masked_headers(frame.received, secrets)});
  }
  share_tokens(masked, counts.output, verbatim.frames);
  script::Outcome outcome;
  if (verbatim.frames.empty()) {
    verbatim.headers["Content-Type"] = call.headers.get("content-type");
    outcome.latency = constant_latency(call.ended);
  }
  if (!whole) outcome.fault = closed_at(broken_at(verbatim.frames, call.ended));
  outcome.result = script::Answer{std::move(verbatim), "", positive_count(counts.input),
                                  positive_count(counts.output)};
  return outcome;
}

// The error as a scenario writes it; nullopt where the emulator would word it differently.
std::optional<script::Error> named_error(const PassedCall& call, const Secrets& secrets) {
  const std::string type(call.headers.get("x-amzn-ErrorType"));
  const std::string name = type.substr(0, type.find(':'));
  const auto& known = scenario::choice("error name").words;
  if (std::find(known.begin(), known.end(), name) == known.end()) return std::nullopt;
  const auto body = parse_json(call.text());
  const Json* message = body.ok() ? find(*body, "message") : nullptr;
  if (message == nullptr || !message->is_string()) return std::nullopt;
  script::Error error{name,
                      secrets.masked(std::string_view(message->get_ref<const std::string&>()))};
  const aws::Error ours = bedrock::errors::named(name, message->get<std::string>());
  const bool same = ours.http_status == call.status &&
                    bedrock::errors::error_type_header(ours) == type &&
                    to_text(Json{{"message", *message}}) == call.text() && ours.members.empty();
  if (!same) return std::nullopt;
  for (const auto& [header, value] : kept_headers(call, false, secrets)) {
    error.headers[header] = value;
  }
  return error;
}

script::Outcome plain_outcome(const PassedCall& call, const Secrets& secrets) {
  script::Outcome outcome;
  outcome.latency = constant_latency(call.ended);
  if (auto error = named_error(call, secrets)) {
    outcome.result = std::move(*error);
    return outcome;
  }
  const std::string text = call.text();
  script::Verbatim verbatim;
  verbatim.status = call.status;
  verbatim.headers = kept_headers(call, false, secrets);
  const std::string type(call.headers.get("content-type"));
  if (type != "application/json") {
    verbatim.headers["Content-Type"] = secrets.masked(std::string_view(type));
  }
  const std::string_view error_type = call.headers.get("x-amzn-ErrorType");
  if (!error_type.empty()) verbatim.headers["x-amzn-ErrorType"] = secrets.masked(error_type);
  CountedTokens counts;
  const auto body = parse_json(text);
  verbatim.body = secrets.masked_text(text);
  if (body.ok()) read_counts_of(*body, counts);
  read_header_counts(call.headers, counts);
  outcome.result = script::Answer{std::move(verbatim), "", positive_count(counts.input),
                                  positive_count(counts.output)};
  return outcome;
}

}  // namespace

script::Outcome outcome_of_call(const PassedCall& call, const Secrets& secrets) {
  const bool stream = is_frame_stream(call);
  if (call.status != 0 && stream) return stream_outcome(call, secrets);
  if (call.status != 0 && call.whole) return plain_outcome(call, secrets);
  script::Outcome broken;
  broken.latency = constant_latency(call.ended);
  broken.result = script::Answer{script::Verbatim{}, ""};
  broken.fault = closed_at(fault::BeforeHeaders{});
  return broken;
}

}  // namespace bedlam::harness
