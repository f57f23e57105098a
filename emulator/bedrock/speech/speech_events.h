// What a speech model sends (Nova user guide, "Handling output events with the bidirectional API",
// read 2026-11): completionStart, then blocks of content (contentStart, its events, contentEnd) for
// what was heard, what will be said, its sound and what was said, usageEvent, completionEnd.
//
// Differs from AWS: an answer is one block of each kind, not one for every sentence; sound is a
// tone, a fifth of a second for each token.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "emulator/bedrock/conversation/conversation.h"
#include "emulator/bedrock/stream/events.h"

namespace bedlam::bedrock {

// What promptStart asks for, beside its name.
struct SpeechOutput {
  bool audio = false;
  int sample_rate_hz = 24'000;
  int pitch_hz = 220;  // the voice
};

struct SpeechUsage {
  int speech_in = 0, text_in = 0, speech_out = 0, text_out = 0;
};

// The events of one prompt; the completion they belong to is named by the first.
class SpeechEvents {
 public:
  SpeechEvents(std::string session, std::string prompt, SpeechOutput output, Random ids);

  Event completion_start() const;
  // The user's words as the model heard them.
  std::vector<Event> heard(const std::string& transcript);
  // The answer: each token has its sound, due with it.
  std::vector<Event> said(const Answer& answer);
  // Of what came since the last one, and in all.
  Event usage(const SpeechUsage& delta, int tokens);
  Event completion_end() const;

  const SpeechOutput& output() const { return output_; }

 private:
  Json base() const;
  Event event(std::string_view name, Json members, int tokens) const;
  void add_text(std::vector<Event>& events, const std::string& text, std::string_view role,
                std::string_view stage, std::string_view stop_reason, int tokens);
  void add_audio(std::vector<Event>& events, const TextBlock& text, int first_token);
  void add_tool_use(std::vector<Event>& events, const ToolUseBlock& tool, int tokens);

  std::string session_, prompt_;
  SpeechOutput output_;
  Random ids_;
  std::string completion_;
  std::uint64_t contents_ = 0;
  std::uint64_t samples_ = 0;  // said so far
  SpeechUsage total_;
};

}  // namespace bedlam::bedrock
