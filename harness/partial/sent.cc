#include "harness/partial/sent.h"

#include "emulator/aws/event_stream.h"
#include "emulator/base/base64.h"
#include "harness/client/model_body.h"

namespace bedlam::harness {
namespace {

constexpr int kSentStatus = 200;

void append_text(const Json& from, const char* pointer, std::string& to) {
  const Json::json_pointer place(pointer);
  if (from.contains(place) && from.at(place).is_string()) {
    to += from.at(place).get_ref<const std::string&>();
  }
}

class SentStream {
 public:
  SentAnswer read(const rpc::JournalEntry& entry) {
    aws::EventStreamDecoder decoder;
    decoder.feed(entry.body);
    while (true) {
      const auto next = decoder.next();
      if (!next || !*next) break;
      on_message(**next);
    }
    const bool converse = entry.operation == "ConverseStream";
    answer_.whole = entry.ended == "complete" && stopped_ && (!converse || saw_metadata_);
    return std::move(answer_);
  }

 private:
  void on_message(const aws::EventStreamMessage& message) {
    const auto payload = parse_json(message.payload);
    if (!payload || message.text(":message-type") != "event") return;
    const std::string_view event = message.text(":event-type");
    if (event == "chunk") return on_chunk(*payload);
    if (event == "messageStop") stopped_ = true;
    if (event == "metadata") saw_metadata_ = true;
    if (event != "contentBlockDelta") return;
    append_text(*payload, "/delta/text", answer_.text);
    append_text(*payload, "/delta/toolUse/input", answer_.tool_input);
    append_text(*payload, "/delta/reasoningContent/text", answer_.reasoning);
  }

  void on_chunk(const Json& payload) {
    std::string encoded;
    append_text(payload, "/bytes", encoded);
    const auto bytes = base64_decode(encoded);
    const auto chunk = parse_json(bytes.value_or(""));
    if (!chunk) return;
    const Json* type = find(*chunk, "type");
    if (type == nullptr) {
      answer_.text += words_of_chunk(*chunk).text;
      append_text(*chunk, "/contentBlockDelta/delta/toolUse/input", answer_.tool_input);
      append_text(*chunk, "/contentBlockDelta/delta/reasoningContent/text", answer_.reasoning);
      stopped_ = stopped_ || find(*chunk, "amazon-bedrock-invocationMetrics") != nullptr;
      return;
    }
    append_text(*chunk, "/delta/text", answer_.text);
    append_text(*chunk, "/delta/partial_json", answer_.tool_input);
    append_text(*chunk, "/delta/thinking", answer_.reasoning);
    stopped_ = stopped_ || *type == "message_stop";
  }

  SentAnswer answer_;
  bool stopped_ = false, saw_metadata_ = false;
};

void add_tool_input(const Json& body, const char* blocks, const char* input, SentAnswer& answer) {
  const Json::json_pointer place(blocks), within(input);
  if (!body.contains(place) || !body.at(place).is_array()) return;
  for (const Json& block : body.at(place)) {
    if (block.contains(within)) answer.tool_input += to_text(block.at(within));
  }
}

void add_reasoning(const Json& body, SentAnswer& answer) {
  const Json::json_pointer converse("/output/message/content");
  const Json* blocks = body.contains(converse) ? &body.at(converse) : find(body, "content");
  if (blocks == nullptr || !blocks->is_array()) return;
  for (const Json& block : *blocks) {
    append_text(block, "/reasoningContent/reasoningText/text", answer.reasoning);
    append_text(block, "/thinking", answer.reasoning);
  }
}

bool is_stream(const rpc::JournalEntry& entry) {
  return entry.operation == "ConverseStream" || entry.operation == "InvokeModelWithResponseStream";
}

bool struck(const rpc::JournalEntry& entry) {
  return !entry.note.fault.empty() && !entry.note.fault.ends_with("(not reached)");
}

}  // namespace

SentAnswer sent_answer(const rpc::JournalEntry& entry) {
  SentAnswer answer;
  if (entry.status != kSentStatus) return answer;
  if (entry.body.size() < entry.body_bytes) {
    answer.unknown = true;
    return answer;
  }
  if (is_stream(entry)) return SentStream().read(entry);
  const auto body = parse_json(entry.body);
  if (!body || !body->is_object()) return answer;
  answer.text = words_of_answer(*body).text;
  add_tool_input(*body, "/output/message/content", "/toolUse/input", answer);
  add_tool_input(*body, "/content", "/input", answer);
  add_reasoning(*body, answer);
  answer.whole = entry.ended == "complete";
  return answer;
}

bool answers_in_words(std::string_view operation) {
  return operation == "InvokeModel" || operation == "InvokeModelWithResponseStream" ||
         operation == "Converse" || operation == "ConverseStream";
}

std::string exception_in_stream(const rpc::JournalEntry& entry) {
  std::string last;
  for (const rpc::SentStep& step : entry.sent) {
    if (step.frame) last = step.frame->event;
  }
  const std::string& fault = entry.note.fault;
  const bool told = fault.starts_with("exception ") || fault.starts_with("error_frame ");
  return last.ends_with("Exception") || (told && struck(entry)) ? last : "";
}

bool arrived_whole(const rpc::JournalEntry& entry) {
  if (entry.status != kSentStatus || entry.ended != "complete") return false;
  if (entry.service == "lambda") return entry.note.outcome == "answer";
  if (!answers_in_words(entry.operation)) return true;
  if (!exception_in_stream(entry).empty()) return false;
  if (!struck(entry)) return true;
  const SentAnswer sent = sent_answer(entry);
  return sent.unknown || sent.whole;
}

}  // namespace bedlam::harness
