#include <array>

#include "emulator/states/integration/generic.h"

namespace bedlam::states {

// Each stands in the file of its service.
std::shared_ptr<const Integration> bedrock_invoke_model(const Resource&);
std::shared_ptr<const Integration> bedrockruntime_invoke_model(const Resource&);
std::shared_ptr<const Integration> bedrockruntime_converse(const Resource&);
std::shared_ptr<const Integration> lambda_function(const Resource&);
std::shared_ptr<const Integration> lambda_invoke(const Resource&);
std::shared_ptr<const Integration> states_start_execution(const Resource&);
std::shared_ptr<const Integration> sdk_step_functions(const Resource&);
std::shared_ptr<const Integration> sdk_s3(const Resource&);
std::shared_ptr<const Integration> dynamodb_operation(const Resource&);
std::shared_ptr<const Integration> sqs_send_message(const Resource&);
std::shared_ptr<const Integration> sns_publish(const Resource&);
std::shared_ptr<const Integration> events_put_events(const Resource&);
std::shared_ptr<const Integration> http_invoke(const Resource&);
std::shared_ptr<const Integration> apigateway_invoke(const Resource&);

namespace {

struct CatalogLine {
  Resource::Kind kind;
  std::string_view service, action;  // "": all of the service
  std::shared_ptr<const Integration> (*make)(const Resource&);
};

constexpr std::array<CatalogLine, 15> kCatalog{
    {{Resource::Kind::kFunction, "lambda", "", lambda_function},
     {Resource::Kind::kOptimized, "lambda", "invoke", lambda_invoke},
     {Resource::Kind::kOptimized, "bedrock", "invokeModel", bedrock_invoke_model},
     {Resource::Kind::kSdk, "bedrockruntime", "invokeModel", bedrockruntime_invoke_model},
     {Resource::Kind::kSdk, "bedrockruntime", "converse", bedrockruntime_converse},
     {Resource::Kind::kOptimized, "states", "startExecution", states_start_execution},
     {Resource::Kind::kSdk, "sfn", "", sdk_step_functions},
     {Resource::Kind::kSdk, "s3", "", sdk_s3},
     {Resource::Kind::kOptimized, "dynamodb", "", dynamodb_operation},
     {Resource::Kind::kSdk, "dynamodb", "", dynamodb_operation},
     {Resource::Kind::kOptimized, "sqs", "sendMessage", sqs_send_message},
     {Resource::Kind::kOptimized, "sns", "publish", sns_publish},
     {Resource::Kind::kOptimized, "events", "putEvents", events_put_events},
     {Resource::Kind::kOptimized, "http", "invoke", http_invoke},
     {Resource::Kind::kOptimized, "apigateway", "invoke", apigateway_invoke}}};

}  // namespace

std::shared_ptr<const Integration> make_integration(const Resource& resource) {
  for (const CatalogLine& line : kCatalog) {
    if (line.kind != resource.kind || line.service != resource.service) continue;
    if (line.action.empty() || line.action == resource.action) return line.make(resource);
  }
  return std::make_shared<GenericIntegration>(resource);
}

}  // namespace bedlam::states
