#include "emulator/script/model_id.h"

#include <gtest/gtest.h>

namespace bedlam::script {
namespace {

// The forms of modelId that the Bedrock Runtime API reference lists for InvokeModel.
TEST(ModelId, FindsTheIdInsideAnArn) {
  EXPECT_EQ(bare_id("anthropic.claude-3-haiku-20240307-v1:0"),
            "anthropic.claude-3-haiku-20240307-v1:0");
  EXPECT_EQ(bare_id("arn:aws:bedrock:us-east-1::foundation-model/"
                    "anthropic.claude-3-haiku-20240307-v1:0"),
            "anthropic.claude-3-haiku-20240307-v1:0");
  EXPECT_EQ(bare_id("arn:aws:bedrock:us-east-1:123456789012:inference-profile/"
                    "us.anthropic.claude-3-haiku-20240307-v1:0"),
            "us.anthropic.claude-3-haiku-20240307-v1:0");
  EXPECT_EQ(bare_id("arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdef123456"),
            "abcdef123456");
  EXPECT_EQ(bare_id("arn:aws:nothing"), "arn:aws:nothing");
  EXPECT_EQ(bare_id(""), "");
}

TEST(ModelId, KnowsProfilePrefixes) {
  EXPECT_EQ(profile_prefix("us.anthropic.claude-3-haiku-20240307-v1:0"), "us");
  EXPECT_EQ(profile_prefix("us-gov.anthropic.claude-3-haiku-20240307-v1:0"), "us-gov");
  EXPECT_EQ(profile_prefix("eu.anthropic.claude-3-haiku-20240307-v1:0"), "eu");
  EXPECT_EQ(profile_prefix("apac.anthropic.claude-3-haiku-20240307-v1:0"), "apac");
  EXPECT_EQ(profile_prefix("global.anthropic.claude-sonnet-4-20250514-v1:0"), "global");
  EXPECT_EQ(profile_prefix("anthropic.claude-3-haiku-20240307-v1:0"), "");
  EXPECT_EQ(profile_prefix("usa.model"), "");
}

TEST(ModelId, APrefixNeedsItsDot) {
  EXPECT_EQ(profile_prefix("us"), "");
  EXPECT_EQ(base_model_id("us"), "us");
  EXPECT_EQ(base_model_id("arn:aws:bedrock:us-east-1::foundation-model/eu"), "eu");
  EXPECT_EQ(base_model_id("us."), "");
  EXPECT_EQ(base_model_id(""), "");
}

TEST(ModelId, TakesBothOff) {
  EXPECT_EQ(base_model_id("arn:aws:bedrock:us-east-1:123456789012:inference-profile/"
                          "us.anthropic.claude-3-haiku-20240307-v1:0"),
            "anthropic.claude-3-haiku-20240307-v1:0");
  EXPECT_EQ(base_model_id("anthropic.claude-v2"), "anthropic.claude-v2");
}

}  // namespace
}  // namespace bedlam::script
