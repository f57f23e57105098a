#include "emulator/states/integration/resource.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace bedlam::states {
namespace {

struct OptimizedAction {
  std::string_view service, action;
  bool sync = false;      // has `.sync`
  bool callback = false;  // has `.waitForTaskToken`
};

// Developer guide, "Integrating optimized services", the page of each service.
constexpr std::array<OptimizedAction, 54> kOptimizedActions{
    {{"apigateway", "invoke", false, true},
     {"athena", "startQueryExecution", true},
     {"athena", "stopQueryExecution"},
     {"athena", "getQueryExecution"},
     {"athena", "getQueryResults"},
     {"batch", "submitJob", true},
     {"bedrock", "invokeModel", false, true},
     {"bedrock", "createModelCustomizationJob", true},
     {"codebuild", "startBuild", true},
     {"codebuild", "stopBuild"},
     {"codebuild", "batchDeleteBuilds"},
     {"codebuild", "batchGetReports"},
     {"codebuild", "startBuildBatch", true},
     {"codebuild", "stopBuildBatch"},
     {"codebuild", "retryBuildBatch", true},
     {"codebuild", "deleteBuildBatch"},
     {"databrew", "startJobRun", true},
     {"dynamodb", "getItem"},
     {"dynamodb", "putItem"},
     {"dynamodb", "deleteItem"},
     {"dynamodb", "updateItem"},
     {"ecs", "runTask", true, true},
     {"eks", "createCluster", true},
     {"eks", "deleteCluster", true},
     {"eks", "createFargateProfile", true},
     {"eks", "deleteFargateProfile", true},
     {"eks", "createNodegroup", true},
     {"eks", "deleteNodegroup", true},
     {"eks", "runJob", true, true},
     {"eks", "call", false, true},
     {"elasticmapreduce", "createCluster", true},
     {"elasticmapreduce", "setClusterTerminationProtection"},
     {"elasticmapreduce", "terminateCluster", true},
     {"elasticmapreduce", "addStep", true},
     {"elasticmapreduce", "cancelStep"},
     {"elasticmapreduce", "modifyInstanceFleetByName"},
     {"elasticmapreduce", "modifyInstanceGroupByName"},
     {"emr-containers", "createVirtualCluster"},
     {"emr-containers", "deleteVirtualCluster", true},
     {"emr-containers", "startJobRun", true},
     {"emr-serverless", "createApplication", true},
     {"emr-serverless", "startApplication", true},
     {"emr-serverless", "stopApplication", true},
     {"emr-serverless", "deleteApplication", true},
     {"emr-serverless", "startJobRun", true},
     {"emr-serverless", "cancelJobRun", true},
     {"events", "putEvents", false, true},
     {"glue", "startJobRun", true},
     {"http", "invoke"},
     {"lambda", "invoke", false, true},
     {"mediaconvert", "createJob", true},
     {"sns", "publish", false, true},
     {"sqs", "sendMessage", false, true},
     {"states", "startExecution", true, true}}};

// Amazon SageMaker has many that are alike.
constexpr std::array<OptimizedAction, 9> kSageMakerActions{
    {{"sagemaker", "createEndpoint"},
     {"sagemaker", "createEndpointConfig"},
     {"sagemaker", "createHyperParameterTuningJob", true},
     {"sagemaker", "createLabelingJob", true},
     {"sagemaker", "createModel"},
     {"sagemaker", "createProcessingJob", true},
     {"sagemaker", "createTrainingJob", true},
     {"sagemaker", "createTransformJob", true},
     {"sagemaker", "updateEndpoint"}}};

// "Learning to use AWS service SDK integrations", unsupported actions.
constexpr std::array<std::string_view, 5> kUnsupportedSdk{
    "bedrockruntime:invokeModelWithResponseStream", "bedrockruntime:converseStream",
    "bedrockagentruntime:invokeAgent", "bedrockagentruntime:invokeFlow",
    "sagemakerruntime:invokeEndpointWithResponseStream"};

const OptimizedAction* find_optimized(std::string_view service, std::string_view action) {
  const auto is_it = [&](const OptimizedAction& o) {
    return o.service == service && o.action == action;
  };
  if (const auto* found = std::find_if(kOptimizedActions.begin(), kOptimizedActions.end(), is_it);
      found != kOptimizedActions.end()) {
    return found;
  }
  const auto* found = std::find_if(kSageMakerActions.begin(), kSageMakerActions.end(), is_it);
  return found == kSageMakerActions.end() ? nullptr : found;
}

// A lower-case letter, then letters and digits.
bool is_word(std::string_view text, bool capitals) {
  if (text.empty() || std::islower(static_cast<unsigned char>(text[0])) == 0) return false;
  return std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return std::islower(c) != 0 || std::isdigit(c) != 0 || (capitals && std::isupper(c) != 0);
  });
}

