#include "emulator/rpc/journal.h"

#include <gtest/gtest.h>

namespace bedlam::rpc {
namespace {

using namespace std::chrono_literals;

Call call(std::string body = "{}") {
  Call call;
  call.service = "bedrock-runtime";
  call.operation = "InvokeModel";
  call.resource = "anthropic.claude-3-haiku-20240307-v1:0";
  call.caller = {"connection 3", "id-1", 2, "eu-west-1"};
  call.body = std::move(body);
  return call;
}

Bytes frame(std::string data, FrameLabel label) {
  return {std::move(data), std::move(label)};
}

TEST(Journal, NumbersEntriesFromOne) {
  Journal journal;
  EXPECT_EQ(journal.add(call(), Instant{}).id, 1U);
  EXPECT_EQ(journal.add(call(), Instant{}).id, 2U);
  EXPECT_EQ(journal.find(2), &journal.entries()[1]);
  EXPECT_EQ(journal.find(0), nullptr);
  EXPECT_EQ(journal.find(3), nullptr);
}

TEST(Journal, NumbersGoOnAfterClear) {
  Journal journal;
  journal.add(call(), Instant{});
  journal.add(call(), Instant{});
  journal.clear();
  EXPECT_EQ(journal.find(1), nullptr);
  EXPECT_EQ(journal.find(2), nullptr);
  EXPECT_EQ(journal.add(call(), Instant{}).id, 3U);
  EXPECT_EQ(journal.find(2), nullptr);
  ASSERT_NE(journal.find(3), nullptr);
  EXPECT_EQ(journal.find(3)->id, 3U);
}

TEST(Journal, KeepsTheLastEntries) {
  Journal journal;
  for (std::size_t i = 0; i < kMaxJournalEntries + 10; ++i) journal.add(call(""), Instant{});
  EXPECT_EQ(journal.entries().size(), kMaxJournalEntries);
  EXPECT_EQ(journal.find(10), nullptr);
  ASSERT_NE(journal.find(11), nullptr);
  EXPECT_EQ(journal.find(11)->id, 11U);
  EXPECT_EQ(journal.entries().back().id, kMaxJournalEntries + 10);
}

TEST(Journal, EntriesStayWhereTheyAreWhileOthersCome) {
  Journal journal;
  JournalEntry& first = journal.add(call(), Instant(1s));
  for (int i = 0; i < 10'000; ++i) journal.add(call(), Instant{});
  EXPECT_EQ(&first, journal.find(1));
  EXPECT_EQ(first.at, Instant(1s));
}

TEST(Journal, CutsLongRequests) {
  Journal journal({.request = 1'000});
  const auto& entry = journal.add(call(std::string(1'001, 'x')), Instant{});
  EXPECT_EQ(entry.request.size(), 1'000U);
  EXPECT_EQ(entry.request_bytes, 1'001U);
  EXPECT_EQ(to_json(entry)["cut"], Json::array({"request"}));
  EXPECT_EQ(find(to_json(journal.add(call(std::string(1'000, 'x')), Instant{})), "cut"), nullptr);
}

TEST(Journal, CutsLongInputs) {
  Journal journal({.request = 10});
  JournalEntry& entry = journal.add(call(""), Instant{});
  journal.record_input(entry, 100, "12345678");
  EXPECT_FALSE(entry.request_cut);
  journal.record_input(entry, 100, "90ab");
  EXPECT_EQ(entry.request, "1234567890");
  EXPECT_TRUE(entry.request_cut);
}

// Image prompts fill every entry: 100,000 of them would be 800 GB.
TEST(Journal, RequestsStayBelowItsSize) {
  const JournalLimits limits{.bytes = 1'000'000, .request = 30'000};
  Journal journal(limits);
  const std::size_t calls = limits.bytes / limits.request + 20;
  for (std::size_t i = 0; i < calls; ++i) {
    journal.add(call(std::string(limits.request, 'x')), Instant{});
    ASSERT_LE(journal.entries().size() * limits.request, limits.bytes + 2 * limits.request);
  }
  EXPECT_GT(journal.entries().size(), limits.bytes / limits.request * 9 / 10);
  EXPECT_EQ(journal.find(1), nullptr);
  EXPECT_EQ(journal.find(calls), &journal.entries().back());
  EXPECT_EQ(journal.dropped(), calls - journal.entries().size());
}

TEST(Journal, RepliesStayBelowItsSize) {
  const JournalLimits limits{.bytes = 4'000'000};
  Journal journal(limits);
  const Step chunk{0s, Bytes{std::string(1'024, 'x'), std::nullopt}};
  for (int i = 0; i < 600; ++i) {
    JournalEntry& entry = journal.add(call(""), Instant{});
    for (int j = 0; j < 64; ++j) journal.record(entry, chunk, Instant{});
  }
  EXPECT_LE(journal.entries().size() * kMaxJournalledReply, limits.bytes);
  journal.clear();
  for (int i = 0; i < 1'000; ++i) {
    journal.record(journal.add(call(""), Instant{}), chunk, Instant{});
  }
  EXPECT_EQ(journal.entries().size(), 1'000U);
}

// 5,000 streams of 200 tokens, what a load test has open at a time: kept as strings they took
// hundreds of megabytes.
TEST(Journal, TakesLittleOfAStream) {
  Journal journal(JournalLimits{.stream = 0});
  JournalEntry& entry = journal.add(call(), Instant{});
  journal.record(entry, {0s, Head{200, {}}}, Instant(1s));
  for (int i = 0; i < 200; ++i) {
    const Step step{0s, frame(std::string(230, 'x'), {i, "contentBlockDelta", i})};
    journal.record(entry, step, Instant(1s + i * 100ms));
  }
  EXPECT_LT(entry.kept_bytes, 2'500U);
}

TEST(Record, AddsUpWhatWasSent) {
  Journal journal(JournalLimits{.stream = 0});
  JournalEntry& entry = journal.add(call(), Instant(1s));
  journal.record(entry, {0s, Head{200, {}}}, Instant(2s));
  journal.record(entry, {0s, frame("12345", {0, "messageStart", 0})}, Instant(2s));
  journal.record(entry, {0s, frame("678", {1, "contentBlockDelta", 4})}, Instant(3s));
  journal.record(entry, {0s, Garbage{"zz"}}, Instant(3s));
  EXPECT_EQ(entry.status, 200);
  EXPECT_EQ(entry.body_bytes, 8U);
  EXPECT_EQ(entry.body, "") << "of a stream its frames tell";
  EXPECT_EQ(entry.tokens_sent, 4);
  EXPECT_EQ(entry.ended, "");
  journal.record(entry, {0s, End{}}, Instant(4s));
  EXPECT_EQ(entry.ended, "complete");
  EXPECT_EQ(entry.ended_at, Instant(4s));
  const std::vector<SentStep> sent(entry.sent.begin(), entry.sent.end());
  ASSERT_EQ(sent.size(), 5U);
  EXPECT_EQ(sent[2].what, "frame");
  EXPECT_EQ(sent[2].at, Instant(3s));
  EXPECT_EQ(sent[2].frame->event, "contentBlockDelta");
  EXPECT_EQ(sent[3].what, "garbage");
}

// What became of a stream in a program is judged by it.
TEST(Record, KeepsTheStartOfAStreamWhereAskedTo) {
  Journal journal(JournalLimits{.stream = 7});
  JournalEntry& entry = journal.add(call(), Instant{});
  journal.record(entry, {0s, Head{200, {}}}, Instant(2s));
  journal.record(entry, {0s, Bytes{"12", {}}}, Instant(2s));
  journal.record(entry, {0s, frame("345", {0, "messageStart", 0})}, Instant(2s));
  journal.record(entry, {0s, frame("678", {1, "contentBlockDelta", 4})}, Instant(3s));
  EXPECT_EQ(entry.body, "1234567");
  EXPECT_EQ(find(to_json(entry), "body"), nullptr) << "it is no text";
}

TEST(Record, NamesEveryEnding) {
  const std::pair<Action, std::string_view> kEndings[] = {{End{}, "complete"},
                                                          {Reset{}, "reset"},
                                                          {Close{}, "close"},
                                                          {Stall{}, "stall"},
                                                          {HalfClose{}, "half_close"}};
  for (const auto& [action, ended] : kEndings) {
    Journal journal;
    JournalEntry& entry = journal.add(call(), Instant{});
    journal.record(entry, {0s, action}, Instant(1s));
    EXPECT_EQ(entry.ended, ended);
  }
}

TEST(Record, BoundsStepsAndBodyButNotTheSums) {
  Journal journal;
  JournalEntry& entry = journal.add(call(), Instant{});
  const int frames = static_cast<int>(kMaxJournalledSteps) + 100;
  for (int i = 0; i < frames; ++i) {
    journal.record(entry, {0s, frame(std::string(16, 'x'), {i, "chunk", i})}, Instant{});
  }
  journal.record(entry, {0s, End{}}, Instant(9s));
  EXPECT_EQ(entry.sent.size(), kMaxJournalledSteps);
  EXPECT_EQ(to_json(entry)["cut"], Json::array({"sent"}));
  EXPECT_EQ(entry.body_bytes, static_cast<std::size_t>(frames) * 16);
  EXPECT_EQ(entry.tokens_sent, frames - 1);
  EXPECT_EQ(entry.ended, "complete");
}

TEST(Record, KeepsTheStartOfABody) {
  Journal journal;
  JournalEntry& entry = journal.add(call(), Instant{});
  journal.record(entry, {0s, Bytes{std::string(kMaxJournalledReply, 'x'), {}}}, Instant{});
  EXPECT_EQ(find(to_json(entry), "cut"), nullptr);
  journal.record(entry, {0s, Bytes{"y", {}}}, Instant{});
  EXPECT_EQ(entry.body.size(), kMaxJournalledReply);
  EXPECT_EQ(entry.body_bytes, kMaxJournalledReply + 1);
  EXPECT_EQ(to_json(entry)["cut"], Json::array({"body"}));
}

// A frame that drips has its label on its last part.
TEST(Record, DropsTheFirstPartOfAFrameThatCameInParts) {
  Journal journal(JournalLimits{.stream = 0});
  JournalEntry& entry = journal.add(call(), Instant{});
  const std::size_t before = entry.kept_bytes;
  journal.record(entry, {0s, Bytes{std::string(1'000, 'x'), {}}}, Instant{});
  EXPECT_EQ(entry.body.size(), 1'000U);
  journal.record(entry, {0s, frame("y", {0, "chunk", 1})}, Instant{});
  EXPECT_EQ(entry.body, "");
  EXPECT_LT(entry.kept_bytes, before + 500);
  EXPECT_EQ(entry.body_bytes, 1'001U);
}

TEST(JournalJson, HasTheFormOfTheAdminApi) {
  Journal journal;
  JournalEntry& entry = journal.add(call("{\"a\":1}"), Instant(1'500ms));
  entry.note = {"throttle.yaml:4", "answer", "stall after 1 tokens", "", 12, 300};
  journal.record(entry, {0s, Head{200, {}}}, Instant(2s));
  journal.record(entry, {0s, frame("12345", {0, "chunk", 1})}, Instant(2'025ms));
  journal.record(entry, {0s, Stall{}}, Instant(2'025ms));
  EXPECT_EQ(
      to_text(to_json(entry)),
      R"({"id":1,"at":1.5,"service":"bedrock-runtime","operation":"InvokeModel",)"
      R"("resource":"anthropic.claude-3-haiku-20240307-v1:0","origin":"connection 3",)"
      R"("region":"eu-west-1","invocation_id":"id-1","attempt":2,"request_bytes":7,)"
      R"("request":"{\"a\":1}","rule":"throttle.yaml:4","outcome":"answer","input_tokens":12,"output_tokens":300,)"
      R"("status":200,"body_bytes":5,"tokens_sent":1,"ended":"stall",)"
      R"("fault":"stall after 1 tokens","ended_at":2.025,"sent":[{"at":2.0,"what":"head"},)"
      R"({"at":2.025,"what":"frame","bytes":5,"frame":0,"event":"chunk","tokens":1},)"
      R"({"at":2.025,"what":"stall"}]})");
}

TEST(JournalJson, LeavesOutWhatIsNotThere) {
  Journal journal;
  JournalEntry& entry = journal.add(call(), Instant{});
  entry.note.mismatch = "a.yaml:2: prompt 'x' does not match 'y'";
  const Json json = to_json(entry);
  EXPECT_EQ(json["ended"], "");
  EXPECT_EQ(find(json, "ended_at"), nullptr);
  EXPECT_EQ(find(json, "fault"), nullptr);
  EXPECT_EQ(json["mismatch"], entry.note.mismatch);
  EXPECT_EQ(json["sent"], Json::array());
}

}  // namespace
}  // namespace bedlam::rpc
