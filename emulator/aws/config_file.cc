#include "emulator/aws/config_file.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace bedlam::aws {
namespace {

constexpr std::string_view kBlankLetters = " \t\r\v\f";

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlankLetters);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlankLetters) - first + 1);
}

// Without quotes, and with one space between words: [profile  "a"].
std::string name_of_section(std::string_view inside) {
  std::string name;
  bool quoted = false;
  for (const char c : without_blanks(inside)) {
    if (c == '"' || c == '\'') {
      quoted = !quoted;
    } else if (quoted || kBlankLetters.find(c) == std::string_view::npos) {
      name += c;
    } else if (!name.ends_with(' ')) {
      name += ' ';
    }
  }
  return name;
}

class ConfigReader {
 public:
  ConfigFile read(std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      read_line(text.substr(0, end), number);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::move(file_);
  }

 private:
  void read_line(std::string_view raw, std::size_t number) {
    const std::string_view line = without_blanks(raw);
    if (line.empty() || line.front() == '#' || line.front() == ';') return;
    const std::size_t indent = raw.find_first_not_of(kBlankLetters);
    if (setting_at_ && indent > *setting_at_) return;  // nested, or more of a value
    setting_at_.reset();
    if (line.front() == '[') return read_section(line, number);
    const std::size_t delimiter = line.find_first_of("=:");
    if (delimiter == std::string_view::npos) {
      file_.mistakes.push_back({number, "a line is `name = value`", ""});
      return;
    }
    if (file_.sections.empty()) {
      file_.mistakes.push_back({number, "a setting stands in a section", "begin with [default]"});
      return;
    }
    setting_at_ = indent;
    std::string name(without_blanks(line.substr(0, delimiter)));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name.empty()) return;
    file_.sections.back().settings[name] = without_blanks(line.substr(delimiter + 1));
  }

  void read_section(std::string_view line, std::size_t number) {
    const std::size_t end = line.find(']');
    if (end == std::string_view::npos) {
      file_.mistakes.push_back({number, "a section ends with ]", ""});
    }
    const std::size_t length = std::min(end, line.size()) - 1;
    file_.sections.push_back({name_of_section(line.substr(1, length)), number, {}});
  }

  ConfigFile file_;
  std::optional<std::size_t> setting_at_;  // how far in the setting above stands
};

}  // namespace

ConfigFile read_config_file(std::string_view text) {
  return ConfigReader().read(text);
}

}  // namespace bedlam::aws
