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
      stopped_ = stopped_ || find(*chunk, "amazon-bedrock-invocationMetrics") != nullptr;
      return;
    }
    append_text(*chunk, "/delta/text", answer_.text);
    append_text(*chunk, "/delta/partial_json", answer_.tool_input);
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

bool is_stream(const rpc::JournalEntry& entry) {
  return entry.operation == "ConverseStream" || entry.operation == "InvokeModelWithResponseStream";
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
  answer.whole = entry.ended == "complete";
  return answer;
}

}  // namespace bedlam::harness
