#include "emulator/bedrock/errors.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace bedlam::bedrock::errors {
namespace {

struct Shape {
  std::string_view name;
  int http_status;
  std::string_view message;
  bool modelled = true;  // in the service model, not the front door's
};

// Messages seen in the wild where there are any, else the first sentence of the service model's
// text.
constexpr std::array<Shape, 14> kShapes{{
    {"AccessDeniedException", 403,
     "You don't have access to the model with the specified model ID."},
    {"ConflictException", 400,
     "Error occurred because of a conflict while performing an operation."},  // service model
    {"ExpiredTokenException", 403, "The security token included in the request is expired", false},
    {"InternalServerException", 500,
     "The system encountered an unexpected error during processing. Try your request again."},
    {"ModelErrorException", 424,
     "The request failed due to an error while processing the model."},  // service model
    {"ModelNotReadyException", 429,
     "The model specified in the request is not ready to serve inference requests."},  // same
    {"ModelStreamErrorException", 424,
     "An error occurred while streaming the response. Retry your request."},  // same
    {"ModelTimeoutException", 408,
     "The request took too long to process. Processing time exceeded the model timeout length."},
    {"ResourceNotFoundException", 404, "The specified resource ARN was not found."},  // same
    {"ServiceQuotaExceededException", 400,
     "Your request exceeds the service quota for your account."},  // same
    {"ServiceUnavailableException", 503, "Bedrock is unable to process your request."},
    {"ThrottlingException", 429, "Too many requests, please wait before trying again."},
    {"UnrecognizedClientException", 403, "The security token included in the request is invalid.",
     false},  // the front door's; unverified
    {"ValidationException", 400,
     "The input fails to satisfy the constraints specified by Amazon Bedrock."},  // same
}};

std::string shape_name(std::string_view name) {
  std::string shape(name);
  if (!shape.empty()) {
    shape[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(shape[0])));
  }
  return shape;
}

const Shape* find_shape(std::string_view name) {
  const auto shape =
      std::find_if(kShapes.begin(), kShapes.end(), [&](const Shape& s) { return s.name == name; });
  return shape == kShapes.end() ? nullptr : &*shape;
}

// Of unions (litellm 18068, bifrost 55: ContentBlock, 2025 and 2026); those of a ContentBlock in
// the order that is quoted.
constexpr std::string_view kSomeKey = " must set one of the following keys: ";
constexpr std::string_view kOneKey = " can only set one of the following keys: ";
constexpr std::string_view kBlockKeys =
    "text, image, toolUse, toolResult, document, video, cachePoint, reasoningContent, "
    "citationsContent, searchResult";

std::string at_message(std::size_t message) {
  return "messages." + std::to_string(message);
}

std::string listed(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

// "a.2.member.b" → "a.1.b": Converse's own sentences count from 0.
std::string from_zero(std::string_view at) {
  constexpr std::string_view kMember = "member";
  std::string path;
  for (std::size_t begin = 0; begin <= at.size();) {
    const std::size_t end = std::min(at.find('.', begin), at.size());
    std::string part(at.substr(begin, end - begin));
    const bool indexed = at.substr(std::min(end + 1, at.size())).starts_with(kMember);
    const bool digits = part.find_first_not_of("0123456789") == std::string::npos;
    if (indexed && digits && !part.empty()) part = std::to_string(std::stoull(part) - 1);
    if (part != kMember) path += (path.empty() ? "" : ".") + part;
    begin = end + 1;
  }
  return path;
}

}  // namespace

aws::Error named(std::string_view name, std::string message) {
  aws::Error error;
  error.code = shape_name(name);
  const Shape* shape = find_shape(error.code);
  if (shape != nullptr) error.http_status = shape->http_status;
  error.message = message.empty() ? default_message(error.code) : std::move(message);
  return error;
}

std::string default_message(std::string_view name) {
  const Shape* shape = find_shape(shape_name(name));
  return shape == nullptr ? "" : std::string(shape->message);
}

Json default_payload(std::string_view name) {
  constexpr int kOriginalStatus = 500;  // unverified, and so is the text
  Json payload{{"message", default_message(name)}};
  if (shape_name(name) == "ModelStreamErrorException") {
    payload["originalStatusCode"] = kOriginalStatus;
    payload["originalMessage"] = default_message("InternalServerException");
  }
  return payload;
}

std::string union_member(std::string_view name) {
  std::string member(name);
  if (!member.empty() && member[0] >= 'A' && member[0] <= 'Z') {
    member[0] = static_cast<char>(member[0] - 'A' + 'a');
  }
  return member;
}

aws::Error validation(std::string message) {
  return named("ValidationException", std::move(message));
}

aws::Error too_many_requests() {
  return named("ThrottlingException", "Too many requests, please wait before trying again.");
}
aws::Error too_many_tokens() {
  return named("ThrottlingException", "Too many tokens, please wait before trying again.");
}
aws::Error too_many_tokens_per_day() {
  return named("ThrottlingException", "Too many tokens per day, please wait before trying again.");
}
aws::Error too_many_connections() {
  return named("ThrottlingException", "Too many connections, please wait before trying again.");
}

