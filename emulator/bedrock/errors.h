// Every error that the emulated Bedrock Runtime answers: the exceptions of its service model
// (bedrock-runtime 2023-09-30) with status and default message, and the texts of its validation.
// Texts are quoted from recordings and public threads (facts: bedrock-runtime.md section 3) unless
// a comment says "unverified"; those are rows of docs/fidelity.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/aws/error.h"
#include "emulator/aws/shapes.h"

namespace bedlam::bedrock {

// `body` of InvokeModel (service model: max 25000000). The Converse operations state no limit; the
// same is used.
inline constexpr std::size_t kMaxBodyBytes = 25'000'000;
// `modelId` (service model: max 2048).
inline constexpr std::size_t kMaxModelIdBytes = 2'048;
// A picture: 3.75 MB of it in base64 (as refusals quote), and pixels a side (API reference,
// Message). With more than kManyImages in a request each has a lower limit (idp-on-aws 994,
// measured).
inline constexpr std::size_t kMaxImageBase64 = 5'242'880;
inline constexpr std::uint32_t kMaxImageSide = 8'000, kMaxImageSideOfMany = 2'000;
inline constexpr int kManyImages = 20;

namespace errors {

// A modelled exception by its shape's name, "throttlingException" being as good as
// "ThrottlingException". An empty message is AWS's own. A name that the service model does not have
// is answered with status 400 under that name.
aws::Error named(std::string_view name, std::string message = {});
// AWS's own message for an exception; "" for a name it does not have.
std::string default_message(std::string_view name);
// What the union of an event stream calls an exception: its shape's name, beginning in lower case.
std::string union_member(std::string_view name);

// What the frame of an exception says where a scenario does not: the message, and of a
// modelStreamErrorException what its model answered.
Json default_payload(std::string_view name);

aws::Error validation(std::string message);

// ThrottlingException for a quota that is used up.
aws::Error too_many_requests();
aws::Error too_many_tokens();
aws::Error too_many_tokens_per_day();
aws::Error too_many_connections();  // reported for concurrent streams; unverified

// The value of `x-amzn-ErrorType`: the name and, behind a colon, where it was raised: by Bedrock
// itself, or by the front door for what its service model does not have.
std::string error_type_header(const aws::Error& error);

// Before the model.
aws::Error invalid_model_identifier();
aws::Error operation_not_allowed();
aws::Error invalid_guardrail_identifier();
aws::Error no_such_guardrail();  // unverified
// Half a guardrail, or InvokeModel with one and a body that is no JSON; which sentence is
// unverified.
aws::Error guardrail_input_malformed();
// Converse with what only the prompt itself can say; unverified.
aws::Error set_by_prompt(std::string_view field);
// Of asynchronous invocations; unverified.
aws::Error no_such_invocation();
aws::Error invalid_next_token();
aws::Error invalid_time(std::string_view member);
aws::Error body_too_long();
aws::Error content_type_unsupported();  // of an InvokeModel body
aws::Error unparsable_request();        // a Converse body that is no JSON of its shape
aws::Error malformed_input(std::string_view detail = {});  // an InvokeModel body

// What does not satisfy the service model (aws/shapes.h). A value of a wrong JSON type is
// unparsable.
aws::Error refused(const aws::Verdict& verdict);
// The same, and a union of which none or several members are set, in the sentences that are known
// for a ContentBlock; one without any is left to its reader. nullopt: nothing is wrong.
std::optional<aws::Error> refusal_of(const aws::Verdict& verdict);

// What the Converse operations check themselves. Indices from 0.
aws::Error must_start_with_user();
aws::Error must_end_with_user();
aws::Error empty_content(std::size_t message);
aws::Error blank_text(std::size_t message, std::size_t block);
aws::Error no_content_block(std::size_t message, std::size_t block);
aws::Error empty_failed_result(std::size_t message, std::size_t block);
aws::Error tool_config_missing();
// A document that is no object: what a tool is asked or has answered, a schema.
aws::Error no_json_object(std::string_view at);
aws::Error no_object_schema(std::size_t tool);
// Results that do not answer what the turn before them asked for.
aws::Error too_many_tool_results(std::size_t message);
aws::Error tool_results_missing(std::size_t message, const std::vector<std::string>& ids);
aws::Error unknown_tool_choice(const std::string& tool);  // unverified
aws::Error document_name();
aws::Error document_without_text();
aws::Error too_many_documents(std::size_t limit);
aws::Error repeated_document();
// `at`: of the block, as in "messages.0.content.2". Sizes are those that the sentence names.
aws::Error document_too_large(std::string_view at, std::size_t bytes, std::size_t limit);
aws::Error not_by_the_user(std::string_view member, std::size_t message, std::size_t block);
aws::Error too_many_images(int images, int documents, int limit);
aws::Error image_too_large(std::string_view at, std::size_t bytes, std::size_t limit);
aws::Error image_too_wide(std::string_view at, std::string_view of, std::uint32_t limit);
aws::Error image_of_other_type(std::string_view at, const std::string& said,
                               std::string_view found);
aws::Error max_tokens_above_limit(int limit);
// What a model does not take (public logs; "image" after the pattern of "stopSequences").
aws::Error streaming_unsupported();      // of either streaming operation
aws::Error bidirectional_unsupported();  // after the pattern of the one above; unverified
// A stream whose last event is not the signed empty one (reported 2026-05:
// smithy-lang/smithy-python 691).
aws::Error no_signed_end();
// A session of speech that lasted too long (reported 2025-08: aws-samples/sample-sonic-cdk-agent
// 31).
aws::Error session_timeout();
aws::Error converse_unsupported();  // a model that does not converse
aws::Error counting_unsupported();
aws::Error caching_unsupported();  // unverified
aws::Error profile_needed(std::string_view model);
aws::Error system_unsupported();
aws::Error tools_unsupported();
aws::Error streamed_tools_unsupported();
aws::Error documents_unsupported();
aws::Error unsupported_field(std::string_view field);
aws::Error too_many_input_tokens(int limit, int found);
// What an image model does not take; unverified.
aws::Error image_size_unsupported(std::int64_t width, std::int64_t height);
aws::Error unreadable_image(std::string_view at);
// What the model itself refuses: its own text with Converse's words before it.
aws::Error from_model(const std::string& text);

}  // namespace errors
}  // namespace bedlam::bedrock