bool is_partition(std::string_view text) {
  return text == "aws" || text == "aws-cn" || text == "aws-us-gov";
}

// Takes the suffix off `action`; false where it is none of AWS's.
bool take_suffix(std::string& action, Resource& resource) {
  const std::size_t dot = action.find('.');
  if (dot == std::string::npos) return true;
  resource.suffix = action.substr(dot);
  action.erase(dot);
  if (resource.suffix == ".waitForTaskToken") {
    resource.pattern = TaskPattern::kWaitForTaskToken;
  } else if (resource.suffix == ".sync" || resource.suffix == ".sync:2") {
    resource.pattern = TaskPattern::kSync;
  } else {
    return false;
  }
  return true;
}

// `rest`: what follows "arn:<partition>:states:::".
std::optional<Resource> parse_service(std::string_view rest, Resource resource) {
  constexpr std::string_view kSdkMark = "aws-sdk:";
  const bool sdk = rest.starts_with(kSdkMark);
  if (sdk) rest.remove_prefix(kSdkMark.size());
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  resource.kind = sdk ? Resource::Kind::kSdk : Resource::Kind::kOptimized;
  resource.service = rest.substr(0, colon);
  resource.action = rest.substr(colon + 1);
  if (!take_suffix(resource.action, resource)) return std::nullopt;
  if (sdk) {
    const std::string name = resource.service + ":" + resource.action;
    const bool unsupported =
        std::find(kUnsupportedSdk.begin(), kUnsupportedSdk.end(), name) != kUnsupportedSdk.end();
    const bool well_formed = is_word(resource.service, false) && is_word(resource.action, true);
    if (unsupported || !well_formed || resource.pattern == TaskPattern::kSync) return std::nullopt;
    return resource;
  }
  const OptimizedAction* known = find_optimized(resource.service, resource.action);
  if (known == nullptr) return std::nullopt;
  if (resource.pattern == TaskPattern::kSync && !known->sync) return std::nullopt;
  if (resource.pattern == TaskPattern::kWaitForTaskToken && !known->callback) return std::nullopt;
  if (resource.suffix == ".sync:2" && resource.service != "states") return std::nullopt;
  return resource;
}

}  // namespace

std::string_view integration_name(std::string_view arn) {
  constexpr std::string_view kStates = ":states:::";
  const std::size_t at = arn.find(kStates);
  if (!arn.starts_with("arn:") || at == std::string_view::npos) return {};
  return is_partition(arn.substr(4, at - 4)) ? arn.substr(at + kStates.size()) : std::string_view{};
}

std::string Resource::name() const {
  if (kind == Kind::kFunction || kind == Kind::kActivity) return arn;
  return type() + ":" + event_name();
}

std::optional<Resource> parse_resource(std::string_view arn) {
  constexpr std::string_view kArn = "arn:";
  constexpr std::string_view kFunctionMark = ":function:";
  constexpr std::string_view kActivityMark = ":activity:";
  if (!arn.starts_with(kArn)) return std::nullopt;
  const std::string_view partition = arn.substr(kArn.size(), arn.find(':', kArn.size()) - 4);
  if (!is_partition(partition)) return std::nullopt;
  const std::string_view rest = arn.substr(kArn.size() + partition.size());
  Resource resource;
  resource.arn = arn;
  if (const std::size_t at = rest.find(kFunctionMark);
      rest.starts_with(":lambda:") && at != std::string_view::npos) {
    resource.kind = Resource::Kind::kFunction;
    resource.service = "lambda";
    resource.action = rest.substr(at + kFunctionMark.size());
    return resource.action.empty() ? std::nullopt : std::optional(resource);
  }
  if (!rest.starts_with(":states:")) return std::nullopt;
  if (const std::size_t at = rest.find(kActivityMark); at != std::string_view::npos) {
    resource.kind = Resource::Kind::kActivity;
    resource.action = rest.substr(at + kActivityMark.size());
    return resource.action.empty() ? std::nullopt : std::optional(resource);
  }
  constexpr std::string_view kServices = ":states:::";
  if (!rest.starts_with(kServices)) return std::nullopt;
  return parse_service(rest.substr(kServices.size()), std::move(resource));
}

}  // namespace bedlam::states
