#include "emulator/aws/credentials.h"

#include <algorithm>
#include <charconv>

#include "emulator/aws/config_file.h"

namespace bedlam::aws {
namespace {

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

class CredentialsReader {
 public:
  explicit CredentialsReader(std::string file) : file_(std::move(file)) {}

  void read(std::string_view text) {
    const ConfigFile config = read_config_file(text);
    for (const ConfigMistake& mistake : config.mistakes) {
      complain(mistake.line, mistake.message, mistake.hint);
    }
    for (const ConfigSection& section : config.sections) read_section(section);
    std::stable_sort(
        mistakes_.begin(), mistakes_.end(),
        [](const Diagnostic& a, const Diagnostic& b) { return a.position.line < b.position.line; });
    const bool nothing = found_.access_keys.empty() && found_.bearer_tokens.empty();
    if (nothing && mistakes_.empty()) {
      complain(0, "there is no key in it",
               "a section with aws_access_key_id and aws_secret_access_key");
    }
  }

  Result<Credentials, Diagnostics> take() {
    if (!mistakes_.empty()) return mistakes_;
    return found_;
  }

 private:
  // `line` 0: of the whole file.
  void complain(std::size_t line, std::string message, std::string hint = {}) {
    mistakes_.push_back({Severity::kError,
                         file_,
                         {line, line == 0 ? std::size_t{0} : std::size_t{1}},
                         std::move(message),
                         std::move(hint)});
  }

  void read_section(const ConfigSection& section) {
    const auto value = [&section](const char* name) {
      const auto setting = section.settings.find(name);
      return setting == section.settings.end() ? std::string() : setting->second;
    };
    std::optional<std::chrono::sys_seconds> expires;
    if (section.settings.contains("expiration")) {
      expires = parse_utc(value("expiration"));
      if (!expires) {
        complain(section.line, "expiration is no time", "write it as 2026-11-22T18:00:00Z");
      }
    }
    const std::string bearer = value("aws_bearer_token_bedrock");
    if (!bearer.empty()) found_.bearer_tokens.push_back({bearer, expires});
    AccessKey key{value("aws_access_key_id"), value("aws_secret_access_key"),
                  value("aws_session_token"), expires};
    if (key.id.empty() != key.secret.empty()) {
      return complain(section.line,
                      "half a key pair: aws_access_key_id and aws_secret_access_key go together");
    }
    if (key.id.empty()) return;
    if (found_.find(key.id) != nullptr) {
      return complain(section.line, "this access key stands in the file twice");
    }
    found_.access_keys.push_back(std::move(key));
  }

  std::string file_;
  Credentials found_;
  Diagnostics mistakes_;
};

}  // namespace

const AccessKey* Credentials::find(std::string_view access_key_id) const {
  const auto key = std::find_if(access_keys.begin(), access_keys.end(),
                                [&](const AccessKey& k) { return k.id == access_key_id; });
  return key == access_keys.end() ? nullptr : &*key;
}

Result<Credentials, Diagnostics> parse_credentials(std::string_view text, const std::string& file) {
  CredentialsReader reader(file);
  reader.read(text);
  return reader.take();
}

std::optional<std::chrono::sys_seconds> parse_utc(std::string_view text) {
  std::string digits;  // "20261122T180000Z"
  for (const char c : text) {
    if (c != '-' && c != ':') digits += c;
  }
  const bool extended =
      text.size() == 20 && text[4] == '-' && text[7] == '-' && text[13] == ':' && text[16] == ':';
  if (digits.size() != 16 || (!extended && text.size() != 16)) return std::nullopt;
  if (digits[8] != 'T' || digits[15] != 'Z') return std::nullopt;
  const std::string_view all = digits;
  const auto year = number(all.substr(0, 4)), month = number(all.substr(4, 2)),
             day = number(all.substr(6, 2)), hour = number(all.substr(9, 2)),
             minute = number(all.substr(11, 2)), second = number(all.substr(13, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  if (*month < 0 || *day < 0 || *hour < 0 || *minute < 0 || *second < 0) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace bedlam::aws
