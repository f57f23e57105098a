#include "harness/record/secrets.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "emulator/base/base64.h"
#include "emulator/script/pattern.h"
#include "harness/record/frames.h"

namespace bedlam::harness {
namespace {

constexpr std::size_t kAccountDigits = 12;
// Below it a text is no secret worth the name, and would be found everywhere.
constexpr std::size_t kLeastSecret = 8;

// Headers whose values are ids that tell a request or an account; lower-case.
constexpr std::array<std::string_view, 9> kIdHeaders{
    "x-amzn-requestid", "x-amz-request-id",      "x-amz-id-2",
    "x-amz-cf-id",      "x-amzn-trace-id",       "traceparent",
    "x-request-id",     "amz-sdk-invocation-id", "x-amz-content-sha256"};
// Parts of the names of headers whose values are credentials, AWS's and anybody's.
constexpr std::array<std::string_view, 10> kKeyWords{
    "authorization", "api-key",  "apikey",     "secret",    "token",
    "cookie",        "password", "credential", "signature", "session"};
// What Bedrock says of an answer, and how many tokens it had.
constexpr std::string_view kBedrockHeaders = "x-amzn-bedrock-";
// What everybody's headers have: the algorithms of signatures, and what stands for the hash of a
// body that has none
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html).
constexpr std::array<std::string_view, 8> kKnownToAll{"AWS4-HMAC-SHA256",
                                                      "AWS4-ECDSA-P256-SHA256",
                                                      "UNSIGNED-PAYLOAD",
                                                      "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                                                      "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                                                      "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
                                                      "STREAMING-AWS4-HMAC-SHA256-EVENTS",
                                                      "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"};

// Ids of IAM begin with four letters that say their kind (IAM user guide, "IAM identifiers").
constexpr std::array<std::string_view, 13> kIdPrefixes{"AKIA", "ASIA", "ABIA", "ACCA", "AGPA",
                                                       "AIDA", "AIPA", "ANPA", "ANVA", "APKA",
                                                       "AROA", "ASCA", "ABSK"};
constexpr std::size_t kLeastIdRest = 12;
// What follows these is a secret, up to the end of the word.
constexpr std::array<std::string_view, 5> kSecretMarks{
    "bedrock-api-key-",
    "X-Amz-Signature=", "X-Amz-Credential=", "X-Amz-Security-Token=", "Signature="};
// Members whose value is an account (bedrock-runtime service model: s3Location.bucketOwner).
constexpr std::array<std::string_view, 2> kAccountMembers{"bucketOwner", "accountId"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}
// Letters of base64, of URLs' escapes, and of names of sessions.
bool is_of_token(char c) {
  return is_word(c) || std::string_view("+/=%-.@,~").find(c) != std::string_view::npos;
}

bool is_account(std::string_view text) {
  return text.size() == kAccountDigits && std::all_of(text.begin(), text.end(), is_digit);
}

// The account that an integer is, leading zeros lost or not; "" where it cannot be one.
std::string account_of_number(const Json& value) {
  if (!value.is_number_integer()) return "";
  std::string text = to_text(value);
  if (text.size() + 1 == kAccountDigits) text.insert(0, "0");
  return is_account(text) ? text : "";
}

std::size_t end_of_run(std::string_view text, std::size_t from, bool (*belongs)(char)) {
  while (from < text.size() && belongs(text[from])) ++from;
  return from;
}

bool is_secret_header(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lower.starts_with(kBedrockHeaders)) return false;
  return std::find(kIdHeaders.begin(), kIdHeaders.end(), lower) != kIdHeaders.end() ||
         lower.ends_with("-key") ||
         std::any_of(kKeyWords.begin(), kKeyWords.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

// The value of an Authorization header without the names of the headers that are signed.
std::string without_signed_headers(std::string_view value) {
  const std::size_t at = value.find("SignedHeaders=");
  if (at == std::string_view::npos) return std::string(value);
  const std::size_t end = std::min(value.find(',', at), value.size());
  return std::string(value.substr(0, at)) + std::string(value.substr(end));
}

// The parts of an ARN that tell an account: its number, and who calls.
struct Arn {
  std::size_t account = 0, resource = 0, end = 0;
  bool has_account = false, names_caller = false;
};

std::optional<Arn> arn_at(std::string_view text, std::size_t at) {
  std::array<std::size_t, 5> colons{};  // behind arn, partition, service, region, account
  std::size_t from = at;
  for (std::size_t& colon : colons) {
    colon = text.find(':', from);
    if (colon == std::string_view::npos || colon - from > 40) return std::nullopt;
    const std::string_view field = text.substr(from, colon - from);
    if (field.find_first_of(" \"'\n") != std::string_view::npos) return std::nullopt;
    from = colon + 1;
  }
  Arn arn;
  arn.account = colons[3] + 1;
  arn.resource = colons[4] + 1;
  arn.end = end_of_run(text, arn.resource, [](char c) { return is_of_token(c) || c == ':'; });
  arn.has_account = is_account(text.substr(arn.account, colons[4] - arn.account));
  const std::string_view service = text.substr(colons[1] + 1, colons[2] - colons[1] - 1);
  arn.names_caller = service == "iam" || service == "sts";
  return arn;
}

// Calls `take(arn)` for each in the text.
template <typename Take>
void each_arn(std::string_view text, Take take) {
  for (std::size_t at = text.find("arn:"); at != std::string_view::npos;
       at = text.find("arn:", at + 1)) {
    if (const auto arn = arn_at(text, at)) take(*arn);
  }
}

// Calls `take(at)` for each occurrence.
template <typename Take>
void each_part(std::string_view text, std::string_view part, Take take) {
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    take(at);
  }
}

// Members that stand in base64: documents, a chunk's JSON, and bodies inside of bodies.
bool is_encoded(std::string_view member) {
  return member == "bytes" || member == "body";
}

}  // namespace

