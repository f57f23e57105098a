// The catalogue of families: every model has one, and no family takes another's.
#include <gtest/gtest.h>

#include <set>

#include "emulator/bedrock/families/family.h"
#include "emulator/script/model_id.h"
#include "tests/unit/bedrock/families/known_models.h"

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

}  // namespace
}  // namespace bedlam::bedrock::test
