// Tokens by a scenario's rule, and streams cut where a scenario says: usage, limits, times and the
// places of faults follow.
#include <gmock/gmock.h>

#include "emulator/base/utf8.h"
#include "emulator/bedrock/conversation/tokens.h"
#include "tests/unit/bedrock/piece_texts.h"
#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

using testing::ElementsAre;

constexpr std::string_view kAccented = "Grüße an alle";  // 13 characters, 15 bytes

class Chunks : public RuntimeTest {
 protected:
  void model(script::Outcome outcome, std::optional<script::TokenRule> tokens,
             std::optional<script::ChunkRule> chunks = std::nullopt) {
    script::Behaviour behaviour{"*", std::nullopt, {{"test:1", {}, {std::move(outcome)}}}};
    behaviour.tokens = tokens;
    behaviour.chunks = chunks;
    runtime.use(script::Script({std::move(behaviour)}));
  }
  // "the text, tokens up to it, when" of each delta.
  std::vector<std::string> deltas(const std::string& more = "") {
    const Delivered stream = call("ConverseStream", converse_body("Hi", more));
    const std::vector<std::string> events = events_of(stream.body);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (!events[i].starts_with("contentBlockDelta")) continue;
      const Json payload = Json::parse(events[i].substr(events[i].find('{')));
      const rpc::Step& step = stream.frames[i];
      texts.push_back(payload["delta"]["text"].get<std::string>() + "|" +
                      std::to_string(std::get<rpc::Bytes>(step.action).frame->tokens) + "|" +
                      format_duration(step.due));
    }
    return texts;
  }
  Json usage(const std::string& prompt, const std::string& more = "") {
    return call("Converse", converse_body(prompt, more)).json()["usage"];
  }
};

const script::TokenRule kWords{script::TokenRule::Kind::kWords, 0};

script::TokenRule characters(int count) {
  return {script::TokenRule::Kind::kCharacters, count};
}

script::Outcome timed(script::Outcome outcome) {
  outcome.latency = parts(100ms, 10ms);
  return outcome;
}

TEST(TokenRule, WordsTakeTheSpaceBeforeThem) {
  EXPECT_THAT(texts(tokenize("Room for, everyone.\n", kWords)),
              ElementsAre("Room", " for,", " everyone.\n"));
  EXPECT_THAT(texts(tokenize("  a", kWords)), ElementsAre("  a"));
  EXPECT_EQ(count_tokens("", kWords), 0);
  EXPECT_EQ(count_tokens(" \n", kWords), 1);
}

TEST(TokenRule, CharactersAreCodePoints) {
  EXPECT_THAT(texts(tokenize(kAccented, characters(4))), ElementsAre("Grüß", "e an", " all", "e"));
  EXPECT_EQ(count_tokens(kAccented, characters(13)), 1);
  EXPECT_EQ(characters_in(kAccented), 13U);
}

TEST(SplitEvenly, GivesExactlyThatManyTokens) {
  EXPECT_THAT(texts(split_evenly(kAccented, 3)), ElementsAre("Grüß", "e an", " alle"));
  EXPECT_THAT(texts(split_evenly("ab", 4)), ElementsAre("", "a", "", "b"));
  EXPECT_THAT(texts(split_evenly("", 2)), ElementsAre("", ""));
}

TEST_F(Chunks, TheRuleCountsRequestAnswerLimitAndTimes) {
  model(timed(answer("one two three four")), kWords);
  EXPECT_EQ(usage("Write me a tagline, please"),
            (Json{{"inputTokens", 5}, {"outputTokens", 4}, {"totalTokens", 9}}));
  EXPECT_EQ(call("CountTokens",
                 R"({"input":{"converse":)" + converse_body("Write me a tagline, please") + "}}")
                .body,
            R"({"inputTokens":5})");
  EXPECT_THAT(deltas(),
              ElementsAre("one|1|100 ms", " two|2|110 ms", " three|3|120 ms", " four|4|130 ms"));
  EXPECT_THAT(deltas(R"(,"inferenceConfig":{"maxTokens":2})"),
              ElementsAre("one|1|100 ms", " two|2|110 ms"));
  model(answer("Grüße an alle"), characters(4));
  EXPECT_EQ(usage("12345678")["inputTokens"], 2);
  EXPECT_EQ(usage("12345678")["outputTokens"], 4);
}

TEST_F(Chunks, FillerHasItsTokensByEveryRule) {
  for (const script::TokenRule& rule : {kWords, characters(1), characters(7)}) {
    model(answer(script::Tokens{40}), rule);
    EXPECT_EQ(usage("Hi")["outputTokens"], 40);
    const Json body = call("Converse", converse_body("Hi")).json();
    EXPECT_EQ(
        count_tokens(body["output"]["message"]["content"][0]["text"].get<std::string>(), rule), 40);
  }
}

