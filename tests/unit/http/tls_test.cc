// TLS as independent clients see it: cpp-httplib (HTTP/1.1) and curl (ALPN, HTTP/2), both checking
// the certificate; and peers that speak no TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <cstdio>
#include <fstream>

#include "tests/unit/http/live_server.h"

namespace bedlam::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

rpc::Reply tell_size(const rpc::Call& call) {
  return rpc::plain_reply(200, {}, "fine, " + std::to_string(call.body.size()));
}

// A file below the test's own directory, gone with it.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    path_ = testing::TempDir() + "bedlam-tls-XXXXXX";
    const FileDescriptor file(mkstemp(path_.data()));
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct TlsServer {
  explicit TlsServer(PlannedService::Plan plan, const Limits& limits = {})
      : identity(*TlsIdentity::self_signed()),
        certificate(identity->certificate()),
        live(std::move(plan), Pace::kReal, limits, identity) {}

  std::unique_ptr<httplib::SSLClient> client() const {
    auto made = std::make_unique<httplib::SSLClient>("localhost", live.port());
    made->set_ca_cert_path(certificate.path().c_str());
    made->enable_server_certificate_verification(true);
    return made;
  }

  std::shared_ptr<TlsIdentity> identity;
  TemporaryFile certificate;
  LiveServer live;
};

struct Curl {
  int status;
  std::string output;
};
Curl curl(const std::string& arguments) {
  FILE* pipe =
      popen(("curl --silent --show-error --max-time 30 " + arguments + " 2>&1").c_str(), "r");
  Curl result{-1, ""};
  char buffer[4096];
  while (const std::size_t got = fread(buffer, 1, sizeof buffer, pipe))
    result.output.append(buffer, got);
  result.status = pclose(pipe);
  return result;
}

bool curl_speaks_http2() {
  return curl("--version").output.find("HTTP2") != std::string::npos;
}

TEST(Tls, ServesHttp1BesideClearText) {
  TlsServer server(tell_size);
  const auto client = server.client();
  client->set_keep_alive(true);
  for (int i = 0; i < 3; ++i) {
    const auto reply = client->Post("/", std::string(300'000, 'x'), "text/plain");
    ASSERT_TRUE(reply) << httplib::to_string(reply.error());
    EXPECT_EQ(reply->body, "fine, 300000");
  }
  EXPECT_EQ(server.live.counts().accepted, 1U);

  httplib::Client clear("127.0.0.1", server.live.port());
  EXPECT_EQ(clear.Get("/")->body, "fine, 0");
}

TEST(Tls, StreamsALargeReply) {
  const std::string large(5'000'000, 'x');
  TlsServer server([&large](const rpc::Call&) {
    return stream_reply({step(0s, rpc::Bytes{large, std::nullopt}),
                         step(5ms, rpc::Bytes{"end", std::nullopt}), step(5ms, rpc::End{})});
  });
  const auto reply = server.client()->Get("/");
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->body == large + "end");
}

TEST(Tls, AlpnOffersHttp2AndHttp1) {
  if (!curl_speaks_http2()) GTEST_SKIP() << "needs curl with HTTP/2";
  TlsServer server(tell_size);
  const std::string url = " https://localhost:" + std::to_string(server.live.port()) + "/ ";
  const std::string trusting =
      "--cacert " + server.certificate.path() + " -w ' HTTP/%{http_version}'";
  EXPECT_EQ(curl(trusting + " --http2" + url).output, "fine, 0 HTTP/2");
  EXPECT_EQ(curl(trusting + " --http1.1" + url).output, "fine, 0 HTTP/1.1");
  EXPECT_EQ(curl(trusting + " --tlsv1.2 --tls-max 1.2" + url).output, "fine, 0 HTTP/2");
  const std::string clear = " http://localhost:" + std::to_string(server.live.port()) + "/";
  EXPECT_EQ(curl("-w ' HTTP/%{http_version}' --http2-prior-knowledge" + clear).output,
            "fine, 0 HTTP/2");
}

TEST(Tls, AnUntrustingClientIsGoneWithoutARequest) {
  TlsServer server(tell_size);
  httplib::SSLClient client("localhost", server.live.port());
  client.enable_server_certificate_verification(true);
  EXPECT_FALSE(client.Get("/"));
  EXPECT_EQ(server.live.counts().requests, 0U);
}

TEST(Tls, AResetIsAResetOfTheConnection) {
  if (!curl_speaks_http2()) GTEST_SKIP() << "needs curl with HTTP/2";
  TlsServer server([](const rpc::Call&) {
    return stream_reply({step(0s, rpc::Bytes{"one", std::nullopt}), step(5ms, rpc::Reset{})});
  });
  const std::string url = " https://localhost:" + std::to_string(server.live.port()) + "/";
  const Curl got = curl("--http1.1 --cacert " + server.certificate.path() + url);
  EXPECT_EQ(WEXITSTATUS(got.status), 56) << "CURLE_RECV_ERROR";
  EXPECT_THAT(got.output, HasSubstr("one"));
}

TEST(Tls, ANonsensicalHandshakeIsRefused) {
  TlsServer server(tell_size);
  RawPeer peer(server.live.port());
  peer.send(std::string("\x16\x03\x01\x00\x05hello", 10));
  peer.read_all();
  EXPECT_EQ(peer.ended(), RawPeer::End::kFin);
  EXPECT_EQ(peer.received().substr(0, 1), "\x15") << "an alert (RFC 8446 section 6)";
  EXPECT_EQ(server.live.counts().refusals, 1U);
}

TEST(Tls, AHandshakeHasADeadline) {
  Limits limits;
  limits.handshake_time = 20ms;
  TlsServer server(tell_size, limits);
  RawPeer peer(server.live.port());
  peer.send("\x16\x03");
  peer.read_all();
  EXPECT_EQ(peer.ended(), RawPeer::End::kFin);
}

TEST(Tls, WithoutAnIdentityThereIsClearTextAlone) {
  LiveServer live(tell_size);
  RawPeer peer(live.port());
  peer.send("\x16\x03\x01\r\n\r\n");
  EXPECT_THAT(peer.read_all(), StartsWith("HTTP/1.1 400 "));
}

TEST(TlsIdentity, SaysWhatIsWrongWithItsFiles) {
  const TemporaryFile certificate((*TlsIdentity::self_signed())->certificate());
  const TemporaryFile nonsense("nonsense");
  const auto missing = TlsIdentity::from_files("/nowhere/cert.pem", nonsense.path());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error(),
            "/nowhere/cert.pem: no certificate in PEM form (No such file or directory)");
  const auto no_key = TlsIdentity::from_files(certificate.path(), nonsense.path());
  ASSERT_FALSE(no_key);
  EXPECT_THAT(no_key.error(), StartsWith(nonsense.path() + ": no private key in PEM form ("));
}

}  // namespace
}  // namespace bedlam::http
