// What Converse checks of tools beyond the service model, in its own sentences (public logs:
// cognitect-labs/aws-api 272, vercel/ai 19023, aws-sdk-js-v3 7330, aws-sdk-net 3377, pydantic-ai
// 2327, hermes-agent 108585; read 2026-11).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/base/json.h"

namespace bedlam::bedrock {

// An absent or null member is as if not there.
const Json* given(const Json& object, std::string_view name);

// All of these are for bodies that the service model allows. `at`: of the block.
std::optional<aws::Error> check_tool_input(const Json& use, const std::string& at);
std::optional<aws::Error> check_tool_json(const Json& result, const std::string& at);
// Whether the schemas are objects of objects.
std::optional<aws::Error> check_tool_schemas(const Json& tools);
// Whether each turn answers all that the one before asked of tools, and nothing else. Messages of
// one role in a row are one turn; its first is named.
std::optional<aws::Error> check_tool_pairs(const Json& messages);

}  // namespace bedlam::bedrock
