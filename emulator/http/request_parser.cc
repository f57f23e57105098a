#include "emulator/http/request_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "emulator/base/word.h"

namespace bedlam::http {
namespace {

using aws::equals_ignoring_case;

// Bodies grow as they arrive: an announced length alone takes no memory beyond this.
constexpr std::uint64_t kReservedAtOnce = 64 * 1024;

// "tchar" of RFC 9110 section 5.6.2.
constexpr auto kTokenCharacters = [] {
  std::array<bool, 256> is_token{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789"
                                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    is_token[static_cast<unsigned char>(c)] = true;
  }
  return is_token;
}();

bool is_token(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](unsigned char c) { return kTokenCharacters[c]; });
}

constexpr unsigned char kDelete = 0x7f;

// Whether no byte is below `least`, nor a DEL.
bool is_visible(std::string_view text, unsigned char least) {
  for (; text.size() >= kWordBytes; text.remove_prefix(kWordBytes)) {
    const std::uint64_t word = word_at_start(text);
    if (has_byte_below(word, least) || has_byte(word, kDelete)) return false;
  }
  return std::ranges::all_of(text, [least](unsigned char c) { return c >= least && c != kDelete; });
}

// Field values hold visible characters, spaces, tabs and bytes above ASCII (RFC 9110 section 5.5).
bool is_field_value(std::string_view text) {
  return is_visible(text, ' ') || std::ranges::all_of(text, [](unsigned char c) {
           return (c >= ' ' && c != kDelete) || c == '\t';
         });
}

// Bytes above ASCII are no URI, yet clients send them; nothing here decodes them.
bool is_target(std::string_view text) {
  return !text.empty() && is_visible(text, ' ' + 1);
}

std::string_view trim(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Calls `visit` with each element of a comma-separated list, empty ones left out.
template <typename Visit>
void for_each_element(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (const std::string_view element = trim(list.substr(0, comma)); !element.empty()) {
      visit(element);
    }
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

}  // namespace

std::size_t RequestParser::feed(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && state_ < State::kComplete) {
    const std::string_view rest = bytes.substr(used);
    const bool data = state_ == State::kFixedBody || state_ == State::kChunkData;
    used += data ? feed_data(rest) : feed_line(rest);
  }
  return used;
}

aws::HttpRequest RequestParser::take() {
  aws::HttpRequest request = std::move(request_);
  *this = RequestParser(limits_);
  return request;
}

std::size_t RequestParser::feed_data(std::string_view bytes) {
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  request_.body.append(bytes.substr(0, taken));
  left_ -= taken;
  if (left_ == 0) state_ = state_ == State::kFixedBody ? State::kComplete : State::kChunkEnd;
  return taken;
}

std::size_t RequestParser::feed_line(std::string_view bytes) {
  const auto* newline = static_cast<const char*>(std::memchr(bytes.data(), '\n', bytes.size()));
  const std::size_t taken =
      newline == nullptr ? bytes.size() : static_cast<std::size_t>(newline - bytes.data()) + 1;
  if (line_.size() + taken > line_limit()) {
    refuse_long_line();
    return taken;
  }
  if (newline == nullptr) {
    if (state_ == State::kBefore && bytes != "\r") state_ = State::kRequestLine;
    line_.append(bytes);
    return taken;
  }
  std::string_view text = bytes.substr(0, taken - 1);
  if (!line_.empty()) text = line_.append(text);
  const bool crlf = !text.empty() && text.back() == '\r';
  if (crlf) text.remove_suffix(1);
  if (state_ == State::kHeaders || state_ == State::kTrailers) header_bytes_ += text.size() + 2;
  on_line({text, crlf});
  line_.clear();
  return taken;
}

std::size_t RequestParser::line_limit() const {
  switch (state_) {
    case State::kHeaders:
    case State::kTrailers:
      return limits_.header_section - std::min(header_bytes_, limits_.header_section);
    case State::kChunkSize:
      return kMaxChunkLine;
    case State::kChunkEnd:
      return 2;
    default:
      return limits_.request_line + 2;
  }
}

void RequestParser::refuse_long_line() {
  switch (state_) {
    case State::kHeaders:
    case State::kTrailers:
      return refuse(refusals::kHeadersTooLarge);
    case State::kChunkSize:
    case State::kChunkEnd:
      return refuse(refusals::kChunk);
    default:
      return refuse(refusals::kTargetTooLong);
  }
}

void RequestParser::on_line(const Line& line) {
  switch (state_) {
    case State::kBefore:
    case State::kRequestLine:
      if (!line.text.empty()) return on_request_line(line.text);
      state_ = State::kBefore;
      return;
    case State::kHeaders:
      return line.text.empty() ? on_headers_end() : on_header(line.text);
    case State::kChunkSize:
      return line.crlf ? on_chunk_size(line.text) : refuse(refusals::kChunk);
    case State::kChunkEnd:
      if (!line.crlf || !line.text.empty()) return refuse(refusals::kChunk);
      state_ = State::kChunkSize;
      return;
    case State::kTrailers:
      if (!line.text.empty()) return on_header(line.text);
      state_ = State::kComplete;
      return;
    default:
      return;
  }
}

void RequestParser::on_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || !is_token(line.substr(0, first))) {
    return refuse(refusals::kRequestLine);
  }
  request_.method = line.substr(0, first);
  traits_.head = request_.method == "HEAD";
  state_ = State::kHeaders;
  on_version(line.substr(last + 1));
  if (!refusal_) on_target(line.substr(first + 1, last - first - 1));
}