TEST_F(Chunks, CountsOfAnAnswerReplaceTheRule) {
  script::Outcome outcome = timed(answer("Room for all"));  // 12 characters
  std::get<script::Answer>(outcome.result).input_tokens = 392;
  std::get<script::Answer>(outcome.result).output_tokens = 4;
  model(outcome, std::nullopt);
  EXPECT_EQ(usage("Hi"), (Json{{"inputTokens", 392}, {"outputTokens", 4}, {"totalTokens", 396}}));
  EXPECT_THAT(deltas(),
              ElementsAre("Roo|1|100 ms", "m f|2|110 ms", "or |3|120 ms", "all|4|130 ms"));
  EXPECT_EQ(usage("Hi", R"(,"inferenceConfig":{"maxTokens":3})")["outputTokens"], 3);
  std::get<script::Answer>(outcome.result).output_tokens = 24;  // more than it has characters
  model(outcome, std::nullopt, script::ChunkRule{6, 0});
  EXPECT_THAT(deltas(),
              ElementsAre("Roo|6|150 ms", "m f|12|210 ms", "or |18|270 ms", "all|24|330 ms"));
}

TEST_F(Chunks, AChunkComesWithTheLastTokenInIt) {
  const script::Outcome outcome = timed(answer("one two three four five"));
  model(outcome, kWords, script::ChunkRule{2, 0});
  EXPECT_THAT(deltas(), ElementsAre("one two|2|110 ms", " three four|4|130 ms", " five|5|140 ms"));
  model(outcome, kWords, script::ChunkRule{1, 5});
  EXPECT_THAT(deltas(), ElementsAre("one t|2|110 ms", "wo th|3|120 ms", "ree f|4|130 ms",
                                    "our f|5|140 ms", "ive|5|140 ms"));
  script::Outcome own = outcome;
  std::get<script::Answer>(own.result).chunks = script::ChunkRule{5, 0};
  model(own, kWords, script::ChunkRule{1, 5});
  EXPECT_THAT(deltas(), ElementsAre("one two three four five|5|140 ms"));
}

TEST_F(Chunks, RecordedTextsAndTimes) {
  const std::vector<script::RecordedChunk> texts{
      {"Room for", 300ms}, {" every", 310ms}, {"one.", 900ms}};
  model(answer(script::Recorded{texts}), std::nullopt);
  EXPECT_THAT(deltas(), ElementsAre("Room for|2|300 ms", " every|3|310 ms", "one.|5|900 ms"));
  EXPECT_THAT(deltas(R"(,"inferenceConfig":{"maxTokens":3})"),
              ElementsAre("Room for|2|300 ms", " every|3|310 ms"));
  EXPECT_EQ(call("Converse", converse_body("Hi")).last_due, 900ms);
  script::Outcome counted = timed(answer(script::Recorded{{{"Room for", {}}, {" all", {}}}}));
  std::get<script::Answer>(counted.result).output_tokens = 9;
  model(counted, std::nullopt);
  EXPECT_THAT(deltas(), ElementsAre("Room for|6|150 ms", " all|9|180 ms"));
  std::get<script::Answer>(counted.result).output_tokens = 2;
  model(counted, std::nullopt);
  EXPECT_THAT(deltas(), ElementsAre("Room for|1|100 ms", " all|2|110 ms"));
}

// Every family writes the same text, its tokens add up, and a fault finds its token.
TEST_F(Chunks, EveryFamilyCutsWhereTheScenarioSays) {
  struct Body {
    std::string model, body;
  };
  const std::string messages = R"("messages":[{"role":"user","content":"Hi"}])";
  const std::vector<Body> bodies{
      {std::string(kHaiku), messages_body("Hi")},
      {"amazon.nova-lite-v1:0", R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}]})"},
      {"amazon.titan-text-express-v1", R"({"inputText":"Hi"})"},
      {"meta.llama3-1-70b-instruct-v1:0", R"({"prompt":"Hi"})"},
      {"mistral.mistral-7b-instruct-v0:2", R"({"prompt":"Hi"})"},
      {"cohere.command-r-v1:0", R"({"message":"Hi"})"},
      {"ai21.jamba-1-5-large-v1:0", "{" + messages + "}"},
      {"openai.gpt-oss-20b-1:0", "{" + messages + "}"},
      {"us.deepseek.r1-v1:0", R"({"prompt":"Hi"})"}};
  for (const Body& family : bodies) {
    model(timed(answer("one two three four five")), kWords, script::ChunkRule{2, 0});
    const Delivered stream = call("InvokeModelWithResponseStream", family.body, family.model);
    std::vector<std::string> found;
    std::size_t frame = 0;
    for (const std::string& chunk : chunks_of(stream.body)) {
      const rpc::Step& step = stream.frames[frame++];
      for (const char* text : {"one two", " three four", " five"}) {
        if (chunk.find("\"" + std::string(text) + "\"") == std::string::npos) continue;
        found.push_back(std::to_string(std::get<rpc::Bytes>(step.action).frame->tokens) + text +
                        " " + format_duration(step.due));
      }
    }
    EXPECT_THAT(found, ElementsAre("2one two 110 ms", "4 three four 130 ms", "5 five 140 ms"))
        << family.model;
  }
}

}  // namespace
}  // namespace bedlam::bedrock::test
