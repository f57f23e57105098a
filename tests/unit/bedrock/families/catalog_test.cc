// The catalogue of families: every model has one, no family takes another's, and each takes the
// requests that it writes for a client.
#include <gtest/gtest.h>

#include <set>

#include "emulator/bedrock/families/family.h"
#include "emulator/script/model_id.h"
#include "tests/unit/bedrock/families/known_models.h"
#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

TEST(Families, EachModelIsServedByExactlyOne) {
  std::set<const Family*> serving;
  for (const std::string_view identifier : kKnownModels) {
    const std::string_view model = script::base_model_id(identifier);
    int servers = 0;
    for (const Family* family : families()) {
      if (!family->serves(model)) continue;
      ++servers;
      serving.insert(family);
      EXPECT_EQ(find_family(model), family) << identifier;
    }
    EXPECT_EQ(servers, 1) << identifier;
  }
  EXPECT_EQ(serving.size(), families().size()) << "each family serves one of these models";
}

// Amazon Bedrock has these, and no family is theirs: a video's model answers in S3 only.
TEST(Families, NoneServesWhatItDoesNotKnow) {
  for (const std::string_view model : {"amazon.nova-reel-v1:0", "writer.palmyra-x5-v1:0", ""}) {
    for (const Family* family : families()) EXPECT_FALSE(family->serves(model)) << model;
    EXPECT_EQ(find_family(model), nullptr) << model;
  }
}

using RequestsOfFamilies = RuntimeTest;

// The prompt is where rules see it, and the limit where the answer is cut.
TEST_F(RequestsOfFamilies, AreTakenByTheirModels) {
  script::Rule rule{"a.yaml:4", {}, {answer("One two three four")}};
  rule.when.prompt = "A red car";
  runtime.use(script::Script({{"*", {}, {rule}}}));
  for (const std::string_view identifier : kKnownModels) {
    const Model model = find_model(identifier).value();
    if (model.family->speaks()) continue;  // InvokeModel does not serve it
    const Json body = model.family->request("A red car", 2, model.id);
    const Delivered reply = call("InvokeModel", to_text(body), std::string(identifier));
    EXPECT_EQ(reply.status, 200) << identifier << " " << reply.body;
    EXPECT_EQ(reply.note.rule, "a.yaml:4") << identifier;
    if (model.family->conversing() == nullptr) continue;
    EXPECT_EQ(reply.header("X-Amzn-Bedrock-Output-Token-Count"), "2") << identifier;
  }
}

}  // namespace
}  // namespace bedlam::bedrock::test
