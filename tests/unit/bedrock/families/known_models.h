// Models that the tests know, at least one of each family. The fuzz target of requests chooses
// among them by number: a new one comes last.
#pragma once

#include <array>
#include <string_view>

namespace bedlam::bedrock::test {

inline constexpr std::array<std::string_view, 47> kKnownModels{
    "anthropic.claude-3-haiku-20240307-v1:0",
    "amazon.nova-lite-v1:0",
    "amazon.titan-text-express-v1",
    "meta.llama3-8b-instruct-v1:0",
    "mistral.mistral-7b-instruct-v0:2",
    "mistral.mistral-large-2407-v1:0",
    "cohere.command-r-v1:0",
    "cohere.command-text-v14",
    "ai21.jamba-1-5-mini-v1:0",
    "us.deepseek.r1-v1:0",
    "openai.gpt-oss-20b-1:0",
    "amazon.titan-embed-text-v1",
    "amazon.titan-embed-text-v2:0",
    "cohere.embed-english-v3",
    "amazon.nova-2-multimodal-embeddings-v1:0",
    "amazon.titan-image-generator-v2:0",
    "amazon.nova-canvas-v1:0",
    "amazon.nova-sonic-v1:0",
    "anthropic.claude-3-5-sonnet-20240620-v1:0",
    "ai21.jamba-1-5-large-v1:0",
    "ai21.jamba-instruct-v1:0",
    "us.amazon.nova-2-lite-v1:0",
    "amazon.nova-micro-v1:0",
    "amazon.nova-pro-v1:0",
    "amazon.titan-image-generator-v1",
    "amazon.titan-text-lite-v1",
    "amazon.titan-text-premier-v1:0",
    "anthropic.claude-3-5-sonnet-20241022-v2:0",
    "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
    "anthropic.claude-3-sonnet-20240229-v1:0",
    "global.anthropic.claude-haiku-4-5-20251001-v1:0",
    "anthropic.claude-instant-v1",
    "anthropic.claude-opus-4-20250514-v1:0",
    "global.anthropic.claude-sonnet-4-20250514-v1:0",
    "anthropic.claude-v2",
    "anthropic.claude-v2:1",
    "cohere.command-light-text-v14",
    "cohere.command-r-plus-v1:0",
    "cohere.embed-v4:0",
    "meta.llama3-1-70b-instruct-v1:0",
    "meta.llama3-8b-v1:0",
    "us.meta.llama4-scout-17b-instruct-v1:0",
    "openai.gpt-oss-120b-1:0",
    "arn:aws:bedrock:us-east-1::foundation-model/cohere.command-text-v14",
    "qwen.qwen3-32b-v1:0",
    "deepseek.v3-v1:0",
    "amazon.titan-embed-image-v1",
};

}  // namespace bedlam::bedrock::test
