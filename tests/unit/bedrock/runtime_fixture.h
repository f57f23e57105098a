// A Bedrock Runtime on a scheduler that stands still, and its plans taken apart.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "emulator/aws/event_stream.h"
#include "emulator/base/base64.h"
#include "emulator/base/regex.h"
#include "emulator/bedrock/bedrock_runtime.h"

namespace bedlam::bedrock::test {

using namespace std::chrono_literals;

inline constexpr std::string_view kHaiku = "anthropic.claude-3-haiku-20240307-v1:0";
inline constexpr WallTime kEpoch{std::chrono::seconds(1'728'000'000)};  // Fri, 04 Oct 2024

// A 1×1 PNG, from the PNG specification's smallest chunks.
inline constexpr std::string_view kPng =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg==";

inline std::string messages_body(const std::string& prompt, int max_tokens = 1024,
                                 const std::string& more = "") {
  return R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":)" + std::to_string(max_tokens) +
         R"(,"messages":[{"role":"user","content":)" + to_text(Json(prompt)) + "}]" + more + "}";
}

inline std::string converse_body(const std::string& prompt, const std::string& more = "") {
  return R"({"messages":[{"role":"user","content":[{"text":)" + to_text(Json(prompt)) + "}]}]" +
         more + "}";
}

// What a plan delivers.
struct Delivered {
  int status = 0;
  aws::Headers headers;
  Duration head_due{}, last_due{};
  std::string body;
  std::vector<rpc::Step> frames;
  rpc::Note note;

  std::string header(std::string_view name) const { return std::string(headers.get(name)); }
  Json json() const { return Json::parse(body); }
};

inline Delivered delivered(rpc::Reply reply) {
  complete(reply);
  Delivered all;
  all.note = reply.note;
  for (const rpc::Step& step : reply.steps) {
    EXPECT_GE(step.due, all.last_due) << "due times never go back";
    all.last_due = step.due;
    if (const auto* head = std::get_if<rpc::Head>(&step.action)) {
      all.status = head->status;
      all.headers = head->headers;
      all.head_due = step.due;
    }
    if (const auto* bytes = std::get_if<rpc::Bytes>(&step.action)) {
      all.body += bytes->data;
      if (bytes->frame) all.frames.push_back(step);
    }
  }
  return all;
}

// The events of a stream, "name payload" each, checked frame by frame; the padding, whose length
// has no meaning, becomes "…".
inline std::vector<std::string> events_of(const std::string& body) {
  static const std::string kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::vector<std::string> events;
  aws::EventStreamDecoder decoder;
  decoder.feed(body);
  for (;;) {
    auto message = decoder.next();
    if (!message.ok()) {
      ADD_FAILURE() << message.error().message;
      break;
    }
    if (!message->has_value()) break;
    Json payload = Json::parse((*message)->payload);
    if (payload.contains("p")) {
      const auto padding = payload["p"].get<std::string>();
      EXPECT_GE(padding.size(), 2U);
      EXPECT_LE(padding.size(), 61U);
      EXPECT_EQ(padding, kLetters.substr(0, padding.size()));
      payload["p"] = "…";
    }
    EXPECT_EQ((*message)->text(":content-type"), "application/json");
    const bool exception = (*message)->text(":message-type") == "exception";
    events.push_back(std::string((*message)->text(exception ? ":exception-type" : ":event-type")) +
                     " " + to_text(payload));
  }
  EXPECT_FALSE(decoder.finish().has_value());
  return events;
}

// With every part that matches `pattern` replaced.
inline std::string replace_matches(const std::string& text, std::string_view pattern,
                                   std::string_view with) {
  std::string result;
  std::size_t end = 0;
  for (const Regex::Hit& hit : Regex::compile(pattern).value().find_all(text)) {
    result.append(text, end, hit.position - end).append(with);
    end = hit.position + hit.length;
  }
  return result.append(text, end);
}

// Model ids and message ids without their random part.
inline std::string without_ids(const std::string& text) {
  std::string without = replace_matches(text, "msg_bdrk_01[A-Za-z0-9]{22}", "msg_bdrk_01~");
  without = replace_matches(without, "toolu_bdrk_01[A-Za-z0-9]{22}", "toolu_bdrk_01~");
  return replace_matches(without, "tooluse_[A-Za-z0-9_-]{22}", "tooluse_~");
}

// The chunks of InvokeModelWithResponseStream: the JSON inside `bytes`.
inline std::vector<std::string> chunks_of(const std::string& body) {
  std::vector<std::string> chunks;
  for (const std::string& event : events_of(body)) {
    EXPECT_TRUE(event.starts_with("chunk {\"bytes\":")) << event;
    const Json payload = Json::parse(event.substr(event.find('{')));
    chunks.push_back(without_ids(base64_decode(payload["bytes"].get<std::string>()).value_or("")));
  }
  return chunks;
}

class RuntimeTest : public testing::Test {
 protected:
  Delivered call(std::string operation, std::string body, std::string model = std::string(kHaiku)) {
    rpc::Call request;
    request.service = "bedrock-runtime";
    request.operation = std::move(operation);
    request.resource = std::move(model);
    request.body = std::move(body);
    return call(request);
  }
  Delivered call(const rpc::Call& request) { return call(request, runtime); }
  static Delivered call(const rpc::Call& request, BedrockRuntime& served) {
    std::optional<rpc::Reply> answer;
    served.handle(request, [&](rpc::Reply reply) { answer = std::move(reply); });
    EXPECT_TRUE(answer.has_value());
    return delivered(answer.value_or(rpc::Reply{}));
  }
  // The message of a refusal, after a look at its form.
  std::string refusal(const std::string& operation, const std::string& body,
                      const std::string& model = std::string(kHaiku)) {
    const Delivered reply = call(operation, body, model);
    EXPECT_EQ(reply.status, 400) << reply.body;
    EXPECT_EQ(reply.header("x-amzn-ErrorType"),
              "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/");
    return reply.json().value("message", "");
  }
  void script(std::vector<script::Outcome> outcomes, std::string pattern = "*") {
    runtime.use(script::Script({{std::move(pattern), {}, {{"test:1", {}, std::move(outcomes)}}}}));
  }

  Scheduler scheduler{kEpoch};
  BedrockRuntime runtime{scheduler, 7};
};

inline script::Outcome answer(decltype(script::Answer::content) content,
                              std::string stop_reason = "") {
  return {script::Answer{std::move(content), std::move(stop_reason)}, {}, {}};
}

inline script::Outcome error(std::string name, std::string message = "") {
  return {script::Error{std::move(name), std::move(message)}, {}, {}};
}

inline script::Latency parts(Duration first, Duration each) {
  return {{}, script::Constant{first}, script::Constant{each}};
}

}  // namespace bedlam::bedrock::test
