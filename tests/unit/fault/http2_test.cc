// Faults that only HTTP/2 has. Codes: RFC 9113 section 7.
#include <gtest/gtest.h>

#include "tests/unit/fault/plans.h"

namespace bedlam::fault {
namespace {

using namespace std::chrono_literals;
using namespace test;

std::string last_line(std::string_view kind, Json argument) {
  auto steps = std::vector<rpc::Step>{{100ms, rpc::Head{}}, {200ms, rpc::End{}}};
  const Fault fault = fault_of(kind, {BeforeHeaders{}, std::nullopt}, std::move(argument));
  EXPECT_TRUE(fault.kind->apply(fault, steps));
  return show(steps);
}

TEST(Http2Kinds, EndTheReplyWithACode) {
  EXPECT_EQ(last_line("rst_stream", true), "100ms reset_stream 2\n");
  EXPECT_EQ(last_line("rst_stream", "REFUSED_STREAM"), "100ms reset_stream 7\n");
  EXPECT_EQ(last_line("rst_stream", "ENHANCE_YOUR_CALM"), "100ms reset_stream 11\n");
  EXPECT_EQ(last_line("goaway", true), "100ms go_away 0\n");
  EXPECT_EQ(last_line("goaway", "HTTP_1_1_REQUIRED"), "100ms go_away 13\n");
}

TEST(Http2Kinds, KnowTheirCodes) {
  EXPECT_EQ(find_kind("goaway")->check("INTERNAL_ERROR"), std::nullopt);
  const auto mistake = find_kind("rst_stream")->check("EAT_YOUR_PEAS");
  ASSERT_TRUE(mistake);
  EXPECT_NE(mistake->find("rst_stream takes `true` or an HTTP/2 error code: NO_ERROR"),
            std::string::npos);
  EXPECT_NE(find_kind("goaway")->check(7), std::nullopt);
}

}  // namespace
}  // namespace bedlam::fault
