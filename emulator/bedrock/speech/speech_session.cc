#include "emulator/bedrock/speech/speech_session.h"

#include <array>

#include "emulator/base/base64.h"
#include "emulator/bedrock/conversation/tokens.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/speech/sound.h"

namespace bedlam::bedrock {
namespace {

constexpr int kLowestSampleRate = 8'000, kHighestSampleRate = 48'000;
// Names of blocks in one session; ours.
constexpr std::size_t kMaxOpenContents = 64;

const std::string& text_of(const Json& members, std::string_view name) {
  static const std::string kNone;
  const Json* value = find(members, name);
  return value != nullptr && value->is_string() ? value->get_ref<const std::string&>() : kNone;
}

int number_in(const Json& members, std::string_view object, std::string_view name, int otherwise) {
  const Json* inside = find(members, object);
  const Json* value = inside == nullptr ? nullptr : find(*inside, name);
  if (value == nullptr || !value->is_number_integer()) return otherwise;
  const auto number = value->get<std::int64_t>();
  return number > 0 && number < 1'000'000 ? static_cast<int>(number) : otherwise;
}

int sample_rate_in(const Json& members, std::string_view object, int otherwise) {
  const int rate = number_in(members, object, "sampleRateHertz", otherwise);
  return rate >= kLowestSampleRate && rate <= kHighestSampleRate ? rate : otherwise;
}

// A voice of its own for each name.
int pitch_of(const std::string& voice) {
  int sum = 0;
  for (const char letter : voice) sum += static_cast<unsigned char>(letter);
  return 160 + 20 * (sum % 10);
}

SpeechOutput output_of(const Json& prompt_start) {
  SpeechOutput output;
  const Json* audio = find(prompt_start, "audioOutputConfiguration");
  if (audio == nullptr) return output;
  output.audio = true;
  output.sample_rate_hz =
      sample_rate_in(prompt_start, "audioOutputConfiguration", output.sample_rate_hz);
  output.pitch_hz = pitch_of(text_of(*audio, "voiceId"));
  return output;
}

aws::Error malformed(std::string_view what) {
  return errors::malformed_input(what);
}

// What the journal keeps: of sound only how much there was.
std::string shown(const std::string& name, const Json& members, const Json& inside) {
  if (name != "audioInput") return to_text(inside) + "\n";
  Json brief = inside;
  brief["event"][name]["content"] =
      "(" + std::to_string(text_of(members, "content").size()) + " letters of base64)";
  return to_text(brief) + "\n";
}

}  // namespace

rpc::Reply speech_frames(const std::vector<Event>& events, const Timeline& timeline, Random padding,
                         int output_tokens) {
  rpc::Reply reply = stream_reply({}, events, timeline, padding, output_tokens);
  complete(reply);
  reply.steps.erase(reply.steps.begin());  // its head went out when the session opened,
  reply.steps.pop_back();                  // and its end is the session's
  return reply;
}

rpc::Reply speech_exception(const aws::Error& error, Duration due) {
  rpc::Reply reply;
  const std::string name = errors::union_member(error.code);
  std::string frame = aws::encode_exception(name, to_text(Json{{"message", error.message}}));
  reply.steps.push_back({due, rpc::Bytes{std::move(frame), rpc::FrameLabel{0, name, 0}}});
  reply.steps.push_back({due, rpc::End{}});
  reply.note.outcome = error.code;
  return reply;
}

SpeechSession::SpeechSession(const Scheduler& scheduler, Random random, Answering answering,
                             rpc::MoreOfReply more, WhenOver when_over,
                             std::shared_ptr<aws::EventChain> chain)
    : scheduler_(scheduler),
      started_(scheduler.now()),
      random_(random),
      answering_(std::move(answering)),
      more_(std::move(more)),
      when_over_(std::move(when_over)),
      reader_(std::move(chain)) {
  conversation_.max_tokens = kSpeechMaxTokens;
}

std::string SpeechSession::on_input(std::string_view bytes) {
  std::string journal;
  if (over_) return journal;
  reader_.feed(bytes);
  while (!over_) {
    const auto message = reader_.next();
    if (!message.ok()) {
      fail(message.error());
      break;
    }
    if (!*message) break;
    const Failure failure = scheduler_.now() - started_ > kLongestSession
                                ? errors::session_timeout()
                                : take(**message, journal);
    if (failure) fail(*failure);
  }
  return journal;
}

void SpeechSession::on_input_end() {
  if (over_) return;
  if (const auto cut = reader_.finish()) return fail(*cut);
  end_prompt();
  finish();
}

SpeechSession::Failure SpeechSession::take(const aws::EventStreamMessage& message,
                                           std::string& journal) {
  if (message.text(":event-type") != "chunk") return malformed("the event is no chunk");
  const Result<Json, JsonError> part = parse_json(message.payload);
  const Json* encoded = part.ok() ? find(*part, "bytes") : nullptr;
  const bool text = encoded != nullptr && encoded->is_string();
  const auto bytes = text ? base64_decode(encoded->get_ref<const std::string&>()) : std::nullopt;
  if (!bytes) return malformed("the chunk has no bytes");
  const Result<Json, JsonError> inside = parse_json(*bytes);
  const Json* event = inside.ok() ? find(*inside, "event") : nullptr;
  if (event == nullptr || !event->is_object() || event->size() != 1) {
    return malformed("the chunk is not one event");
  }
  const std::string& name = event->begin().key();
  const Json& members = event->begin().value();
  if (!members.is_object()) return malformed(name + " is no object");
  journal += shown(name, members, *inside);
  return take(name, members);
}

SpeechSession::Failure SpeechSession::take(const std::string& name, const Json& members) {
  if (name == "sessionStart") return on_session_start(members);
  if (!in_session_) return malformed("the first event is not sessionStart");
  if (name == "sessionEnd") {
    end_prompt();
    finish();
    return std::nullopt;
  }
  if (name == "promptStart") return on_prompt_start(members);
  if (const Failure failure = check_prompt(members)) return failure;
  if (name == "contentStart") return on_content_start(members);
  if (name == "textInput" || name == "toolResult") return on_text(members);
  if (name == "audioInput") return on_audio(members);
  if (name == "contentEnd") return on_content_end(members);
  if (name == "promptEnd") return on_prompt_end(members);
  return malformed("no event is called " + name);
}

SpeechSession::Failure SpeechSession::on_session_start(const Json& members) {
  if (std::exchange(in_session_, true)) return malformed("a second sessionStart");
  conversation_.max_tokens =
      number_in(members, "inferenceConfiguration", "maxTokens", kSpeechMaxTokens);
  return std::nullopt;
}

SpeechSession::Failure SpeechSession::on_prompt_start(const Json& members) {
  if (!prompt_.empty()) return malformed("a promptStart before the last prompt's promptEnd");
  prompt_ = text_of(members, "promptName");
  if (prompt_.empty()) return malformed("promptStart has no promptName");
  prompt_start_ = members;
  events_.emplace(random_.derive("session").uuid(), prompt_, output_of(members),
                  random_.derive("prompt", ++prompts_));
  const Json* tools = find(members, "toolConfiguration");
  if (tools != nullptr) conversation_.instructions.push_back(to_text(*tools));
  return std::nullopt;
}

SpeechSession::Failure SpeechSession::check_prompt(const Json& members) const {
  if (prompt_.empty()) return malformed("an event outside of a prompt");
  if (text_of(members, "promptName") != prompt_) return malformed("promptName is not the prompt's");
  return std::nullopt;
}

SpeechSession::Content* SpeechSession::find_content(const Json& members) {
  const auto found = contents_.find(text_of(members, "contentName"));
  return found == contents_.end() ? nullptr : &found->second;
}

SpeechSession::Failure SpeechSession::on_content_start(const Json& members) {
  const std::string& name = text_of(members, "contentName");
  if (name.empty()) return malformed("contentStart has no contentName");
  if (contents_.size() >= kMaxOpenContents) return malformed("too many contents are open");
  Content content;
  content.type = text_of(members, "type");
  content.role = text_of(members, "role");
  const Json* interactive = find(members, "interactive");
  content.interactive = interactive != nullptr && *interactive == Json(true);
  content.sample_rate_hz =
      sample_rate_in(members, "audioInputConfiguration", content.sample_rate_hz);
  if (content.type != "TEXT" && content.type != "AUDIO" && content.type != "TOOL") {
    return malformed("the type of a content is TEXT, AUDIO or TOOL");
  }
  if (!contents_.emplace(name, std::move(content)).second) {
    return malformed("a second contentStart of one contentName");
  }
  return std::nullopt;
}

SpeechSession::Failure SpeechSession::on_text(const Json& members) {
  Content* content = find_content(members);
  if (content == nullptr || content->type == "AUDIO") {
    return malformed("text outside of a content that takes it");
  }
  const std::string& text = text_of(members, "content");
  text_bytes_ += text.size();
  if (text_bytes_ > kMaxBodyBytes) return errors::body_too_long();
  content->text += text;
  return std::nullopt;
}

SpeechSession::Failure SpeechSession::on_audio(const Json& members) {
  Content* content = find_content(members);
  if (content == nullptr || content->type != "AUDIO") {
    return malformed("audioInput outside of a content that takes it");
  }
  const auto lpcm = base64_decode(text_of(members, "content"));
  if (!lpcm) return malformed("the content of audioInput is no base64");
  const Duration length = length_of(*lpcm, content->sample_rate_hz);
  const Duration silence = silence_at_end(*lpcm, content->sample_rate_hz);
  content->unanswered += length;
  if (silence < length) content->spoke = true;
  content->silence = silence < length ? silence : content->silence + silence;
  if (content->spoke && content->silence >= kEndOfSpeech) end_audio(*content);
  return std::nullopt;
}

void SpeechSession::end_audio(Content& content) {
  const Duration spoken = std::exchange(content.unanswered, {});
  content.spoke = false;
  content.answered = true;
  answer(format_duration(std::chrono::round<std::chrono::milliseconds>(spoken)) + " of audio",
         spoken);
}

SpeechSession::Failure SpeechSession::on_content_end(const Json& members) {
  const auto found = contents_.find(text_of(members, "contentName"));
  if (found == contents_.end()) return malformed("contentEnd of no open content");
  Content content = std::move(found->second);
  contents_.erase(found);
  if (content.type == "AUDIO") {
    // Somebody spoke, or all that there was is this silence.
    const bool unheard = content.unanswered > Duration{} && !content.answered;
    if (content.spoke || unheard) end_audio(content);
    return std::nullopt;
  }
  join(content);
  const bool turn = content.type == "TOOL" || (content.role == "USER" && content.interactive);
  if (turn) answer("", {});
  return std::nullopt;
}

// The words of a block join the conversation.
void SpeechSession::join(const Content& content) {
  unanswered_text_tokens_ += count_tokens(content.text, conversation_.token_rule);
  if (content.role == "SYSTEM") {
    conversation_.instructions.push_back(content.text);
  } else {
    conversation_.turns.push_back({content.role != "ASSISTANT", {content.text}, 0});
  }
}

void SpeechSession::answer(const std::string& transcript, Duration spoken) {
  SpeechUsage usage;
  usage.text_in = std::exchange(unanswered_text_tokens_, 0);
  usage.speech_in = static_cast<int>((spoken + kSpeechToken / 2) / kSpeechToken);
  if (!transcript.empty()) conversation_.turns.push_back({true, {transcript}, 0});
  SpeechTurn turn{conversation_, prompt_start_, *events_, !std::exchange(completing_, true),
                  transcript,    usage,         ++turns_};
  rpc::Reply reply = answering_(turn);
  over_ = !reply.steps.empty() && rpc::ends_reply(reply.steps.back().action);
  send(std::move(reply));
}

SpeechSession::Failure SpeechSession::on_prompt_end(const Json& /*members*/) {
  end_prompt();
  return std::nullopt;
}

void SpeechSession::end_prompt() {
  prompt_.clear();
  contents_.clear();
  if (!std::exchange(completing_, false)) return;
  send(speech_frames({events_->completion_end()}, Timeline({Duration{}}),
                     random_.derive("end of prompt", prompts_)));
}

void SpeechSession::finish() {
  over_ = true;
  rpc::Reply reply;
  reply.steps.push_back({Duration{}, rpc::End{}});
  send(std::move(reply));
}

// Turns count their frames and tokens from 0, which is where their faults look for them. In the
// session they count on, and a token that is spoken counts as text and as speech, as in its usage.
void SpeechSession::send(rpc::Reply reply) {
  const rpc::FrameLabel before = sent_;
  const int each = events_ && events_->output().audio ? 2 : 1;
  for (rpc::Step& step : reply.steps) {
    auto* bytes = std::get_if<rpc::Bytes>(&step.action);
    if (auto* endless = std::get_if<rpc::Endless>(&step.action)) bytes = &endless->piece;
    if (bytes == nullptr || !bytes->frame) continue;
    rpc::FrameLabel& label = *bytes->frame;
    label.index += before.index;
    label.tokens = before.tokens + each * label.tokens;
    label.generated += before.generated;
    sent_ = {label.index + 1, "", label.tokens, label.generated};
  }
  more_(std::move(reply));
}

// A stream has no exception for a wrong signature: it is a validationException, in the front door's
// words.
void SpeechSession::fail(const aws::EventStreamError& error) {
  using Kind = aws::EventStreamError::Kind;
  if (error.kind == Kind::kSignature) {
    return fail(errors::validation(error.message), reader_.explanation());
  }
  if (error.kind == Kind::kUnended) return fail(errors::no_signed_end(), error.message);
  fail(malformed(error.message));
}

void SpeechSession::fail(const aws::Error& error, const std::string& explanation) {
  over_ = true;
  rpc::Reply reply = speech_exception(error, Duration{});
  reply.note.mismatch = explanation;
  send(std::move(reply));
}

}  // namespace bedlam::bedrock
