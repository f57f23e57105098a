#include <algorithm>
#include <array>

#include "emulator/states/integration/integration.h"

namespace bedlam::states {

// Each stands in the file of its service.
const Integration& bedrock_invoke_model();
const Integration& bedrockruntime_invoke_model();
const Integration& bedrockruntime_converse();

namespace {

const std::vector<const Integration*>& integrations() {
  static const std::vector<const Integration*> kAll{
      &bedrock_invoke_model(), &bedrockruntime_invoke_model(), &bedrockruntime_converse()};
  return kAll;
}

// Optimized integrations (developer guide, "Integrating optimized services"): the services that
// have some.
constexpr std::array<std::string_view, 23> kOptimizedServices{
    "apigateway",     "athena",           "batch",     "bedrock", "codebuild",
    "databrew",       "dynamodb",         "ecs",       "eks",     "emr-containers",
    "emr-serverless", "elasticmapreduce", "events",    "glue",    "http",
    "lambda",         "mediaconvert",     "sagemaker", "sns",     "sqs",
    "states",         "aws-sdk",          "s3"};

}  // namespace

std::string_view integration_name(std::string_view resource_arn) {
  constexpr std::string_view kStates = ":states:::";
  const std::size_t at = resource_arn.find(kStates);
  if (resource_arn.substr(0, 4) != "arn:" || at == std::string_view::npos) return {};
  const std::string_view partition = resource_arn.substr(4, at - 4);
  if (partition != "aws" && partition != "aws-cn" && partition != "aws-us-gov") return {};
  return resource_arn.substr(at + kStates.size());
}

const Integration* find_integration(std::string_view resource_arn) {
  const std::string_view name = integration_name(resource_arn);
  const auto& all = integrations();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Integration* integration) {
    return name ==
           std::string(integration->resource_type()) + ":" + std::string(integration->resource());
  });
  return found == all.end() ? nullptr : *found;
}

bool is_known_elsewhere(std::string_view resource_arn) {
  const std::string_view name = integration_name(resource_arn);
  const std::string_view service = name.substr(0, name.find(':'));
  return name.find(':') != std::string_view::npos &&
         std::find(kOptimizedServices.begin(), kOptimizedServices.end(), service) !=
             kOptimizedServices.end();
}

}  // namespace bedlam::states