std::string error_type_header(const aws::Error& error) {
  const Shape* shape = find_shape(error.code);
  const bool modelled = shape != nullptr && shape->modelled;
  return error.code + ":http://internal.amazon.com/coral/com.amazon." +
         (modelled ? "bedrock/" : "coral.service/");
}

aws::Error invalid_model_identifier() {
  return validation("The provided model identifier is invalid.");
}

aws::Error operation_not_allowed() {
  return validation("Operation not allowed");
}

aws::Error invalid_guardrail_identifier() {
  return validation("The provided guardrail identifier is invalid.");
}

aws::Error no_such_guardrail() {
  return validation("The guardrail identifier or version provided in the request does not exist.");
}

aws::Error guardrail_input_malformed() {
  return validation("Guardrail was enabled but input is in incorrect format.");
}

aws::Error set_by_prompt(std::string_view field) {
  return validation("The request includes " + std::string(field) +
                    ", which a prompt from Prompt management defines itself.");
}

aws::Error no_such_invocation() {
  return validation("The provided invocation ARN is invalid.");
}

aws::Error invalid_time(std::string_view member) {
  return validation("The provided " + std::string(member) + " is invalid.");
}

aws::Error invalid_next_token() {
  return validation("The provided next token is invalid.");
}

aws::Error body_too_long() {
  aws::Verdict verdict;
  verdict.violations.push_back(aws::violation(
      {}, "body", "have length less than or equal to " + std::to_string(kMaxBodyBytes)));
  return refused(verdict);
}

aws::Error content_type_unsupported() {
  return validation("The provided Content Type is invalid or not supported for this model");
}

// Unverified: what AWS's other REST JSON services answer.
aws::Error unparsable_request() {
  return named("SerializationException", "Unable to parse the request body.");
}

aws::Error malformed_input(std::string_view detail) {
  std::string text = "Malformed input request";
  if (!detail.empty()) text += ": " + std::string(detail);
  return validation(text + ", please reformat your input and try again.");
}

aws::Error refused(const aws::Verdict& verdict) {
  return verdict.wrong_type ? unparsable_request() : validation(verdict.message());
}

std::optional<aws::Error> refusal_of(const aws::Verdict& verdict) {
  if (!verdict.ok()) return refused(verdict);
  for (const aws::Verdict::WrongUnion& found : verdict.wrong_unions) {
    const bool block = found.shape == "ContentBlock";
    if (block && !found.several) continue;
    return validation(std::string(found.shape) + " object at " + from_zero(found.at) +
                      std::string(found.several ? kOneKey : kSomeKey) +
                      (block ? std::string(kBlockKeys) : listed(found.members)) + ".");
  }
  return std::nullopt;
}

aws::Error must_start_with_user() {
  return validation(
      "A conversation must start with a user message. Try again with a conversation that starts "
      "with "
      "a user message.");
}

aws::Error must_end_with_user() {
  return validation(
      "The model that you are using requires the last turn in the conversation to be a user "
      "message. Add a user message to the conversation and try again.");
}

aws::Error empty_content(std::size_t message) {
  return validation("The content field in the Message object at " + at_message(message) +
                    " is empty. Add a ContentBlock object to the content field and try again.");
}

aws::Error blank_text(std::size_t message, std::size_t block) {
  return validation("The text field in the ContentBlock object at " + at_message(message) +
                    ".content." + std::to_string(block) +
                    " is blank. Add text to the text field, and try again.");
}

aws::Error no_content_block(std::size_t message, std::size_t block) {
  return validation("ContentBlock object at " + at_message(message) + ".content." +
                    std::to_string(block) + std::string(kSomeKey) + std::string(kBlockKeys) + ".");
}

aws::Error empty_failed_result(std::size_t message, std::size_t block) {
  return validation("The content field at " + at_message(message) + ".content." +
                    std::to_string(block) +
                    ".toolResult cannot be empty when status value is error.");
}

aws::Error tool_config_missing() {
  return validation(
      "The toolConfig field must be defined when using toolUse and toolResult content blocks.");
}

aws::Error no_json_object(std::string_view at) {
  return validation("The format of the value at " + std::string(at) +
                    " is invalid. Provide a json object for the field and try again.");
}

aws::Error no_object_schema(std::size_t tool) {
  return validation("The value at toolConfig.tools." + std::to_string(tool) +
                    ".toolSpec.inputSchema.json.type must be one of the following: object.");
}

aws::Error too_many_tool_results(std::size_t message) {
  return validation("The number of toolResult blocks at " + at_message(message) +
                    ".content exceeds the number of toolUse blocks of previous turn.");
}

aws::Error tool_results_missing(std::size_t message, const std::vector<std::string>& ids) {
  return validation("Expected toolResult blocks at " + at_message(message) +
                    ".content for the following Ids: " + listed({ids.begin(), ids.end()}));
}

aws::Error unknown_tool_choice(const std::string& tool) {
  return from_model("Tool '" + tool + "' not found in provided tools");
}

