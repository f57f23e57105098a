#include "emulator/bedrock/speech/speech_events.h"

#include "emulator/base/base64.h"
#include "emulator/bedrock/speech/sound.h"

namespace bedlam::bedrock {
namespace {

constexpr int kTokensASecond = 5;  // spoken; ours

Json usage_json(int speech, int text) {
  return {{"speechTokens", speech}, {"textTokens", text}};
}

Json usage_json(const SpeechUsage& usage) {
  return {{"input", usage_json(usage.speech_in, usage.text_in)},
          {"output", usage_json(usage.speech_out, usage.text_out)}};
}

std::string stage_field(std::string_view stage) {
  return R"({"generationStage":")" + std::string(stage) + "\"}";
}

}  // namespace

SpeechEvents::SpeechEvents(std::string session, std::string prompt, SpeechOutput output, Random ids)
    : session_(std::move(session)),
      prompt_(std::move(prompt)),
      output_(output),
      ids_(ids),
      completion_(ids.derive("completion").uuid()) {}

Json SpeechEvents::base() const {
  return {{"completionId", completion_}, {"promptName", prompt_}, {"sessionId", session_}};
}

Event SpeechEvents::event(std::string_view name, Json members, int tokens) const {
  const Json inside{{"event", {{std::string(name), std::move(members)}}}};
  return {"chunk", {{"bytes", base64_encode(to_text(inside))}}, tokens};
}

Event SpeechEvents::completion_start() const {
  return event("completionStart", base(), 0);
}

Event SpeechEvents::completion_end() const {
  Json members = base();
  members["stopReason"] = "END_TURN";
  return event("completionEnd", std::move(members), 0);
}

Event SpeechEvents::usage(const SpeechUsage& delta, int tokens) {
  total_.speech_in += delta.speech_in;
  total_.text_in += delta.text_in;
  total_.speech_out += delta.speech_out;
  total_.text_out += delta.text_out;
  Json members = base();
  members["details"] = {{"delta", usage_json(delta)}, {"total", usage_json(total_)}};
  members["totalInputTokens"] = total_.speech_in + total_.text_in;
  members["totalOutputTokens"] = total_.speech_out + total_.text_out;
  members["totalTokens"] = total_.speech_in + total_.text_in + total_.speech_out + total_.text_out;
  return event("usageEvent", std::move(members), tokens);
}

void SpeechEvents::add_text(std::vector<Event>& events, const std::string& text,
                            std::string_view role, std::string_view stage,
                            std::string_view stop_reason, int tokens) {
  Json content = base();
  content["contentId"] = ids_.derive("content", ++contents_).uuid();
  Json start = content;
  start["additionalModelFields"] = stage_field(stage);
  start["role"] = role;
  start["textOutputConfiguration"] = {{"mediaType", "text/plain"}};
  start["type"] = "TEXT";
  Json output = content;
  output["content"] = text;
  output["role"] = role;
  Json end = content;
  end["stopReason"] = stop_reason;
  end["type"] = "TEXT";
  events.push_back(event("contentStart", std::move(start), tokens));
  events.push_back(event("textOutput", std::move(output), tokens));
  events.push_back(event("contentEnd", std::move(end), tokens));
}

void SpeechEvents::add_audio(std::vector<Event>& events, const TextBlock& text, int first_token) {
  Json content = base();
  content["contentId"] = ids_.derive("content", ++contents_).uuid();
  Json start = content;
  start["audioOutputConfiguration"] = {{"channelCount", 1},
                                       {"encoding", "base64"},
                                       {"mediaType", "audio/lpcm"},
                                       {"sampleRateHertz", output_.sample_rate_hz},
                                       {"sampleSizeBits", 8 * kSampleBytes}};
  start["role"] = "ASSISTANT";
  start["type"] = "AUDIO";
  events.push_back(event("contentStart", std::move(start), first_token));
  const auto samples = static_cast<std::uint64_t>(output_.sample_rate_hz / kTokensASecond);
  int token = first_token;
  for (const Piece piece : text.pieces) {
    if (piece.tokens == 0) continue;
    const std::uint64_t length = samples * static_cast<std::uint64_t>(piece.tokens);
    Json output = content;
    output["content"] =
        base64_encode(tone(samples_, length, output_.pitch_hz, output_.sample_rate_hz));
    output["role"] = "ASSISTANT";
    samples_ += length;
    token += piece.tokens;
    events.push_back(event("audioOutput", std::move(output), token - 1));
  }
  Json end = content;
  end["stopReason"] = "PARTIAL_TURN";
  end["type"] = "AUDIO";
  events.push_back(event("contentEnd", std::move(end), token - 1));
}

void SpeechEvents::add_tool_use(std::vector<Event>& events, const ToolUseBlock& tool, int tokens) {
  Json content = base();
  content["contentId"] = ids_.derive("content", ++contents_).uuid();
  Json start = content;
  start["role"] = "TOOL";
  start["toolUseOutputConfiguration"] = {{"mediaType", "application/json"}};
  start["type"] = "TOOL";
  Json use = content;
  use["content"] = to_text(tool.input);
  use["role"] = "TOOL";
  use["toolName"] = tool.name;
  use["toolUseId"] = ids_.derive("tool use", contents_).uuid();
  Json end = content;
  end["stopReason"] = "TOOL_USE";
  end["type"] = "TOOL";
  events.push_back(event("contentStart", std::move(start), tokens));
  events.push_back(event("toolUse", std::move(use), tokens));
  events.push_back(event("contentEnd", std::move(end), tokens));
}

std::vector<Event> SpeechEvents::heard(const std::string& transcript) {
  std::vector<Event> events;
  add_text(events, transcript, "USER", "FINAL", "PARTIAL_TURN", 0);
  return events;
}

std::vector<Event> SpeechEvents::said(const Answer& answer) {
  std::vector<Event> events;
  int token = 1;
  for (const Block& block : answer.blocks) {
    if (const auto* tool = std::get_if<ToolUseBlock>(&block)) {
      token += tool->pieces.tokens();
      add_tool_use(events, *tool, token - 1);
      continue;
    }
    const auto* text = std::get_if<TextBlock>(&block);
    if (text == nullptr) continue;  // speech models do not show their reasoning
    const std::string words = text->pieces.text();
    const int last = token + text->pieces.tokens() - 1;
    add_text(events, words, "ASSISTANT", output_.audio ? "SPECULATIVE" : "FINAL",
             output_.audio ? "PARTIAL_TURN" : "END_TURN", output_.audio ? token : last);
    if (output_.audio) {
      add_audio(events, *text, token);
      add_text(events, words, "ASSISTANT", "FINAL", "END_TURN", last);
    }
    token = last + 1;
  }
  return events;
}

}  // namespace bedlam::bedrock
