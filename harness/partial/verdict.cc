#include "harness/partial/verdict.h"

#include <algorithm>
#include <map>

#include "emulator/base/json.h"
#include "emulator/base/utf8.h"

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

bool is_like_json(std::string_view text) {
  return text.starts_with('{') || text.starts_with('[');
}

// Tool input is compared as JSON where both are JSON: white space in it means nothing.
std::string normal(std::string_view text) {
  const std::string_view bare = trimmed(text);
  if (is_like_json(bare)) {
    if (const auto json = parse_json(bare)) return to_text(*json);
  }
  return std::string(bare);
}

// The text of each attempt that sent some; of answers that are a tool's input only, that, and also
// where `json` is looked for.
std::vector<SentPart> parts_of(const std::vector<SentAnswer>& attempts, bool json) {
  std::vector<SentPart> parts;
  for (const SentAnswer& sent : attempts) {
    const bool tool = trimmed(sent.text).empty() || (json && !sent.tool_input.empty());
    const std::string& text = tool ? sent.tool_input : sent.text;
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
  while (end < text.size() && continues_character(text[end])) ++end;
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

// JSON without the spaces between its tokens, whole or not.
std::string tightened(std::string_view json) {
  std::string text;
  bool inside = false, escaped = false;  // a string
  for (const char c : json) {
    if (!inside && kSpaces.find(c) != std::string_view::npos) continue;
    if (c == '"' && !escaped) inside = !inside;
    escaped = inside && c == '\\' && !escaped;
    text += c;
  }
  return text;
}

// JSON that broke off, as programs close it that read it while it comes.
std::optional<PartialVerdict> closed_json(const std::string& shown, const SentPart& sent,
                                          bool flagged) {
  if (sent.whole || !is_like_json(shown) || !parse_json(shown)) return std::nullopt;
  const std::string begun = shown.substr(0, shown.find_last_not_of("\"}]") + 1);
  if (!tightened(sent.text).starts_with(begun)) return std::nullopt;
  return PartialVerdict{flagged ? HandedBack::kHonestPartial : HandedBack::kSilentTruncation,
                        flagged ? "" : "the JSON broke off and was closed, and nothing says so"};
}

// Without what an attempt had thought first, where that stands there too.
std::string_view behind_reasoning(std::string_view shown, const std::vector<SentAnswer>& attempts) {
  const std::string_view text = trimmed(shown);
  for (auto sent = attempts.rbegin(); sent != attempts.rend(); ++sent) {
    const std::string_view reasoning = trimmed(sent->reasoning);
    if (!reasoning.empty() && text.starts_with(reasoning)) return text.substr(reasoning.size());
  }
  return text;
}

// What the last attempt that sent some text sent, where that broke off; else "".
std::string broken_off(const std::vector<SentAnswer>& attempts) {
  const std::vector<SentPart> parts = parts_of(attempts, false);
  return parts.empty() || parts.back().whole ? "" : parts.back().text;
}

// What of `shown` stands behind these texts, the last of which comes first.
std::optional<std::string_view> behind(std::string_view shown,
                                       const std::vector<std::string>& texts) {
  std::string_view rest = trimmed(shown);
  for (auto text = texts.rbegin(); text != texts.rend(); ++text) {
    if (!rest.starts_with(*text)) return std::nullopt;
    rest = trimmed(rest.substr(text->size()));
  }
  return rest;
}

// Whether one is the beginning of the other.
bool alike(std::string_view a, std::string_view b) {
  return !a.empty() && !b.empty() && (a.starts_with(b) || b.starts_with(a));
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
  const std::string text = normal(behind_reasoning(shown, attempts));
  const std::vector<SentPart> parts = parts_of(attempts, is_like_json(text));
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
  if (const auto verdict = closed_json(text, last, flagged)) return *verdict;
  if (const auto verdict = begins_again(text, parts)) return *verdict;
  return by_words(text, last, parts);
}

PartialVerdict judge_last(std::string_view shown,
                          const std::vector<std::vector<SentAnswer>>& requests, bool flagged) {
  const std::vector<SentAnswer>& last = requests.back();
  PartialVerdict alone = judge_handed_back(shown, last, flagged);
  if (alone.verdict <= HandedBack::kSilentTruncation) return alone;
  const std::vector<SentPart> parts = parts_of(last, false);
  const std::string text = parts.empty() ? "" : parts.back().text;
  std::vector<std::string> before;  // what was sent, the latest first
  for (auto request = std::next(requests.rbegin()); request != requests.rend(); ++request) {
    before.push_back(broken_off(*request));
    if (before.back().empty()) break;
    const std::optional<std::string_view> rest = behind(shown, before);
    if (!rest) continue;
    if (!alike(text, before.back())) return judge_handed_back(*rest, last, flagged);
    if (!alike(text, *rest)) continue;
    return {HandedBack::kDuplicatedText,
            "behind what one request had sent the answer begins again: " + quoted_start(*rest)};
  }
  return alone;
}

}  // namespace bedlam::harness