aws::Error document_name() {
  return validation(
      "The document file name can only contain alphanumeric characters, whitespace characters, "
      "hyphens, parentheses, and square brackets. The name can't contain more than one consecutive "
      "whitespace character. Check that the file name conforms to these restrictions and retry "
      "your request.");
}

aws::Error document_without_text() {
  return validation(
      "A text block must be included when using documents. Add a text block and retry your "
      "request.");
}

aws::Error too_many_documents(std::size_t limit) {
  return validation("You can't include more than " + std::to_string(limit) +
                    " documents in a request.");
}

aws::Error repeated_document() {
  return validation("Messages can't contain duplicate document names.");
}

aws::Error document_too_large(std::string_view at, std::size_t bytes, std::size_t limit) {
  return from_model(std::string(at) + ".document.source.bytes: document exceeds 4.5 MB maximum: " +
                    std::to_string(bytes) + " bytes > " + std::to_string(limit) + " bytes");
}

aws::Error not_by_the_user(std::string_view member, std::size_t message, std::size_t block) {
  return validation("The ContentBlock object at " + at_message(message) + ".content." +
                    std::to_string(block) + " has the field " + std::string(member) +
                    ", which only a message with the role user can have. Remove " +
                    std::string(member) + " and try again.");
}

aws::Error too_many_images(int images, int documents, int limit) {
  return from_model("too many images and documents: " + std::to_string(images) + " + " +
                    std::to_string(documents) + " > " + std::to_string(limit));
}

aws::Error image_too_large(std::string_view at, std::size_t bytes, std::size_t limit) {
  return from_model(std::string(at) + ".image.source.bytes: image exceeds 5 MB maximum: " +
                    std::to_string(bytes) + " bytes > " + std::to_string(limit) + " bytes");
}

aws::Error image_too_wide(std::string_view at, std::string_view of, std::uint32_t limit) {
  return from_model(std::string(at) +
                    ".image.source.base64.data: At least one of the image dimensions exceed max "
                    "allowed size" +
                    std::string(of) + ": " + std::to_string(limit) + " pixels");
}

aws::Error image_of_other_type(std::string_view at, const std::string& said,
                               std::string_view found) {
  return from_model(
      std::string(at) + ".image.source.bytes: The image was specified using the image/" + said +
      " media type, but the image appears to be a image/" + std::string(found) + " image");
}

aws::Error max_tokens_above_limit(int limit) {
  const std::string number = std::to_string(limit);
  return validation("The maximum tokens you requested exceeds the model limit of " + number +
                    ". Try again with a maximum tokens value that is lower than " + number + ".");
}

aws::Error streaming_unsupported() {
  return validation("The model is unsupported for streaming.");
}

aws::Error bidirectional_unsupported() {
  return validation("The model is unsupported for bidirectional streaming.");
}

aws::Error no_signed_end() {
  return validation("Invalid input request, please fix your input and try again.");
}

aws::Error session_timeout() {
  return named("ModelTimeoutException",
               "Model has timed out in processing the request. Try your request again.");
}

aws::Error converse_unsupported() {
  return validation(
      "This action doesn't support the model that you provided. Try again with a supported text or "
      "chat model.");
}

aws::Error counting_unsupported() {
  return validation("The provided model doesn't support counting tokens.");
}

aws::Error caching_unsupported() {
  return named("AccessDeniedException",
               "You invoked an unsupported model or your request did not allow prompt caching. See "
               "the documentation for more information.");
}

aws::Error profile_needed(std::string_view model) {
  return validation("Invocation of model ID " + std::string(model) +
                    " with on-demand throughput isn\u2019t supported. Retry your request with the "
                    "ID or ARN of an inference profile that contains this model.");
}

aws::Error system_unsupported() {
  return validation(
      "This model doesn't support system messages. Try again without a system message or use a "
      "model that supports system messages.");
}

aws::Error tools_unsupported() {
  return validation("This model doesn't support tool use.");
}

aws::Error streamed_tools_unsupported() {
  return validation("This model doesn't support tool use in streaming mode.");
}

aws::Error documents_unsupported() {
  return validation("This model doesn't support documents.");
}

aws::Error unsupported_field(std::string_view field) {
  const std::string name(field);
  return validation("This model doesn't support the " + name + " field. Remove " + name +
                    " and try again.");
}

aws::Error too_many_input_tokens(int limit, int found) {
  return validation(
      "400 Bad Request: Too many input tokens. Max input tokens: " + std::to_string(limit) +
      ", request input token count: " + std::to_string(found) + " ");
}

aws::Error image_size_unsupported(std::int64_t width, std::int64_t height) {
  return validation("The image size " + std::to_string(width) + "x" + std::to_string(height) +
                    " is not supported.");
}

aws::Error unreadable_image(std::string_view at) {
  return validation("The image at " + std::string(at) + " is not a PNG or JPEG image.");
}

aws::Error from_model(const std::string& text) {
  return validation("The model returned the following errors: " + text);
}

}  // namespace bedlam::bedrock::errors
