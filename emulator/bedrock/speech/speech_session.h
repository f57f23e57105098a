// One session of a speech model, Amazon Nova Sonic: reads the events of
// InvokeModelWithBidirectionalStream (Nova user guide, "Handling input events with the
// bidirectional API", read 2026-11) as they come, and has every turn of the user answered.
//
// A turn ends with the user's text (an interactive TEXT block of role USER; others are history),
// with a tool's result, with the user's block of audio, or with kEndOfSpeech of silence inside it.
//
// Differs from AWS: speech is not understood, its transcript says how long it was; who speaks
// during an answer does not interrupt it; the order of events is checked in our words.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "emulator/aws/error.h"
#include "emulator/aws/signed_events.h"
#include "emulator/bedrock/speech/speech_events.h"
#include "emulator/clock/scheduler.h"
#include "emulator/rpc/service.h"

namespace bedlam::bedrock {

// A session is over then (service model, InvokeModelWithBidirectionalStream: "8 minutes"). Looked
// at when an event comes, so that a skipping clock ends no session that is waiting.
inline constexpr Duration kLongestSession = std::chrono::minutes(8);
// Silence after speech that ends a turn. Ours; AWS lets a session choose among three that it does
// not number for the first model.
inline constexpr Duration kEndOfSpeech = std::chrono::milliseconds(1'500);
// Of speech, both ways, a token each. Ours.
inline constexpr Duration kSpeechToken = std::chrono::milliseconds(80);
// "maxTokens" of inferenceConfiguration where a session sets none (user guide).
inline constexpr int kSpeechMaxTokens = 1'024;

// The user's turn, to be answered.
struct SpeechTurn {
  Conversation& conversation;  // the turn is its last; the answer joins it
  const Json& prompt_start;
  SpeechEvents& events;
  bool first;              // of its prompt
  std::string transcript;  // of what was spoken; "" where it was not
  SpeechUsage usage;       // of the input
  std::uint64_t number;    // from 1
};

class SpeechSession final : public rpc::InputStream {
 public:
  using Answering = std::function<rpc::Reply(SpeechTurn&)>;
  using WhenOver = std::function<void(const rpc::Ending&, rpc::Note&)>;

  // Borrows the scheduler. `chain`: of the events' signatures; null: any will do.
  SpeechSession(const Scheduler& scheduler, Random random, Answering answering,
                rpc::MoreOfReply more, WhenOver when_over, std::shared_ptr<aws::EventChain> chain);

  std::string on_input(std::string_view bytes) override;
  void on_input_end() override;
  void on_over(const rpc::Ending& ending, rpc::Note& note) override { when_over_(ending, note); }

 private:
  struct Content {
    std::string type, role;
    bool interactive = false;
    std::string text;
    int sample_rate_hz = 16'000;
    Duration unanswered{};  // of audio since the last turn
    Duration silence{};     // at its end
    bool spoke = false;     // since the last turn
    bool answered = false;
  };
  using Failure = std::optional<aws::Error>;

  Failure take(const aws::EventStreamMessage& message, std::string& journal);
  Failure take(const std::string& name, const Json& members);
  Failure on_session_start(const Json& members);
  Failure on_prompt_start(const Json& members);
  Failure on_content_start(const Json& members);
  Failure on_text(const Json& members);
  Failure on_audio(const Json& members);
  Failure on_content_end(const Json& members);
  Failure on_prompt_end(const Json& members);
  Failure check_prompt(const Json& members) const;
  Content* find_content(const Json& members);

  void end_audio(Content& content);
  void join(const Content& content);
  void answer(const std::string& transcript, Duration spoken);
  void end_prompt();
  void finish();
  void fail(const aws::EventStreamError& error);
  void fail(const aws::Error& error, const std::string& explanation = {});
  void send(rpc::Reply reply);

  const Scheduler& scheduler_;
  Instant started_;
  Random random_;
  Answering answering_;
  rpc::MoreOfReply more_;
  WhenOver when_over_;
  aws::SignedEventReader reader_;
  bool in_session_ = false;
  bool over_ = false;
  Conversation conversation_;
  std::string prompt_;  // its name; "" outside of one
  Json prompt_start_;
  std::optional<SpeechEvents> events_;  // of the prompt
  bool completing_ = false;             // completionStart was sent
  std::map<std::string, Content> contents_;
  std::size_t text_bytes_ = 0;
  int unanswered_text_tokens_ = 0;
  std::uint64_t prompts_ = 0, turns_ = 0;
  rpc::FrameLabel sent_;  // what the next frame's label begins from
};

// The frames of these events, each due when its token is; together they have so many output tokens.
rpc::Reply speech_frames(const std::vector<Event>& events, const Timeline& timeline, Random padding,
                         int output_tokens = 0);
// An exception that ends the stream.
rpc::Reply speech_exception(const aws::Error& error, Duration due);

}  // namespace bedlam::bedrock
