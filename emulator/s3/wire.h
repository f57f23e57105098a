// What S3's REST protocol has of its own: keys in URLs, bodies in signed chunks with
// a trailer. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/aws/http_message.h"

namespace bedlam::s3 {

inline constexpr std::string_view kXmlHead = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
inline constexpr std::string_view kNamespace = "http://s3.amazonaws.com/doc/2006-03-01/";

// As `encoding-type=url` encodes keys: everything but letters, digits and `-_.*/`; a space is `+`.
std::string url_encode(std::string_view text);
// The parameters of a query, decoded, in order; one without `=` is empty.
aws::Headers query_parameters(std::string_view target);

// A body of `Content-Encoding: aws-chunked` ("Signature calculations: transferring payload in
// multiple chunks"): `size[;chunk-signature=…]\r\n bytes \r\n`, and trailing headers behind the
// last, empty one. Signatures are not looked at. nullopt: cut off, or no such body.
struct Unchunked {
  std::string body;
  aws::Headers trailer;
};
std::optional<Unchunked> decode_aws_chunked(std::string_view body);

}  // namespace bedlam::s3
