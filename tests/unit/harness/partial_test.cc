// The partial-result verdict over what programs do with the same broken stream.
#include <gtest/gtest.h>

#include "harness/partial/verdict.h"
#include "tests/unit/harness/fake_model.h"

namespace bedlam::harness {
namespace {

struct Case {
  std::string name, shown;
  std::vector<SentAnswer> attempts;
  bool flagged;
  std::string_view verdict;
};

SentAnswer part_of(const std::string& text) {
  return {text, "", false};
}
SentAnswer whole_of(const std::string& text) {
  return {text, "", true};
}

TEST(PartialVerdicts, SayWhatBecameOfTheText) {
  const std::vector<Case> table{
      {"whole", "One two three", {whole_of("One two three")}, false, "complete"},
      {"a line end", "One two three\n", {whole_of("One two three")}, false, "complete"},
      {"broken off and said", "One two", {part_of("One two")}, true, "honest partial"},
      {"broken off, not said", "One two", {part_of("One two")}, false, "silent truncation"},
      {"a word short", "One", {part_of("One two")}, true, "lost text"},
      {"nothing of it", "", {part_of("One two")}, true, "lost text"},
      {"cut by the program", "One two", {whole_of("One two three")}, false, "silent truncation"},
      {"cut by the program, said", "One", {whole_of("One two three")}, true, "honest partial"},
      {"a hole", "One three", {whole_of("One two three")}, false, "lost text"},
      {"retried, kept both",
       "One twoOne two three",
       {part_of("One two"), whole_of("One two three")},
       false,
       "duplicated text"},
      {"retried, kept both on lines",
       "One two\nOne two three",
       {part_of("One two"), whole_of("One two three")},
       false,
       "duplicated text"},
      {"retried, another answer",
       "One two\nUne deux",
       {part_of("One two"), whole_of("Une deux")},
       false,
       "duplicated text"},
      {"retried, and failed again",
       "One two",
       {part_of("One two"), part_of("One")},
       true,
       "honest partial"},
      {"retried, kept the last",
       "One two three",
       {part_of("One two"), whole_of("One two three")},
       false,
       "complete"},
      {"a word twice", "One two two three", {whole_of("One two three")}, false, "duplicated text"},
      {"of somebody else", "One two four", {whole_of("One two three")}, false, "foreign text"},
      {"another order", "One three two", {whole_of("One two three")}, false, "foreign text"},
      {"made up", "Sorry", {}, false, "foreign text"},
      {"no answer, said", "", {}, true, "honest partial"},
      {"no answer, not said", "", {}, false, "silent truncation"},
  };
  for (const Case& row : table) {
    const PartialVerdict judged = judge_handed_back(row.shown, row.attempts, row.flagged);
    EXPECT_EQ(word_of(judged.verdict), row.verdict) << row.name << ": " << judged.because;
  }
}

TEST(PartialVerdicts, CompareToolInputAsJson) {
  const std::vector<SentAnswer> tool{{"", R"({"city":"Paris","days":2})", true}};
  EXPECT_EQ(judge_handed_back("{\"city\": \"Paris\",\n \"days\": 2}", tool, false).verdict,
            HandedBack::kComplete);
  EXPECT_EQ(judge_handed_back(R"({"city":"Pa)", {{"", R"({"city":"Pa)", false}}, false).verdict,
            HandedBack::kSilentTruncation);
}

TEST(PartialVerdicts, SayWhy) {
  EXPECT_EQ(judge_handed_back("One", {part_of("One two three")}, true).because,
            "it ends 2 words before what was sent: 'two three'");
  EXPECT_EQ(judge_handed_back("One two four", {whole_of("One two three")}, true).because,
            "no attempt sent 'four'");
}

// What a client can read of the bytes that were sent, by operation.
class SentAnswers : public testing::Test {
 protected:
  SentAnswer read(rpc::Reply reply, const std::string& operation) {
    ClientRig rig("none");
    rig.step.operation = operation;
    rig.step.client.read_timeout = std::chrono::seconds(5);
    rig.model.replies.push_back(std::move(reply));
    rig.call();
    rpc::JournalEntry entry = rig.journal.entries().back();
    entry.operation = operation;  // the fake model knows one only
    return sent_answer(entry);
  }
};

TEST_F(SentAnswers, OfAStreamItsWholeFrames) {
  const SentAnswer broken =
      read(StreamReply().text("One").text(" two").then(rpc::Reset{}).done(), "ConverseStream");
  EXPECT_EQ(broken.text, "One two");
  EXPECT_FALSE(broken.whole);
  const SentAnswer whole =
      read(StreamReply().text("One").text(" two").converse_end().then(rpc::End{}).done(),
           "ConverseStream");
  EXPECT_TRUE(whole.whole);
  const SentAnswer without_stop =
      read(StreamReply().text("One").then(rpc::End{}).done(), "ConverseStream");
  EXPECT_FALSE(without_stop.whole) << "an end is no proof";
}

TEST_F(SentAnswers, OfToolInputItsPieces) {
  const SentAnswer tool =
      read(StreamReply()
               .event("contentBlockDelta",
                      R"({"contentBlockIndex":0,"delta":{"toolUse":{"input":"{\"city\":"}}})")
               .event("contentBlockDelta",
                      R"({"contentBlockIndex":0,"delta":{"toolUse":{"input":"\"Pa"}}})")
               .then(rpc::Reset{})
               .done(),
           "ConverseStream");
  EXPECT_EQ(tool.tool_input, R"({"city":"Pa)");
  const SentAnswer chunks = read(
      StreamReply()
          .chunk(
              R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\""}})")
          .chunk(
              R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}})")
          .then(rpc::Close{})
          .done(),
      "InvokeModelWithResponseStream");
  EXPECT_EQ(chunks.tool_input, R"({"a")");
  EXPECT_EQ(chunks.text, "Hi");
}

TEST_F(SentAnswers, OfWhatTheJournalDidNotKeepNothingIsKnown) {
  const std::string text(20'000, 'x');
  EXPECT_TRUE(
      read(rpc::plain_reply(200, {},
                            R"({"output":{"message":{"content":[{"text":")" + text + R"("}]}}})"),
           "Converse")
          .unknown);
}

TEST_F(SentAnswers, OfAPlainBodyAllOrNothing) {
  EXPECT_EQ(read(converse_reply(), "Converse").text, "Hi, how can I help you");
  rpc::Reply cut = converse_reply();
  std::get<rpc::Bytes>(cut.steps[1].action).data.resize(40);
  cut.steps.back().action = rpc::Reset{};
  EXPECT_EQ(read(std::move(cut), "Converse").text, "");
}

}  // namespace
}  // namespace bedlam::harness
