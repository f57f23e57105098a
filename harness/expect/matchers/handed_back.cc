#include "harness/expect/matchers/handed_back.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "emulator/script/script.h"
#include "harness/partial/verdict.h"

namespace bedlam::harness {
namespace {

struct HandedBackWanted {
  Position position;
  HandedBack verdict = HandedBack::kComplete;
  std::string place, file, path, flag;  // "" where nobody said
  std::size_t request = 0;              // from 1; 0: the last
};

constexpr std::string_view kVerdictHint =
    "one of complete, honest partial, silent truncation, lost text, duplicated text, foreign text";

// As the user sees it: a text as it is, a document as JSON.
std::string text_of_value(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : to_text(value);
}

class HandedBackMatcher final : public Matcher {
 public:
  explicit HandedBackMatcher(HandedBackWanted wanted) : wanted_(std::move(wanted)) {}

  void check(const Value& actual, const Surroundings& /*around*/,
             std::vector<Miss>& misses) const override {
    const auto* given = std::get_if<std::shared_ptr<const Shown>>(&actual);
    if (given == nullptr || *given == nullptr) return;
    const Shown& shown = **given;
    if (shown.requests.size() < std::max<std::size_t>(wanted_.request, 1)) {
      return miss(misses,
                  "there were " + std::to_string(shown.requests.size()) + " requests to a model");
    }
    const std::size_t index =
        wanted_.request == 0 ? shown.requests.size() - 1 : wanted_.request - 1;
    const auto& sent = shown.requests[index];
    std::vector<std::vector<SentAnswer>> asked{sent};
    if (wanted_.request == 0) asked = shown.requests;
    if (std::any_of(sent.begin(), sent.end(), [](const auto& s) { return s.unknown; })) {
      return miss(misses, "the answer is longer than the journal keeps");
    }
    std::string text;
    if (!read_shown(shown, text)) return miss(misses, wanted_.file + " cannot be read");
    const bool flagged = take_flag(shown, text) || shown.failed;
    const PartialVerdict judged = judge_last(text, asked, flagged);
    if (judged.verdict == wanted_.verdict) return;
    miss(misses, "it was " + std::string(word_of(judged.verdict)) +
                     (judged.because.empty() ? "" : ": " + judged.because));
  }

 private:
  void miss(std::vector<Miss>& misses, std::string actual) const {
    misses.push_back(
        {wanted_.position, "", std::string(word_of(wanted_.verdict)), std::move(actual)});
  }

  bool read_shown(const Shown& shown, std::string& to) const {
    if (!wanted_.file.empty()) {
      std::ifstream file(std::filesystem::path(shown.directory) / wanted_.file, std::ios::binary);
      if (!file) return false;
      std::ostringstream text;
      text << file.rdbuf();
      to = text.str();
    } else {
      to = text_of_value(place(shown));
    }
    if (wanted_.path.empty()) return true;
    const auto document = parse_json(to);
    const Json* part = document ? script::follow(*document, wanted_.path) : nullptr;
    to = part == nullptr ? "" : text_of_value(*part);
    return true;
  }

  Json place(const Shown& shown) const {
    if (!wanted_.place.empty()) {
      const auto found = shown.places.find(wanted_.place);
      return found == shown.places.end() ? Json() : found->second;
    }
    Json nothing;
    for (const std::string_view name : {"stdout", "text", "tool_input", "output"}) {
      const auto found = shown.places.find(name);
      if (found == shown.places.end()) continue;
      if (!text_of_value(found->second).empty()) return found->second;
      nothing = "";
    }
    return nothing;
  }

  // Whether the flag stands in what was handed back, from which it is taken, or beside it.
  bool take_flag(const Shown& shown, std::string& text) const {
    if (wanted_.flag.empty()) return false;
    const std::size_t at = text.find(wanted_.flag);
    if (at != std::string::npos) {
      text.erase(at, wanted_.flag.size());
      return true;
    }
    return std::any_of(shown.places.begin(), shown.places.end(), [&](const auto& other) {
      return text_of_value(other.second).find(wanted_.flag) != std::string::npos;
    });
  }

  HandedBackWanted wanted_;
};

bool read_verdict(const Cursor& cursor, HandedBackWanted& wanted) {
  const Json& value = cursor.value();
  const std::string word = value.is_string() ? value.get<std::string>() : "";
  const auto verdict = handed_back_named(word);
  if (verdict) {
    wanted.verdict = *verdict;
    wanted.position = cursor.position();
    return true;
  }
  const std::vector<std::string_view> words(std::begin(kHandedBackWords),
                                            std::end(kHandedBackWords));
  cursor.mistake("'" + show(value) + "' is no verdict" + did_you_mean(word, words),
                 std::string(kVerdictHint));
  return false;
}

bool read_part(const Cursor& member, const std::string& name, HandedBackWanted& wanted) {
  const Json& value = member.value();
  if (name == "is") return read_verdict(member, wanted);
  if (name == "request") {
    if (value.is_number_integer() && value.get<std::int64_t>() > 0) {
      wanted.request = value.get<std::size_t>();
      return true;
    }
    member.mistake("'request' is a whole number from 1");
    return false;
  }
  const bool text = value.is_string() && !value.get_ref<const std::string&>().empty();
  if (name == "in" && text && (value == "stdout" || value == "stderr")) {
    wanted.place = value.get<std::string>();
  } else if (name == "file" && text) {
    wanted.file = value.get<std::string>();
  } else if (name == "path" && text && value.get_ref<const std::string&>().front() == '$') {
    wanted.path = value.get<std::string>();
  } else if (name == "flag" && text) {
    wanted.flag = value.get<std::string>();
  } else {
    member.mistake("nothing here is called '" + name + "', or it is not of that form",
                   "write {is: honest partial, in: stdout, file: answer.txt, path: $.text, flag: "
                   "\"[cut]\", request: 1}, or some of it");
    return false;
  }
  return true;
}

}  // namespace

MatcherPtr compile_handed_back(const Cursor& cursor) {
  HandedBackWanted wanted;
  const Json& value = cursor.value();
  if (!value.is_object()) {
    if (!read_verdict(cursor, wanted)) return nullptr;
    return std::make_shared<HandedBackMatcher>(std::move(wanted));
  }
  if (find(value, "is") == nullptr) {
    return cursor.mistake("'is' is missing: which verdict", std::string(kVerdictHint));
  }
  for (const auto& member : value.items()) {
    if (!read_part(cursor.member(member.key()), member.key(), wanted)) return nullptr;
  }
  return std::make_shared<HandedBackMatcher>(std::move(wanted));
}

}  // namespace bedlam::harness
