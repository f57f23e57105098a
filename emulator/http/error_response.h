// The edge's own errors: what a peer is told whose bytes make no request. No service sees them; an
// HTTP/1.1 connection ends with them, an HTTP/2 stream. AWS's texts for these are not documented;
// ours say what to mend.
#pragma once

#include <string>
#include <string_view>

namespace bedlam::http {

// A whole answer but its headers, which are the same for all.
struct ErrorResponse {
  int status;
  std::string_view message;
};

namespace refusals {

inline constexpr ErrorResponse kRequestLine{400,
                                            "The request line is not 'METHOD target HTTP/1.1'."};
inline constexpr ErrorResponse kTarget{400,
                                       "The request target is neither a path nor an http:// URL."};
inline constexpr ErrorResponse kControlCharacter{400,
                                                 "The header section has a control character."};
inline constexpr ErrorResponse kHeaderName{400, "A header line does not begin with 'name:'."};
inline constexpr ErrorResponse kFolded{400, "A header is folded over several lines."};
inline constexpr ErrorResponse kHost{400, "An HTTP/1.1 request needs exactly one Host header."};
inline constexpr ErrorResponse kContentLength{400, "Content-Length is not one number."};
inline constexpr ErrorResponse kTwoLengths{400,
                                           "The request has Content-Length and Transfer-Encoding."};
inline constexpr ErrorResponse kTransferEncoding{
    400, "Transfer-Encoding does not end in one 'chunked'."};
inline constexpr ErrorResponse kChunk{400, "A chunk of the body is malformed."};
inline constexpr ErrorResponse kCutShort{400, "The request ended before it was complete."};
inline constexpr ErrorResponse kHeadersTooLate{408, "The header section took too long to arrive."};
inline constexpr ErrorResponse kBodyTooLate{408, "The body stopped arriving."};
inline constexpr ErrorResponse kBodyTooLarge{413, "The body is larger than this server takes."};
inline constexpr ErrorResponse kTargetTooLong{414, "The request line is too long."};
inline constexpr ErrorResponse kExpectation{417, "The only expectation known is 100-continue."};
inline constexpr ErrorResponse kHeadersTooLarge{431, "The header section is too large."};
inline constexpr ErrorResponse kCoding{501, "The only transfer coding known is chunked."};
inline constexpr ErrorResponse kConnect{501, "CONNECT is for proxies."};
inline constexpr ErrorResponse kTooManyBodies{
    503, "Too many large requests are on their way at a time."};
inline constexpr ErrorResponse kVersion{505, "This server speaks HTTP/1.0 and HTTP/1.1."};

}  // namespace refusals

// "Not Found" for 404 (the IANA registry of status codes); "" where it has none.
std::string_view reason_phrase(int status);

// {"message": …}, which every SDK can show.
std::string to_body(const ErrorResponse& error);
// The whole answer on HTTP/1.1, with `Connection: close`.
std::string to_response(const ErrorResponse& error);

}  // namespace bedlam::http
