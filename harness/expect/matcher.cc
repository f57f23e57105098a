#include "harness/expect/matcher.h"

#include "emulator/base/utf8.h"

namespace bedlam::harness {
namespace {

std::string escape_pointer(const std::string& name) {
  std::string escaped;
  for (const char c : name) {
    if (c == '~')
      escaped += "~0";
    else if (c == '/')
      escaped += "~1";
    else
      escaped += c;
  }
  return escaped;
}

class AllOf final : public Matcher {
 public:
  explicit AllOf(std::vector<MatcherPtr> matchers) : matchers_(std::move(matchers)) {}
  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    for (const MatcherPtr& matcher : matchers_) matcher->check(actual, around, misses);
  }

 private:
  std::vector<MatcherPtr> matchers_;
};

// Cuts between characters, never inside one.
std::string shorten(std::string text) {
  if (text.size() <= kMaxShownBytes) return text;
  std::size_t end = kMaxShownBytes;
  while (end > 0 && continues_character(text[end])) --end;
  const std::size_t total = text.size();
  text.resize(end);
  return text + "… (" + std::to_string(total) + " bytes)";
}

struct Show {
  std::string operator()(const Json& json) const { return show(json); }
  std::string operator()(Duration duration) const { return format_duration(duration); }
  std::string operator()(const Gaps& gaps) const {
    if (gaps.pauses.empty()) return "none";
    std::string text;
    for (const Pause& pause : gaps.pauses) {
      text += (text.empty() ? "" : ", ") + format_duration(pause.time);
    }
    return text;
  }
  std::string operator()(Money money) const { return format_money(money); }
  std::string operator()(const Calls& calls) const {
    return std::to_string(calls.records.size()) + (calls.records.size() == 1 ? " call" : " calls");
  }
  std::string operator()(const std::shared_ptr<const Shown>& /*shown*/) const { return "text"; }
  std::string operator()(const Objects& objects) const {
    return std::to_string(objects.bodies.size()) +
           (objects.bodies.size() == 1 ? " object" : " objects");
  }
};

}  // namespace

Cursor Cursor::member(const std::string& name) const {
  return {*compilation_, *find(*value_, name), pointer_ + "/" + escape_pointer(name)};
}

Cursor Cursor::element(std::size_t index) const {
  return {*compilation_, (*value_)[index], pointer_ + "/" + std::to_string(index)};
}

MatcherPtr Cursor::mistake(std::string message, std::string hint) const {
  compilation_->mistakes.push_back(
      {Severity::kError, compilation_->file, position(), std::move(message), std::move(hint)});
  return nullptr;
}

MatcherPtr all_of(std::vector<MatcherPtr> matchers) {
  std::erase(matchers, nullptr);
  if (matchers.size() == 1) return matchers.front();
  return std::make_shared<AllOf>(std::move(matchers));
}

std::string show(const Json& value) {
  if (!value.is_string()) return shorten(to_text(value));
  const std::string& text = value.get_ref<const std::string&>();
  // A text with line ends or none at all would be unreadable bare.
  const bool bare = !text.empty() && text.find('\n') == std::string::npos && text.front() != ' ' &&
                    text.back() != ' ';
  return shorten(bare ? text : to_text(value));
}

std::string show(const Value& value) {
  return std::visit(Show{}, value);
}

}  // namespace bedlam::harness