void Secrets::add(std::string_view secret) {
  const bool known = std::find(kKnownToAll.begin(), kKnownToAll.end(), secret) != kKnownToAll.end();
  if (secret.size() >= kLeastSecret && !known) secrets_.emplace(secret);
}

void Secrets::learn_accounts(std::string_view text) {
  each_arn(text, [&](const Arn& arn) {
    if (arn.has_account) accounts_.emplace(text.substr(arn.account, kAccountDigits));
  });
}

void Secrets::learn_accounts_of_json(const Json& value) {
  if (value.is_string()) learn_accounts(std::string_view(value.get_ref<const std::string&>()));
  if (!value.is_structured()) return;
  for (const auto& [name, member] : value.items()) {
    learn_accounts(std::string_view(name));
    learn_accounts_of_json(member);
    const bool names_account =
        std::find(kAccountMembers.begin(), kAccountMembers.end(), name) != kAccountMembers.end();
    if (names_account) {
      const std::string account =
          member.is_string() ? member.get<std::string>() : account_of_number(member);
      if (is_account(account)) accounts_.insert(account);
    }
    const auto inside = is_encoded(name) && member.is_string()
                            ? base64_decode(member.get_ref<const std::string&>())
                            : std::nullopt;
    if (inside) learn_accounts_of_body(*inside);
  }
}

void Secrets::learn_accounts_of_body(const std::string& text) {
  learn_accounts(std::string_view(text));
  const auto json = parse_json(text);
  if (json.ok()) learn_accounts_of_json(*json);
}

void Secrets::add_parts(std::string_view value, std::string_view separators) {
  constexpr std::size_t kLeastPart = 16;  // shorter ones are names: "us-east-1", "aws4_request"
  std::size_t from = 0;
  while (from < value.size()) {
    const std::size_t end = std::min(value.find_first_of(separators, from), value.size());
    if (end - from >= kLeastPart) add(value.substr(from, end - from));
    from = end + 1;
  }
}

void Secrets::learn(const PassedCall& call) {
  for (const aws::Headers* headers : {&call.request.headers, &call.sent_headers, &call.headers}) {
    for (const auto& [name, value] : *headers) {
      if (!is_secret_header(name)) continue;
      add(value);
      // The token behind `Bearer`, and the parts of a signature or a cookie: somebody might quote
      // one.
      const std::string parts = without_signed_headers(value);
      add_parts(parts, " ");
      add_parts(parts, " ,=/;\"");
    }
  }
}

