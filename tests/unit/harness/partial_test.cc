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

std::string judged(const std::string& shown, const std::vector<std::vector<SentAnswer>>& requests,
                   bool flagged = false) {
  return std::string(word_of(judge_last(shown, requests, flagged).verdict));
}

// A program that asks the model to go on has a text of two requests.
TEST(PartialVerdicts, OfAnAnswerThatWasAskedToGoOn) {
  const std::vector<std::vector<SentAnswer>> went_on{{part_of("Room for all of")},
                                                     {whole_of(" you, and the dog.")}};
  EXPECT_EQ(judged("Room for all of you, and the dog.", went_on), "complete");
  EXPECT_EQ(judged("Room for all of you", went_on), "silent truncation");
  EXPECT_EQ(judged("Room for all of", went_on, true), "lost text");
  EXPECT_EQ(judged("you, and the dog.", went_on), "complete") << "as the last request alone";
  EXPECT_EQ(judged("Room for all of us.", went_on), "foreign text");
  const std::vector<std::vector<SentAnswer>> thrice{
      {part_of("One")}, {SentAnswer(), part_of(" two")}, {part_of(" three")}};
  EXPECT_EQ(judged("One two three", thrice, true), "honest partial");
  EXPECT_EQ(judged("One two three", thrice), "silent truncation");
  EXPECT_EQ(judged("two three", thrice), "silent truncation");
  // In other words, but the same answer from its beginning.
  const std::vector<std::vector<SentAnswer>> began_again{{part_of("One two")},
                                                         {whole_of("One two three")}};
  EXPECT_EQ(judged("One twoOne two three", began_again), "duplicated text");
  EXPECT_EQ(judged("One two three", began_again), "complete");
  // What came before was whole: another question.
  EXPECT_EQ(judged("One two", {{whole_of("One")}, {whole_of("two")}}), "foreign text");
}

TEST(PartialVerdicts, LeaveOutWhatAModelThought) {
  SentAnswer sent = whole_of("Room for everyone.");
  sent.reasoning = "They want a car.";
  EXPECT_EQ(judged("They want a car.\nRoom for everyone.", {{sent}}), "complete");
  EXPECT_EQ(judged("Room for everyone.", {{sent}}), "complete");
  EXPECT_EQ(judged("They want a bike. Room for everyone.", {{sent}}), "foreign text");
  SentAnswer cut;
  cut.reasoning = "They want";
  EXPECT_EQ(judged("They want", {{cut}}), "silent truncation");
  EXPECT_EQ(judged("They want", {{cut}}, true), "honest partial");
}

TEST(PartialVerdicts, CompareJsonWithTheToolsInputBesideAText) {
  SentAnswer sent{"Let me look.", R"({"city":"Paris"})", true};
  EXPECT_EQ(judged(R"({ "city": "Paris" })", {{sent}}), "complete");
  EXPECT_EQ(judged("Let me look.", {{sent}}), "complete");
  sent = {"Let me look.", R"({"city":"Pa)", false};
  EXPECT_EQ(judged(R"({"city":"Pa)", {{sent}}, true), "honest partial");
  EXPECT_EQ(judged(R"({"city":"Pa)", {{sent}}), "silent truncation");
  EXPECT_EQ(judged(R"({"city":"Rome"})", {{sent}}), "foreign text");
}

// As parsers do that read JSON while it comes.
TEST(PartialVerdicts, KnowJsonThatBrokeOffAndWasClosed) {
  const SentAnswer sent{"", R"({"city": "Lisbon", "days": ["mon", "tu)", false};
  for (const char* shown : {R"({"city":"Lisbon","days":["mon","tu"]})", R"({"city": "Lisbon"})",
                            "{\n  \"city\": \"Lisbon\",\n  \"days\": [\"mon\"]\n}", "{}"}) {
    EXPECT_EQ(judged(shown, {{sent}}), "silent truncation") << shown;
    EXPECT_EQ(judged(shown, {{sent}}, true), "honest partial") << shown;
  }
  EXPECT_EQ(judged(R"({"city":"Lisbon","days":["mon","wed"]})", {{sent}}), "foreign text");
  EXPECT_EQ(judged(R"({"city":"Lisbon","days":["mon"]})",
                   {{SentAnswer{"", R"({"city":"Lisbon","days":["mon","tue"]})", true}}}),
            "foreign text");
}

// As Converse streams it (service model: ReasoningContentBlockDelta), and Anthropic's own chunks.
TEST(SentReasoning, IsKeptApart) {
  rpc::JournalEntry entry;
  entry.operation = "ConverseStream";
  entry.status = 200;
  entry.ended = "complete";
  entry.body =
      aws::encode_event("contentBlockDelta",
                        R"({"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"Hm. "}}})") +
      aws::encode_event("contentBlockDelta", R"({"contentBlockIndex":1,"delta":{"text":"Yes."}})");
  entry.body_bytes = entry.body.size();
  EXPECT_EQ(sent_answer(entry).reasoning, "Hm. ");
  EXPECT_EQ(sent_answer(entry).text, "Yes.");
  entry.operation = "InvokeModel";
  entry.body =
      R"({"content":[{"type":"thinking","thinking":"Hm."},{"type":"text","text":"Yes."}]})";
  entry.body_bytes = entry.body.size();
  EXPECT_EQ(sent_answer(entry).reasoning, "Hm.");
  EXPECT_EQ(sent_answer(entry).text, "Yes.");
}

}  // namespace
}  // namespace bedlam::harness
