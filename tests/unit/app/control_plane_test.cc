// `/_bedlam/` as a test asks it.
#include <gmock/gmock.h>

#include "emulator/app/emulator.h"

namespace bedlam::app {
namespace {

using namespace std::chrono_literals;

struct Collected final : rpc::Receiver {
  int status = 0, pieces = 0;
  std::string body;
  bool whole = false;
  std::function<void()> on_piece = [] {};
  void on_head(const rpc::Head& head) override { status = head.status; }
  void on_body(const rpc::Bytes& bytes) override {
    body += bytes.data;
    ++pieces;
    on_piece();
  }
  void on_end() override { whole = true; }
  void on_reset() override {}
  void on_close() override {}
  void on_half_close() override {}
  void on_stall() override {}
  void on_garbage(const rpc::Garbage& /*garbage*/) override {}
};

class ControlPlaneTest : public testing::Test {
 protected:
  std::shared_ptr<Collected> send(const std::string& method, const std::string& target,
                                  const std::string& body = "",
                                  const std::string& invocation = "") {
    auto answer = std::make_shared<Collected>();
    aws::HttpRequest request{method, target, {}, body};
    if (!invocation.empty()) request.headers.add("amz-sdk-invocation-id", invocation);
    emulator.dispatcher().dispatch(request, "test", answer);
    return answer;
  }
  void converse(const std::string& invocation = "", const std::string& prompt = "Hi") {
    send("POST", "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse",
         R"({"messages":[{"role":"user","content":[{"text":")" + prompt + R"("}]}]})", invocation);
  }
  Json journal() {
    const auto answer = send("GET", "/_bedlam/journal");
    emulator.scheduler().run();
    EXPECT_EQ(answer->status, 200);
    EXPECT_TRUE(answer->whole);
    return Json::parse(answer->body);
  }

  Emulator emulator{{}};
};

TEST_F(ControlPlaneTest, AnEmptyJournalHasItsForm) {
  EXPECT_EQ(to_text(journal()), R"({"calls":[],"dropped":0})");
}

TEST_F(ControlPlaneTest, AttemptsOfACallStandTogether) {
  converse("a");
  converse();
  converse("b");
  converse("a");
  const Json calls = journal()["calls"];
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(calls[0]["invocation_id"], "a");
  EXPECT_EQ(calls[0]["operation"], "Converse");
  ASSERT_EQ(calls[0]["attempts"].size(), 2U);
  EXPECT_EQ(calls[0]["attempts"][1]["id"], 4);
  EXPECT_EQ(calls[1]["invocation_id"], "");
  EXPECT_EQ(calls[2]["invocation_id"], "b");
}

TEST_F(ControlPlaneTest, ALongJournalComesInPieces) {
  for (int i = 0; i < 300; ++i) converse("", std::string(1'000, 'x'));
  const auto answer = send("GET", "/_bedlam/journal");
  emulator.scheduler().run();
  EXPECT_GT(answer->pieces, 5);
  EXPECT_EQ(Json::parse(answer->body)["calls"].size(), 300U);
}

TEST_F(ControlPlaneTest, WhatIsForgottenMeanwhileIsLeftOut) {
  for (int i = 0; i < 300; ++i) converse("", std::string(1'000, 'x'));
  const auto answer = std::make_shared<Collected>();
  answer->on_piece = [this, answer = answer.get()] {
    if (answer->pieces == 1) send("POST", "/_bedlam/reset");
  };
  emulator.dispatcher().dispatch({"GET", "/_bedlam/journal", {}, ""}, "test", answer);
  emulator.scheduler().run();
  const Json calls = Json::parse(answer->body)["calls"];
  EXPECT_GT(calls.size(), 0U);
  EXPECT_LT(calls.size(), 300U);
}

TEST_F(ControlPlaneTest, OnlyARealClockIsLate) {
  EXPECT_EQ(send("GET", "/_bedlam/lateness")->status, 409);
  std::vector<bool> asked;
  emulator.report_lateness([&asked](bool anew) {
    asked.push_back(anew);
    return Json{{"timers", asked.size()}};
  });
  EXPECT_EQ(send("GET", "/_bedlam/lateness")->body, "{\"timers\":1}\n");
  EXPECT_EQ(send("POST", "/_bedlam/lateness")->body, "{\"timers\":2}\n");
  EXPECT_THAT(asked, testing::ElementsAre(false, true));
}

TEST_F(ControlPlaneTest, AnUnknownPathNamesThoseThereAre) {
  emulator.add_control("GET", "", [](const std::string&) { return ControlAnswer{200, "", ""}; });
  emulator.add_control("GET", "verdict", [](const std::string&) {
    return ControlAnswer{200, "", ""};
  });
  emulator.add_control("POST", "verdict", [](const std::string&) {
    return ControlAnswer{200, "", ""};
  });
  emulator.add_control("POST", "scenario", [](const std::string&) {
    return ControlAnswer{200, "", ""};
  });
  const auto answer = send("GET", "/_bedlam/nope");
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(Json::parse(answer->body)["errors"][0],
            "there is no /_bedlam/nope; there are health, journal, scenario, reset, clock, "
            "lateness and verdict");
}

TEST(ControlPlaneLimits, TheJournalTellsWhatItDropped) {
  EmulatorOptions options;
  options.journal.bytes = 20'000;
  Emulator emulator(options);
  for (int i = 0; i < 100; ++i) {
    emulator.dispatcher().dispatch({"GET", "/nothing", {}, ""}, "test",
                                   std::make_shared<Collected>());
  }
  EXPECT_GT(emulator.journal().dropped(), 50U);
  EXPECT_EQ(emulator.journal().dropped() + emulator.journal().entries().size(), 100U);
}

}  // namespace
}  // namespace bedlam::app