void RequestParser::on_version(std::string_view version) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (version.size() != 8 || !version.starts_with("HTTP/") || version[6] != '.' ||
      !digit(version[5]) || !digit(version[7])) {
    return refuse(refusals::kRequestLine);
  }
  if (version[5] != '1') return refuse(refusals::kVersion);
  // A higher minor version is served as the highest known (RFC 9110 section 2.5).
  traits_.http_1_0 = version[7] == '0';
  traits_.keep_alive = !traits_.http_1_0;
}

void RequestParser::on_target(std::string_view target) {
  if (request_.method == "CONNECT") return refuse(refusals::kConnect);
  if (!is_target(target)) return refuse(refusals::kTarget);
  if (target == "*" || target.front() == '/') {
    request_.target = target;
    return;
  }
  const std::size_t scheme_end = target.find("://");
  const std::string_view scheme = target.substr(0, std::min(scheme_end, target.size()));
  if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")) {
    return refuse(refusals::kTarget);
  }
  const std::size_t path = target.find_first_of("/?", scheme_end + 3);
  if (path == scheme_end + 3) return refuse(refusals::kTarget);  // no host
  if (path == std::string_view::npos || target[path] == '?') request_.target = "/";
  if (path != std::string_view::npos) request_.target += target.substr(path);
}

void RequestParser::on_header(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') return refuse(refusals::kFolded);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return refuse(refusals::kHeaderName);
  }
  const std::string_view value = trim(line.substr(colon + 1));
  if (!is_field_value(value)) return refuse(refusals::kControlCharacter);
  if (++headers_ > limits_.headers) return refuse(refusals::kHeadersTooLarge);
  if (state_ == State::kTrailers) return;  // read for their form; no service has a use for them
  request_.headers.add(line.substr(0, colon), value);
}

void RequestParser::on_headers_end() {
  if (!read_framing()) return;
  read_connection();
  const std::string_view expectation = request_.headers.get("expect");
  if (expectation.empty() || traits_.http_1_0) return;
  if (!equals_ignoring_case(expectation, "100-continue")) return refuse(refusals::kExpectation);
  wants_continue_ = true;
}

// Where the body ends (RFC 9112 section 6.3); false where the request is refused.
bool RequestParser::read_framing() {
  std::optional<std::string_view> length;
  std::optional<std::string_view> coding;
  int hosts = 0;
  bool twice = false;
  for (const auto& [name, value] : request_.headers) {
    if (equals_ignoring_case(name, "content-length")) {
      twice = twice || std::exchange(length, value).has_value();
    } else if (equals_ignoring_case(name, "transfer-encoding")) {
      twice = twice || std::exchange(coding, value).has_value();
    } else if (equals_ignoring_case(name, "host")) {
      ++hosts;
    }
  }
  const auto no = [this](const ErrorResponse& refusal) { return refuse(refusal), false; };
  if (hosts > 1 || (hosts == 0 && !traits_.http_1_0)) return no(refusals::kHost);
  if (length && coding) return no(refusals::kTwoLengths);
  if (twice) return no(length ? refusals::kContentLength : refusals::kTransferEncoding);
  if (coding) {
    int codings = 0, chunked = 0;
    bool chunked_last = false;
    for_each_element(*coding, [&](std::string_view element) {
      chunked_last = equals_ignoring_case(element, "chunked");
      chunked += chunked_last ? 1 : 0;
      ++codings;
    });
    // HTTP/1.0 has no transfer codings: such a message is faulty (RFC 9112 section 6.1).
    if (!chunked_last || chunked > 1 || traits_.http_1_0) return no(refusals::kTransferEncoding);
    if (codings > 1) return no(refusals::kCoding);
    state_ = State::kChunkSize;
    return true;
  }
  if (length) {
    const char* end = length->data() + length->size();
    const auto [parsed, error] = std::from_chars(length->data(), end, left_);
    const bool digits = std::ranges::all_of(*length, [](char c) { return c >= '0' && c <= '9'; });
    if (length->empty() || !digits) return no(refusals::kContentLength);
    if (error != std::errc() || left_ > limits_.request_body) return no(refusals::kBodyTooLarge);
    request_.body.reserve(static_cast<std::size_t>(std::min(left_, kReservedAtOnce)));
  }
  state_ = left_ == 0 ? State::kComplete : State::kFixedBody;
  return true;
}

void RequestParser::read_connection() {
  for (const auto& [name, value] : request_.headers) {
    if (!equals_ignoring_case(name, "connection")) continue;
    bool close = false, keep = false;
    for_each_element(value, [&](std::string_view option) {
      close = close || equals_ignoring_case(option, "close");
      keep = keep || equals_ignoring_case(option, "keep-alive");
    });
    if (keep) traits_.keep_alive = true;
    if (close) {
      traits_.keep_alive = false;
      return;
    }
  }
}

void RequestParser::on_chunk_size(std::string_view line) {
  constexpr std::ptrdiff_t kMaxDigits = 16;  // of 64 bits
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  const std::string_view rest(end, line.data() + line.size());
  const bool extensions = trim(rest).starts_with(';') && is_field_value(rest);
  if (error != std::errc() || end - line.data() > kMaxDigits || !(rest.empty() || extensions)) {
    return refuse(refusals::kChunk);
  }
  if (size > limits_.request_body - request_.body.size()) return refuse(refusals::kBodyTooLarge);
  left_ = size;
  state_ = size == 0 ? State::kTrailers : State::kChunkData;
}

void RequestParser::refuse(const ErrorResponse& refusal) {
  refusal_ = refusal;
  state_ = State::kRefused;
  request_ = {};
  line_ = {};
}

}  // namespace bedlam::http
