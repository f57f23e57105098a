// Which proxy the environment names for an endpoint. What is expected of NO_PROXY was asked of
// urllib.request.proxy_bypass_environment of CPython 3.11; what travels through a proxy is tested
// in tests/program/test_proxy.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/upstream/http_proxy.h"
#include "tests/unit/harness/fake_environment.h"

namespace bedlam::harness {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kAway = "https://bedrock-runtime.us-east-1.amazonaws.com";

// "host:port", or "" where requests go straight to the endpoint.
std::string way_to(const std::string& url, std::map<std::string, std::string> variables) {
  FakeEnvironment environment;
  environment.variables = std::move(variables);
  const auto proxy = proxy_for(environment, *parse_endpoint(url));
  if (!proxy) return proxy.error();
  return *proxy ? (*proxy)->name() : "";
}

TEST(HttpProxy, IsThatOfTheScheme) {
  const std::map<std::string, std::string> both{{"HTTPS_PROXY", "http://proxy.corp:3128"},
                                                {"HTTP_PROXY", "plain.corp"}};
  EXPECT_EQ(way_to(kAway, both), "proxy.corp:3128");
  EXPECT_EQ(way_to("http://bedrock.corp:4566", both), "plain.corp:80");
  EXPECT_EQ(way_to(kAway, {{"HTTP_PROXY", "plain.corp"}, {"ALL_PROXY", "all.corp"}}), "");
  EXPECT_EQ(way_to(kAway, {{"HTTPS_PROXY", "//[fe80::7]:8080/"}}), "[fe80::7]:8080");
}

TEST(HttpProxy, SmallLettersCountBefore) {
  EXPECT_EQ(way_to(kAway, {{"https_proxy", "small"}, {"HTTPS_PROXY", "large"}}), "small:80");
  EXPECT_EQ(way_to(kAway, {{"https_proxy", ""}, {"HTTPS_PROXY", "large"}}), "");
  EXPECT_EQ(way_to(kAway, {{"HTTPS_PROXY", "p"}, {"NO_PROXY", "*"}, {"no_proxy", "x"}}), "p:80");
  // CVE-2016-1000110
  EXPECT_EQ(way_to("http://h", {{"HTTP_PROXY", "forged"}, {"REQUEST_METHOD", "GET"}}), "");
  EXPECT_EQ(way_to("http://h", {{"http_proxy", "own"}, {"REQUEST_METHOD", "GET"}}), "own:80");
}

TEST(HttpProxy, NoProxyIsReadAsUrllibReadsIt) {
  struct Bypass {
    const char* no_proxy;
    const char* url;
    bool bypassed;
  };
  const Bypass cases[] = {
      {"*", "http://a.example", true},
      {" *", "http://a.example", false},
      {"*.example", "http://a.example", false},
      {"example", "http://a.example", true},
      {".example", "http://a.example", true},
      {"..example", "http://a.example", true},
      {"a.example", "http://b.a.example", true},
      {"a.example", "http://ba.example", false},
      {"A.Example", "http://a.example", true},
      {"a.example:8443", "http://a.example:8443", true},
      {"a.example:8443", "http://a.example:443", false},
      {"a.example", "http://a.example:8443", true},
      {" b.example , a.example ", "http://a.example", true},
      {"b.example,,", "http://a.example", false},
      {".", "http://a.example", false},
      {"10.0.0.0/8", "http://10.1.2.3", false},
      {"10.1.2.3", "http://10.1.2.3:8080", true},
      {"[fe80::1]", "http://[fe80::1]:8443", true},
      {"fe80::1", "http://[fe80::1]:8443", false},
  };
  for (const Bypass& one : cases) {
    EXPECT_EQ(way_to(one.url, {{"HTTP_PROXY", "p:1"}, {"NO_PROXY", one.no_proxy}}),
              one.bypassed ? "" : "p:1")
        << one.no_proxy << " and " << one.url;
  }
}

TEST(HttpProxy, IsNeverAskedForThisMachine) {
  for (const char* url : {"http://127.0.0.1:4566", "http://localhost", "http://169.254.169.254",
                          "http://169.254.170.23", "http://[fd00:ec2::254]"}) {
    EXPECT_EQ(way_to(url, {{"HTTP_PROXY", "proxy"}}), "") << url;
  }
}

TEST(HttpProxy, UserAndPasswordAreItsCredential) {
  const auto credential = [](const std::string& url) {
    FakeEnvironment environment;
    environment.variables = {{"HTTPS_PROXY", url}};
    const auto proxy = proxy_for(environment, *parse_endpoint(kAway));
    return proxy && *proxy ? (*proxy)->authorization + " at " + (*proxy)->name() : "none";
  };
  // RFC 7617: the example of section 2.
  EXPECT_EQ(credential("http://Aladdin:open%20sesame@proxy.corp:3128"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ== at proxy.corp:3128");
  // The password ends with the last @.
  EXPECT_EQ(credential("u:p@ss@proxy.corp"), "Basic dTpwQHNz at proxy.corp:80");
  EXPECT_EQ(credential("http://user@proxy.corp"), " at proxy.corp:80");
  EXPECT_EQ(credential("http://user:@proxy.corp"), " at proxy.corp:80");
}

TEST(HttpProxy, AMistakeNamesTheVariableAndNoSecret) {
  for (const char* url : {"https://u:hush@proxy.corp", "socks5://u:hush@proxy.corp",
                          "http://u:hush@proxy.corp:0", "http://u:hush@", "http://u:hush@a b"}) {
    const std::string way = way_to(kAway, {{"HTTPS_PROXY", url}});
    EXPECT_THAT(way, HasSubstr("HTTPS_PROXY: it names no proxy")) << url;
    EXPECT_THAT(way, Not(HasSubstr("hush"))) << url;
  }
  EXPECT_EQ(way_to(kAway, {{"HTTPS_PROXY", "socks5://p"}, {"NO_PROXY", "amazonaws.com"}}), "");
}

}  // namespace
}  // namespace bedlam::harness
