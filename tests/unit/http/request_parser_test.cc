#include "emulator/http/request_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace bedlam::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

// Everything that came of some bytes, as text: requests in order, then what is left.
std::string outcome_of(std::string_view bytes, const std::vector<std::size_t>& cuts,
                       const Limits& limits = {}) {
  RequestParser parser(limits);
  std::string outcome;
  std::size_t at = 0;
  const auto feed_piece = [&](std::string_view piece) {
    while (!piece.empty()) {
      piece.remove_prefix(parser.feed(piece));
      if (parser.take_expectation()) outcome += "continue; ";
      if (parser.refusal()) return false;
      if (!parser.complete()) continue;
      const RequestTraits traits = parser.traits();
      const aws::HttpRequest request = parser.take();
      outcome += request.method + ' ' + request.target;
      for (const auto& [name, value] : request.headers)
        outcome.append(" [").append(name).append("=").append(value).append("]");
      outcome += " body=" + request.body;
      outcome += std::string(traits.keep_alive ? " keep" : " close") + (traits.head ? " head" : "");
      outcome += traits.http_1_0 ? " 1.0; " : "; ";
    }
    return true;
  };
  for (const std::size_t cut : cuts) {
    if (!feed_piece(bytes.substr(at, cut - at))) break;
    at = cut;
  }
  if (!parser.refusal()) feed_piece(bytes.substr(at));
  if (parser.refusal()) return outcome + std::to_string(parser.refusal()->status);
  return outcome + (parser.started() ? "incomplete" : "");
}

std::vector<std::size_t> every_byte(std::string_view bytes) {
  std::vector<std::size_t> cuts;
  for (std::size_t i = 1; i < bytes.size(); ++i) cuts.push_back(i);
  return cuts;
}

struct Case {
  std::string bytes, outcome;
};

// What RFC 9112 allows, and what a request is worth after it.
const std::vector<Case>& accepted() {
  static const std::vector<Case> cases{
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / [Host=a] body= keep; "},
      {"POST /x?y=%2F HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
       "POST /x?y=%2F [Host=a] [Content-Length=3] body=abc keep; "},
      // One after the other, an empty line between them (section 2.2).
      {"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
       "GET /1 [Host=a] body= keep; GET /2 [Host=a] body= keep; "},
      // Bare LF in the header section (section 2.2).
      {"GET / HTTP/1.1\nHost: a\n\n", "GET / [Host=a] body= keep; "},
      // Spaces around values, empty values, bytes above ASCII.
      {"GET / HTTP/1.1\r\nHost:a\r\nX: \t b c \t\r\nY:\r\nZ: \xc3\xa9\r\n\r\n",
       "GET / [Host=a] [X=b c] [Y=] [Z=\xc3\xa9] body= keep; "},
      // Chunked with extensions and trailers (section 7.1).
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
       "3\r\nabc\r\n0A;name=\"v\"\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n",
       "POST / [Host=a] [Transfer-Encoding=chunked] body=abc0123456789 keep; "},
      {"POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: CHUNKED\r\n\r\n1 ; x\r\na\r\n00\r\n\r\n",
       "POST / [Host=a] [transfer-encoding=CHUNKED] body=a keep; "},
      // Connection and version (section 9.3).
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n",
       "GET / [Host=a] [Connection=foo, Close] body= close; "},
      {"GET / HTTP/1.0\r\n\r\n", "GET / body= close 1.0; "},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
       "GET / [Connection=Keep-Alive] body= keep 1.0; "},
      {"GET / HTTP/1.7\r\nHost: a\r\n\r\n", "GET / [Host=a] body= keep; "},
      {"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "HEAD / [Host=a] body= keep head; "},
      // Forms of the target (section 3.2).
      {"GET http://h:1/p?q HTTP/1.1\r\nHost: a\r\n\r\n", "GET /p?q [Host=a] body= keep; "},
      {"GET HTTPS://h HTTP/1.1\r\nHost: a\r\n\r\n", "GET / [Host=a] body= keep; "},
      {"GET http://h?q HTTP/1.1\r\nHost: a\r\n\r\n", "GET /?q [Host=a] body= keep; "},
      {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * [Host=a] body= keep; "},
      {"GET /model/arn%3Aaws%3Abedrock%2Fx/invoke HTTP/1.1\r\nHost: a\r\n\r\n",
       "GET /model/arn%3Aaws%3Abedrock%2Fx/invoke [Host=a] body= keep; "},
      // RFC 9110 section 10.1.1. An empty body is asked for too: botocore waits for that.
      {"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 0\r\n\r\n",
       "continue; POST / [Host=a] [Expect=100-Continue] [Content-Length=0] body= keep; "},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc", "incomplete"},
      {"GET / HTTP/1.1\r\nHost: a\r\n", "incomplete"},
      {"\r\n\r\n", ""},
  };
  return cases;
}

