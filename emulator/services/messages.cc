#include "emulator/services/messages.h"

#include <openssl/evp.h>

#include <array>

namespace bedlam::services {
namespace {

std::string md5_hex(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += kHex[digest[i] >> 4U];
    hex += kHex[digest[i] & 0x0fU];
  }
  return hex;
}

rpc::Reply refused(const std::string& code, const std::string& message, const std::string& id) {
  rpc::Reply reply = rpc::plain_reply(400, {{"x-amzn-RequestId", id}, {"x-amzn-ErrorType", code}},
                                      to_text({{"message", message}}));
  reply.note.outcome = code;
  return reply;
}

rpc::Reply answered(std::string content_type, std::string body, const std::string& id) {
  rpc::Reply reply = rpc::plain_reply(
      200, {{"x-amzn-RequestId", id}, {"Content-Type", std::move(content_type)}}, std::move(body));
  reply.note.outcome = "answer";
  return reply;
}

// Recorded, with its text: a message needs a body.
rpc::Reply send_message(const Json& request, Random random, bool /*json*/) {
  const std::string id = random.uuid();
  const Json* body = find(request, "MessageBody");
  if (body == nullptr || body->is_null() || *body == "") {
    return refused("MissingParameter", "The request must contain the parameter MessageBody.", id);
  }
  const std::string text = body->is_string() ? body->get<std::string>() : to_text(*body);
  return answered("application/x-amz-json-1.0",
                  to_text({{"MD5OfMessageBody", md5_hex(text)}, {"MessageId", random.uuid()}}), id);
}

// As the service's query protocol has it, to the byte (its length is recorded).
rpc::Reply publish(const Json& request, Random random, bool json) {
  const std::string id = random.uuid();
  const Json* message = find(request, "Message");
  if (message == nullptr || message->is_null() || *message == "") {
    return refused("InvalidParameterException", "Invalid parameter: Empty message", id);
  }
  // An aws-sdk task has JSON both ways.
  if (json) {
    return answered("application/json", to_text({{"MessageId", random.uuid()}}), id);
  }
  return answered("text/xml",
                  "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">\n"
                  "  <PublishResult>\n    <MessageId>" +
                      random.uuid() +
                      "</MessageId>\n  </PublishResult>\n  <ResponseMetadata>\n    <RequestId>" +
                      id + "</RequestId>\n  </ResponseMetadata>\n</PublishResponse>\n",
                  id);
}

// Recorded: a Detail that is no JSON object makes its entry fail, and the answer says so.
rpc::Reply put_events(const Json& request, Random random, bool /*json*/) {
  static const Json kNoEntries = Json::array();
  Json entries = Json::array();
  int failed = 0;
  const Json* asked = find(request, "Entries");
  for (const Json& entry : asked == nullptr ? kNoEntries : *asked) {
    const Json* detail = find(entry, "Detail");
    const auto parsed = detail != nullptr && detail->is_string()
                            ? parse_json(detail->get_ref<const std::string&>())
                            : Result<Json, JsonError>(Json::object());
    if (parsed && parsed->is_object()) {
      entries.push_back({{"EventId", random.uuid()}});
      continue;
    }
    ++failed;
    entries.push_back({{"ErrorCode", "MalformedDetail"}, {"ErrorMessage", "Detail is malformed."}});
  }
  return answered("application/x-amz-json-1.1",
                  to_text({{"Entries", std::move(entries)}, {"FailedEntryCount", failed}}),
                  random.uuid());
}

struct Answering {
  std::string_view service, operation;
  // `json`: the caller speaks JSON, whatever the service does elsewhere.
  rpc::Reply (*answer)(const Json& request, Random random, bool json);
};

constexpr std::array<Answering, 4> kAnswers{{{"sqs", "SendMessage", send_message},
                                             {"sns", "Publish", publish},
                                             {"events", "PutEvents", put_events},
                                             {"eventbridge", "PutEvents", put_events}}};

const Answering* find_answering(const rpc::Call& call) {
  for (const Answering& line : kAnswers) {
    if (line.service == call.service && line.operation == call.operation) return &line;
  }
  return nullptr;
}

}  // namespace

bool Messages::takes(const rpc::Call& call) const {
  return find_answering(call) != nullptr;
}

void Messages::handle(const rpc::Call& call, rpc::ReplyTo reply_to) {
  const Result<Json, JsonError> request = parse_json(call.body);
  reply_to(find_answering(call)->answer(request ? *request : Json::object(),
                                        random_.derive("call", ++calls_),
                                        call.headers.get("Content-Type") == "application/json"));
}

}  // namespace bedlam::services
