// Where requests go that leave this machine, or that another Bedlam answers: the URL that a user
// wrote, in its parts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/base/result.h"

namespace bedlam::harness {

struct Endpoint {
  bool tls = false;
  std::string host;  // without the brackets of an IPv6 address
  std::uint16_t port = 80;
  std::string prefix;  // "" or a path such as "/team-a", which every target is put behind

  // "https://host:8443/prefix"; a port that goes without saying is not said.
  std::string url() const;
  // What the Host header says.
  std::string authority() const;
  // This machine: nothing that is spent is anybody's money.
  bool is_loopback() const;
  // The Region in an AWS host name such as bedrock-runtime.eu-central-1.amazonaws.com; "" where the
  // name has none.
  std::string region() const;
};

// "https://host", "http://127.0.0.1:4566/prefix", "http://[::1]:80". The error says what is wrong
// with it, in one line without the text's user name or query.
Result<Endpoint, std::string> parse_endpoint(std::string_view url);

// AWS's own: https://bedrock-runtime.REGION.amazonaws.com, in China under amazonaws.com.cn
// (endpoints.json of botocore, partitions "aws" and "aws-cn").
Endpoint aws_endpoint(std::string_view service, std::string_view region);

}  // namespace bedlam::harness
