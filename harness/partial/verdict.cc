#include "harness/partial/verdict.h"

#include <algorithm>
#include <map>

#include "emulator/base/json.h"

namespace bedlam::harness {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

struct SentPart {
  std::string text;
  bool whole = false;
};

// Tool input is compared as JSON where both are JSON: white space in it means nothing.
std::string normal(std::string_view text) {
  const std::string_view bare = trimmed(text);
  if (bare.starts_with('{') || bare.starts_with('[')) {
    if (const auto json = parse_json(bare)) return to_text(*json);
  }
  return std::string(bare);
}

// The text of each attempt that sent some; of answers that are a tool's input only, that.
std::vector<SentPart> parts_of(const std::vector<SentAnswer>& attempts) {
  std::vector<SentPart> parts;
  for (const SentAnswer& sent : attempts) {
    const std::string& text = trimmed(sent.text).empty() ? sent.tool_input : sent.text;
    if (sent.whole || !trimmed(text).empty()) parts.push_back({normal(text), sent.whole});
  }
  return parts;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!(text = trimmed(text)).empty()) {
    const std::size_t end = std::min(text.find_first_of(kSpaces), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

using WordCounts = std::map<std::string, std::size_t>;

WordCounts count_words(std::string_view text) {
  WordCounts counts;
  for (const std::string& word : words_of(text)) ++counts[word];
  return counts;
}

std::string quoted_start(std::string_view text) {
  constexpr std::size_t kMaxQuoted = 40;
  std::size_t end = std::min(text.size(), kMaxQuoted);
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  return "'" + std::string(text.substr(0, end)) + (end < text.size() ? "…'" : "'");
}

// Text of one attempt, and behind it that of a later one or the beginning of it.
std::optional<PartialVerdict> begins_again(const std::string& shown,
                                           const std::vector<SentPart>& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].text.empty() || !shown.starts_with(parts[i].text)) continue;
    const std::string_view rest = trimmed(std::string_view(shown).substr(parts[i].text.size()));
    for (std::size_t j = i; j < parts.size() && !rest.empty(); ++j) {
      if (!parts[j].text.starts_with(rest) && !rest.starts_with(parts[j].text)) continue;
      if (parts[j].text.empty()) continue;
      return PartialVerdict{
          HandedBack::kDuplicatedText,
          "behind what one attempt had sent the answer begins again: " + quoted_start(rest)};
    }
  }
  return std::nullopt;
}

// By the words alone, where the text is no beginning of what was sent.
PartialVerdict by_words(const std::string& shown, const SentPart& sent,
                        const std::vector<SentPart>& parts) {
  const WordCounts there = count_words(shown), had = count_words(sent.text);
  WordCounts anywhere;
  for (const SentPart& part : parts) {
    for (const auto& [word, count] : count_words(part.text)) anywhere[word] += count;
  }
  for (const std::string& word : words_of(shown)) {
    if (anywhere.find(word) != anywhere.end()) continue;
    return {HandedBack::kForeignText, "no attempt sent " + quoted_start(word)};
  }
  for (const auto& [word, count] : there) {
    const auto in_sent = had.find(word);
    if (in_sent != had.end() && count <= in_sent->second) continue;
    return {HandedBack::kDuplicatedText,
            quoted_start(word) + " stands " + std::to_string(count) + " times, it was sent " +
                std::to_string(in_sent == had.end() ? 0 : in_sent->second) + " times"};
  }
  for (const std::string& word : words_of(sent.text)) {
    const auto in_shown = there.find(word);
    if (in_shown != there.end() && in_shown->second == had.at(word)) continue;
    return {HandedBack::kLostText, quoted_start(word) + " was sent and is missing"};
  }
  return {HandedBack::kForeignText, "the words stand in another order than they were sent"};
}

std::string shorter_by(const std::string& shown, const SentPart& sent) {
  const std::string_view rest = trimmed(std::string_view(sent.text).substr(shown.size()));
  const std::size_t words = words_of(rest).size();
  return "it ends " + std::to_string(words) + (words == 1 ? " word" : " words") +
         " before what was sent: " + quoted_start(rest);
}

// A text that is all or the beginning of what an attempt sent.
std::optional<PartialVerdict> beginning_of(const std::string& shown, const SentPart& sent,
                                           bool flagged) {
  if (shown == sent.text && sent.whole) return PartialVerdict{HandedBack::kComplete, ""};
  if (shown == sent.text) {
    return PartialVerdict{flagged ? HandedBack::kHonestPartial : HandedBack::kSilentTruncation,
                          flagged ? "" : "the answer broke off, and nothing says so"};
  }
  if (!std::string_view(sent.text).starts_with(shown)) return std::nullopt;
  if (!sent.whole || shown.empty()) {
    return PartialVerdict{HandedBack::kLostText, shorter_by(shown, sent)};
  }
  return PartialVerdict{flagged ? HandedBack::kHonestPartial : HandedBack::kSilentTruncation,
                        shorter_by(shown, sent)};
}

}  // namespace

std::string_view word_of(HandedBack verdict) {
  return kHandedBackWords[static_cast<std::size_t>(verdict)];
}

std::optional<HandedBack> handed_back_named(std::string_view word) {
  for (std::size_t i = 0; i < std::size(kHandedBackWords); ++i) {
    if (kHandedBackWords[i] == word) return static_cast<HandedBack>(i);
  }
  return std::nullopt;
}

PartialVerdict judge_handed_back(std::string_view shown, const std::vector<SentAnswer>& attempts,
                                 bool flagged) {
  const std::string text = normal(shown);
  const std::vector<SentPart> parts = parts_of(attempts);
  if (parts.empty()) {  // no text ever left
    if (!text.empty()) {
      return {HandedBack::kForeignText,
              "nothing of an answer was sent, and there is " + quoted_start(text)};
    }
    return {flagged ? HandedBack::kHonestPartial : HandedBack::kSilentTruncation,
            flagged ? "" : "there was no answer, and nothing says so"};
  }
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (text == part->text) return *beginning_of(text, *part, flagged);
  }
  const SentPart& last = parts.back();
  if (const auto verdict = beginning_of(text, last, flagged)) return *verdict;
  if (const auto verdict = begins_again(text, parts)) return *verdict;
  return by_words(text, last, parts);
}

}  // namespace bedlam::harness