void Secrets::learn_accounts(const PassedCall& call) {
  for (const aws::Headers* headers : {&call.request.headers, &call.sent_headers, &call.headers}) {
    for (const auto& [name, value] : *headers) learn_accounts(std::string_view(value));
  }
  learn_accounts(std::string_view(call.resource));
  learn_accounts(std::string_view(aws::percent_decode(call.request.target)));
  learn_accounts_of_body(call.request.body);
  if (!is_frame_stream(call)) {
    learn_accounts_of_body(call.text());
    return;
  }
  // An ARN may be cut anywhere, between frames or inside of a chunk's base64.
  bool whole = true;
  std::string texts;
  for (ReceivedFrame& frame : frames_of(call, whole)) {
    learn_accounts_of_body(frame.payload);
    learn_accounts_of_json(frame.json);
    if (frame.headers) learn_accounts(std::string_view(aws::encode_headers(*frame.headers)));
    for (const std::string* text : texts_of(frame.json)) texts += *text;
  }
  learn_accounts(std::string_view(texts));
}

std::vector<Secrets::Found> Secrets::find(std::string_view text) const {
  std::vector<Found> found;
  for (const std::string& secret : secrets_) {
    each_part(text, secret, [&](std::size_t at) { found.push_back({at, secret.size(), false}); });
  }
  each_arn(text, [&](const Arn& arn) {
    if (arn.has_account) found.push_back({arn.account, kAccountDigits, true});
    if (arn.names_caller) found.push_back({arn.resource, arn.end - arn.resource, false});
  });
  for (const std::string& account : accounts_) {
    each_part(text, account, [&](std::size_t at) { found.push_back({at, kAccountDigits, true}); });
  }
  for (const std::string_view prefix : kIdPrefixes) {
    each_part(text, prefix, [&](std::size_t at) {
      const std::size_t end = end_of_run(
          text, at, [](char c) { return is_word(c) || c == '+' || c == '/' || c == '='; });
      const bool begins = at == 0 || !is_word(text[at - 1]);
      if (begins && end - at >= prefix.size() + kLeastIdRest) {
        found.push_back({at, end - at, false});
      }
    });
  }
  for (const std::string_view mark : kSecretMarks) {
    each_part(text, mark, [&](std::size_t at) {
      const std::size_t from = at + mark.size();
      const std::size_t end = end_of_run(text, from, is_of_token);
      if (end - from >= kLeastSecret) found.push_back({from, end - from, false});
    });
  }
  return found;
}

std::string Secrets::masked(std::string_view text) const {
  std::string result(text);
  const std::vector<Found> all = find(text);
  for (const Found& one : all) {
    if (one.account) result.replace(one.at, one.length, kMaskedAccount);
  }
  for (const Found& one : all) {
    if (!one.account) result.replace(one.at, one.length, one.length, 'x');
  }
  return result;
}

Json Secrets::masked(const Json& value) const {
  if (value.is_string()) return masked(std::string_view(value.get_ref<const std::string&>()));
  if (accounts_.contains(account_of_number(value))) return Json::parse(kMaskedAccount);
  if (!value.is_structured()) return value;
  Json result = value.is_array() ? Json::array() : Json::object();
  for (const auto& [name, member] : value.items()) {
    if (value.is_array()) {
      result.push_back(masked(member));
    } else {
      result[masked(std::string_view(name))] =
          is_encoded(name) ? masked_base64(member) : masked(member);
    }
  }
  return result;
}

std::string Secrets::masked_text(const std::string& text) const {
  const auto json = parse_json(text);
  if (json.ok()) {
    const Json inside = masked(*json);
    // Also what is no value by itself: a number in a text, the same name twice.
    if (inside != *json) return masked(std::string_view(to_text(inside)));
  }
  return masked(std::string_view(text));
}

Json Secrets::masked_base64(const Json& value) const {
  const auto bytes =
      value.is_string() ? base64_decode(value.get_ref<const std::string&>()) : std::nullopt;
  if (!bytes) return masked(value);
  const std::string inside = masked_text(*bytes);
  return inside == *bytes ? masked(value) : Json(base64_encode(inside));
}

std::string Secrets::pattern(std::string_view text) const {
  std::vector<bool> hidden(text.size(), false);
  for (const Found& one : find(text)) {
    std::fill_n(hidden.begin() + static_cast<std::ptrdiff_t>(one.at), one.length, true);
  }
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!hidden[i]) {
      result += text[i];
    } else if (i == 0 || !hidden[i - 1]) {
      result += '*';
    }
  }
  // Between slashes it would be a regular expression.
  if (script::is_regex(result)) result += '*';
  return result;
}

}  // namespace bedlam::harness
