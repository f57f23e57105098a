#include "harness/client/stream_reader.h"

#include "emulator/base/base64.h"
#include "harness/client/model_body.h"

namespace bedlam::harness {
namespace {

// botocore's exception for what its decoder refuses (botocore/eventstream.py).
CallError raised_by(const aws::EventStreamError& error) {
  using Kind = aws::EventStreamError::Kind;
  switch (error.kind) {
    case Kind::kPreludeChecksum:
    case Kind::kMessageChecksum:
      return {"ChecksumMismatch", error.message};
    case Kind::kHeadersTooLong:
      return {"InvalidHeadersLength", error.message};
    case Kind::kPayloadTooLong:
      return {"InvalidPayloadLength", error.message};
    case Kind::kMalformed:
    case Kind::kTruncated:
    case Kind::kSignature:  // of requests
    case Kind::kUnended:
      break;
  }
  return {"ParserError", error.message};
}

void take_text(const Json& object, std::string_view name, std::string& to) {
  const Json* member = find(object, name);
  if (member != nullptr && member->is_string()) to = member->get<std::string>();
}

}  // namespace

std::optional<CallError> StreamReader::feed(std::string_view bytes) {
  decoder_.feed(bytes);
  while (true) {
    const auto next = decoder_.next();
    if (!next) return raised_by(next.error());
    if (!*next) return std::nullopt;
    ++heard_.frames;
    if (std::optional<CallError> error = on_message(**next)) return error;
  }
}

std::optional<CallError> StreamReader::on_message(const aws::EventStreamMessage& message) {
  const Result<Json, JsonError> payload = parse_json(message.payload);
  const std::string_view type = message.text(":message-type");
  if (type == "error") {
    return CallError{std::string(message.text(":error-code")),
                     std::string(message.text(":error-message"))};
  }
  if (type == "exception") {
    CallError error{std::string(message.text(":exception-type")), ""};
    if (!payload) return error;
    take_text(*payload, "message", error.message);
    take_text(*payload, "Message", error.message);  // of SageMaker
    return error;
  }
  const std::string_view event = message.text(":event-type");
  if (event == "PayloadPart") heard_.text += message.payload;
  if (!payload) return std::nullopt;
  if (answer_ == Operation::Answer::kConverse) {
    on_converse_event(event, *payload);
  } else if (event == "chunk") {
    std::string encoded;
    take_text(*payload, "bytes", encoded);
    const std::optional<std::string> bytes = base64_decode(encoded);
    if (!bytes) return std::nullopt;
    if (const auto chunk = parse_json(*bytes)) on_chunk(*chunk);
  }
  return std::nullopt;
}

void StreamReader::on_converse_event(std::string_view event, const Json& payload) {
  if (event == "contentBlockDelta") on_text(find(payload, "delta"));
  if (event == "metadata") {
    saw_metadata_ = true;
    heard_.tokens = token_count_in(payload, "/usage/outputTokens");
    heard_.input_tokens = token_count_in(payload, "/usage/inputTokens");
    take_cache_counts(payload, "/usage", heard_);
  }
  if (event == "messageStop") {
    saw_stop_ = true;
    take_text(payload, "stopReason", heard_.stop_reason);
  }
}

void StreamReader::on_chunk(const Json& payload) {
  std::string type;
  take_text(payload, "type", type);
  for (const char* place :
       {"/message/usage/input_tokens", "/amazon-bedrock-invocationMetrics/inputTokenCount"}) {
    if (const auto tokens = token_count_in(payload, place)) heard_.input_tokens = tokens;
  }
  take_cache_counts(payload, "/message/usage", heard_);
  take_cache_counts(payload, "/amazon-bedrock-invocationMetrics", heard_);
  if (type.empty()) return on_other_chunk(payload);
  if (type == "content_block_delta") on_text(find(payload, "delta"));
  if (type == "message_stop") {
    saw_stop_ = true;
    if (!heard_.tokens) heard_.tokens = words_of_chunk(payload).tokens;
  }
  if (type == "message_delta") {
    if (const Json* delta = find(payload, "delta")) {
      take_text(*delta, "stop_reason", heard_.stop_reason);
    }
    heard_.tokens = token_count_in(payload, "/usage/output_tokens");
  }
}

// Of a family that is not Anthropic's; Bedrock's metrics are in its last chunk.
void StreamReader::on_other_chunk(const Json& chunk) {
  const ModelWords words = words_of_chunk(chunk);
  heard_.text += words.text;
  const Json* delta = find(chunk, "contentBlockDelta");
  delta = delta == nullptr ? nullptr : find(*delta, "delta");
  count_piece(!words.text.empty(), delta == nullptr ? chunk : *delta);
  if (words.tokens) heard_.tokens = words.tokens;
  if (!words.stop_reason.empty()) heard_.stop_reason = words.stop_reason;
  if (find(chunk, "amazon-bedrock-invocationMetrics") != nullptr) saw_stop_ = true;
}

// Both forms of a text delta carry it in a member `text`; a tool's input stands in `partial_json`,
// or in Converse's `toolUse`.
void StreamReader::on_text(const Json* delta) {
  if (delta == nullptr) return;
  std::string text, input;
  take_text(*delta, "text", text);
  take_text(*delta, "partial_json", input);
  if (const Json* tool = find(*delta, "toolUse")) take_text(*tool, "input", input);
  heard_.text += text;
  heard_.tool_input += input;
  count_piece(!text.empty() || !input.empty(), *delta);
}

// What a model thinks: Anthropic's `thinking`, Converse's and Nova's `reasoningContent`. A
// signature is none of it.
void StreamReader::count_piece(bool said, const Json& delta) {
  if (said) ++heard_.pieces;
  std::string thought;
  take_text(delta, "thinking", thought);
  if (const Json* reasoning = find(delta, "reasoningContent")) {
    take_text(*reasoning, "text", thought);
    if (thought.empty()) take_text(*reasoning, "redactedContent", thought);
  }
  if (!thought.empty()) ++heard_.reasoning_pieces;
}

}  // namespace bedlam::harness