std::string with_header(const std::string& line) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\nabcde\r\n0\r\n\r\n";
}
std::string chunked(const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
}

const std::vector<Case>& refused() {
  static const std::vector<Case> cases{
      {"\x16\x03\x01\x02garbage\r\n", "400"},
      {"GET\r\n", "400"},
      {"GET /\r\n", "400"},
      {"GET  HTTP/1.1\r\n", "400"},
      {"GET /a b HTTP/1.1\r\n", "400"},
      {"GET /\x01 HTTP/1.1\r\n", "400"},
      {"G@T / HTTP/1.1\r\n", "400"},
      {" GET / HTTP/1.1\r\n", "400"},
      {"GET / HTTP/1.1 \r\n", "400"},
      {"GET / http/1.1\r\n", "400"},
      {"GET / HTTP/11\r\n", "400"},
      {"GET model HTTP/1.1\r\n", "400"},
      {"GET ftp://h/ HTTP/1.1\r\n", "400"},
      {"GET http:///p HTTP/1.1\r\n", "400"},
      {"CONNECT h:443 HTTP/1.1\r\n", "501"},
      {"GET / HTTP/2.0\r\n", "505"},
      {"GET / HTTP/0.9\r\n", "505"},
      {"GET / HTTP/1.1\r\n\r\n", "400"},                        // no Host (section 3.2)
      {"GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", "400"},  // two
      {with_header("X : y"), "400"},                            // section 5.1
      {with_header(": y"), "400"},
      {with_header("novalue"), "400"},
      {with_header("X: a\r\n folded"), "400"},  // section 5.2
      {with_header("X: a\rb"), "400"},
      {with_header(std::string("X: a\0b", 6)), "400"},
      {with_header("X: \x7f"), "400"},
      // Section 6.3 and request smuggling.
      {with_header("Content-Length: 5\r\nContent-Length: 5"), "400"},
      {with_header("Content-Length: 5\r\nContent-Length: 6"), "400"},
      {with_header("Content-Length: 5, 5"), "400"},
      {with_header("Content-Length: +5"), "400"},
      {with_header("Content-Length: -1"), "400"},
      {with_header("Content-Length: 0x5"), "400"},
      {with_header("Content-Length: abc"), "400"},
      {with_header("Content-Length:"), "400"},
      {with_header("Content-Length: 5\r\nTransfer-Encoding: chunked"), "400"},
      {with_header("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), "400"},
      {with_header("Transfer-Encoding: chunked, chunked"), "400"},
      {with_header("Transfer-Encoding: identity"), "400"},
      {with_header("Transfer-Encoding: chunked, gzip"), "400"},
      {with_header("Transfer-Encoding: \x0b"
                   "chunked"),
       "400"},
      {with_header("Transfer-Encoding: gzip, chunked"), "501"},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
      {with_header("Content-Length: 33554433"), "413"},
      {with_header("Content-Length: 99999999999999999999999"), "413"},
      {with_header("Expect: the unexpected\r\nContent-Length: 5"), "417"},
      {chunked("g\r\n"), "400"},
      {chunked("\r\n"), "400"},
      {chunked("-1\r\n"), "400"},
      {chunked("0x1\r\n"), "400"},
      {chunked(" 1\r\n"), "400"},
      {chunked("1 \r\n"), "400"},
      {chunked("1\na\r\n"), "400"},
      {chunked("1\r\nab\r\n"), "400"},
      {chunked("1\r\na\n"), "400"},
      {chunked("00000000000000001\r\n"), "400"},
      {chunked("fffffffffffffffff\r\n"), "400"},
      {chunked("1;" + std::string(5'000, 'x')), "400"},
      {chunked("2000001\r\n"), "413"},
      {chunked("1\r\na\r\n2000000\r\n"), "413"},
      {chunked("0\r\nbad trailer\r\n\r\n"), "400"},
  };
  return cases;
}

TEST(RequestParser, AcceptsWhatTheRfcAllowsHoweverItIsCut) {
  for (const auto& [bytes, outcome] : accepted()) {
    EXPECT_EQ(outcome_of(bytes, {}), outcome) << bytes;
    EXPECT_EQ(outcome_of(bytes, every_byte(bytes)), outcome) << bytes;
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
      ASSERT_EQ(outcome_of(bytes, {cut}), outcome) << bytes << "\ncut at " << cut;
    }
  }
}

TEST(RequestParser, RefusesTheRestHoweverItIsCut) {
  for (const auto& [bytes, outcome] : refused()) {
    EXPECT_EQ(outcome_of(bytes, {}), outcome) << bytes;
    EXPECT_EQ(outcome_of(bytes, every_byte(bytes)), outcome) << bytes;
  }
}

// Bytes are looked at eight at a time.
TEST(RequestParser, RefusesAControlCharacterWhereverItStands) {
  for (std::size_t at = 0; at < 24; ++at) {
    for (const char control : {'\x01', '\x1f', '\x7f', ' ', '\t', '\x80'}) {
      std::string text(24, 'a');
      text[at] = control;
      const bool blank = control == ' ' || control == '\t', high = control == '\x80';
      const bool value_taken = outcome_of(with_header("X: b" + text + "c"), {}).starts_with("POST");
      EXPECT_EQ(value_taken, blank || high) << at << " " << int{control};
      const std::string target = "GET /" + text + " HTTP/1.1\r\nHost: a\r\n\r\n";
      EXPECT_EQ(outcome_of(target, {}).starts_with("GET"), high) << at << " " << int{control};
    }
  }
}

TEST(RequestParser, AsksForABodyOnce) {
  const std::string head =
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  RequestParser parser{Limits{}};
  EXPECT_EQ(parser.feed(head), head.size());
  EXPECT_TRUE(parser.take_expectation());
  EXPECT_FALSE(parser.take_expectation());
  parser.feed("ab");
  EXPECT_TRUE(parser.complete());
}

TEST(RequestParser, KeepsItsLimits) {
  const auto get = [](const std::string& target, const std::string& headers) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
  };
  const std::string longest = "/" + std::string(8 * 1024 - 14, 'm');
  EXPECT_THAT(outcome_of(get(longest, ""), {}), testing::EndsWith("keep; "));
  EXPECT_EQ(outcome_of(get(longest + "m", ""), {}), "414");
  EXPECT_EQ(outcome_of(std::string(9'000, 'A'), {}), "414");  // without an end in sight

  std::string headers;
  for (int i = 1; i < 200; ++i) headers += "X: y\r\n";
  EXPECT_THAT(outcome_of(get("/", headers), {}), testing::EndsWith("keep; "));
  EXPECT_EQ(outcome_of(get("/", headers + "X: y\r\n"), {}), "431");
  EXPECT_EQ(outcome_of(get("/", "X: " + std::string(66'000, 'x') + "\r\n"), {}), "431");
  EXPECT_EQ(outcome_of("GET / HTTP/1.1\r\nX: " + std::string(66'000, 'x'), {}), "431");

  Limits limits;
  limits.request_body = 10;
  EXPECT_EQ(outcome_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n", {}, limits),
            "413");
  EXPECT_THAT(outcome_of(chunked("5\r\n12345\r\n5\r\n12345\r\n0\r\n\r\n"), {}, limits),
              testing::EndsWith("keep; "));
  EXPECT_EQ(outcome_of(chunked("5\r\n12345\r\n6\r\n"), {}, limits), "413");
}

// Bytes near to real requests must never crash it, and must give the same result in any pieces.
TEST(RequestParser, MutatedRequestsGiveOneResult) {
  std::mt19937 random(20'241'004);
  const auto pick = [&](std::size_t below) { return random() % below; };
  std::vector<std::string> corpus;
  for (const auto* table : {&accepted(), &refused()}) {
    for (const Case& c : *table) corpus.push_back(c.bytes);
  }
  const std::string tokens = "\r\n :;,0fF\tHTTP/1.\x80";
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = corpus[pick(corpus.size())];
    if (pick(3) == 0) bytes += corpus[pick(corpus.size())];
    for (std::size_t n = 1 + pick(3); n > 0 && !bytes.empty(); --n) {
      const std::size_t at = pick(bytes.size());
      switch (pick(4)) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes[at] = tokens[pick(tokens.size())];
          break;
        case 2:
          bytes.erase(at, 1 + pick(3));
          break;
        default:
          bytes.insert(at, 1, tokens[pick(tokens.size())]);
          break;
      }
    }
    std::vector<std::size_t> cuts;
    for (std::size_t at = 1 + pick(20); at < bytes.size(); at += 1 + pick(20)) cuts.push_back(at);
    ASSERT_EQ(outcome_of(bytes, cuts), outcome_of(bytes, {})) << testing::PrintToString(bytes);
  }
}

}  // namespace
}  // namespace bedlam::http
