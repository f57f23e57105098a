#include "emulator/states/integration/java_errors.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace bedlam::states {
namespace {

struct ErrorRow {
  std::string_view service, prefix, name, generic;
};

// Recorded: lambda, dynamodb, sqs, sns, states, events, apigateway. The others follow the SDK's
// names (aws-sdk-java 1.x, each client's exception base class and service name).
constexpr std::array<ErrorRow, 17> kOptimizedErrors{
    {{"lambda", "Lambda", "AWSLambda", "AWSLambdaException"},
     {"dynamodb", "DynamoDB", "AmazonDynamoDBv2", "AmazonDynamoDBException"},
     {"sqs", "SQS", "AmazonSQS", "AmazonSQSException"},
     {"sns", "SNS", "AmazonSNS", "AmazonSNSException"},
     {"states", "StepFunctions", "AWSStepFunctions", "AWSStepFunctionsException"},
     {"events", "EventBridge", "AmazonEventBridge", "AmazonEventBridgeException"},
     {"batch", "Batch", "AWSBatch", "AWSBatchException"},
     {"ecs", "ECS", "AmazonECS", "AmazonECSException"},
     {"eks", "EKS", "AmazonEKS", "AmazonEKSException"},
     {"glue", "Glue", "AWSGlue", "AWSGlueException"},
     {"databrew", "DataBrew", "AWSGlueDataBrew", "AWSGlueDataBrewException"},
     {"athena", "Athena", "AmazonAthena", "AmazonAthenaException"},
     {"sagemaker", "SageMaker", "AmazonSageMaker", "AmazonSageMakerException"},
     {"codebuild", "CodeBuild", "AWSCodeBuild", "AWSCodeBuildException"},
     {"elasticmapreduce", "ElasticMapReduce", "AmazonElasticMapReduce",
      "AmazonElasticMapReduceException"},
     {"mediaconvert", "MediaConvert", "AWSMediaConvert", "AWSMediaConvertException"},
     {"apigateway", "ApiGateway", "AmazonApiGateway", "AmazonApiGatewayException"}}};

struct SdkPrefix {
  std::string_view service, prefix;
};

// "Learning to use AWS service SDK integrations", exception prefixes that are no plain
// capitalisation of the service's name.
constexpr std::array<SdkPrefix, 45> kSdkPrefixes{
    {{"accessanalyzer", "AccessAnalyzer"},
     {"apigateway", "ApiGateway"},
     {"applicationautoscaling", "ApplicationAutoScaling"},
     {"appsync", "AppSync"},
     {"autoscaling", "AutoScaling"},
     {"bedrockagent", "BedrockAgent"},
     {"bedrockagentruntime", "BedrockAgentRuntime"},
     {"bedrockruntime", "BedrockRuntime"},
     {"cloudformation", "CloudFormation"},
     {"cloudfront", "CloudFront"},
     {"cloudtrail", "CloudTrail"},
     {"cloudwatch", "CloudWatch"},
     {"cloudwatchlogs", "CloudWatchLogs"},
     {"codebuild", "CodeBuild"},
     {"codecommit", "CodeCommit"},
     {"codepipeline", "CodePipeline"},
     {"cognitoidentityprovider", "CognitoIdentityProvider"},
     {"costexplorer", "CostExplorer"},
     {"databrew", "DataBrew"},
     {"dynamodb", "DynamoDb"},
     {"elasticloadbalancing", "ElasticLoadBalancing"},
     {"elasticloadbalancingv2", "ElasticLoadBalancingV2"},
     {"emrcontainers", "EmrContainers"},
     {"emrserverless", "EmrServerless"},
     {"eventbridge", "EventBridge"},
     {"guardduty", "GuardDuty"},
     {"lexruntimev2", "LexRuntimeV2"},
     {"mediaconvert", "MediaConvert"},
     {"medialive", "MediaLive"},
     {"opensearch", "OpenSearch"},
     {"quicksight", "QuickSight"},
     {"rdsdata", "RdsData"},
     {"redshiftdata", "RedshiftData"},
     {"resourcegroupstaggingapi", "ResourceGroupsTaggingApi"},
     {"route53", "Route53"},
     {"sagemaker", "SageMaker"},
     {"sagemakerruntime", "SageMakerRuntime"},
     {"secretsmanager", "SecretsManager"},
     {"securityhub", "SecurityHub"},
     {"servicecatalog", "ServiceCatalog"},
     {"servicediscovery", "ServiceDiscovery"},
     {"stepfunctions", "Sfn"},
     {"storagegateway", "StorageGateway"},
     {"verifiedpermissions", "VerifiedPermissions"},
     {"workspaces", "WorkSpaces"}}};

std::string capitalised(std::string_view service) {
  return respell(std::string(service), Spelling::kPascal);
}

std::string_view words_of(Fault fault) {
  switch (fault) {
    case Fault::kReset:
      return "Connection reset";
    case Fault::kClosedBeforeHead:
      return "The target server failed to respond";
    case Fault::kClosedInBody:
      return "Premature end of Content-Length delimited message body";
    case Fault::kGarbage:
      return "The server failed to respond with a valid HTTP response";
  }
  return "";
}

// Recorded with newer SDKs; an integration makes one attempt.
constexpr std::string_view kAttempts = " (SDK Attempt Count: 1)";

bool before_ignoring_case(const std::pair<std::string, Json>& a,
                          const std::pair<std::string, Json>& b) {
  return std::lexicographical_compare(
      a.first.begin(), a.first.end(), b.first.begin(), b.first.end(),
      [](unsigned char x, unsigned char y) { return std::tolower(x) < std::tolower(y); });
}

}  // namespace

JavaErrors java_errors(const Resource& resource) {
  const std::string& service = resource.service;
  if (resource.kind == Resource::Kind::kSdk) {
    const auto* row = std::find_if(kSdkPrefixes.begin(), kSdkPrefixes.end(),
                                   [&](const SdkPrefix& name) { return name.service == service; });
    std::string prefix =
        row == kSdkPrefixes.end() ? capitalised(service) : std::string(row->prefix);
    return {prefix, prefix, prefix + "Exception", true};
  }
  const auto* row = std::find_if(kOptimizedErrors.begin(), kOptimizedErrors.end(),
                                 [&](const ErrorRow& r) { return r.service == service; });
  if (row != kOptimizedErrors.end()) {
    return {std::string(row->prefix), std::string(row->name), std::string(row->generic), false};
  }
  const std::string name = capitalised(service);
  return {name, "AWS" + name, "AWS" + name + "Exception", false};
}

// "x-amzn-ErrorType: ThrottlingException:http://…" or "__type": "ns#ThrottlingException".
std::string error_name(const ServiceAnswer& answer) {
  std::string name(answer.headers.get("x-amzn-ErrorType"));
  if (name.empty()) {
    const Result<Json, JsonError> body = parse_json(answer.body);
    const Json* type = body ? bedlam::find(*body, "__type") : nullptr;
    if (type != nullptr && type->is_string()) name = type->get<std::string>();
  }
  name = name.substr(0, name.find(':'));
  return name.substr(name.find('#') + 1);  // npos + 1 is 0: all of it
}

std::string error_message(const ServiceAnswer& answer) {
  const Result<Json, JsonError> body = parse_json(answer.body);
  for (const std::string_view member : {"message", "Message"}) {
    const Json* message = body ? bedlam::find(*body, member) : nullptr;
    if (message != nullptr && message->is_string()) return message->get<std::string>();
  }
  return "null";  // how Java prints a message that is not there
}

Failure java_failure(const JavaErrors& errors, const ServiceAnswer& answer, bool modelled) {
  const std::string name = error_name(answer);
  const std::string status = std::to_string(answer.status);
  const std::string id(answer.headers.get("x-amzn-RequestId", "null"));
  std::string cause = error_message(answer);
  if (errors.v2) {
    cause += " (Service: " + errors.service + ", Status Code: " + status + ", Request ID: " + id;
    cause += ")" + std::string(kAttempts);
  } else {
    cause += " (Service: " + errors.service + "; Status Code: " + status + "; Error Code: " + name;
    cause += "; Request ID: " + id + "; Proxy: null)";
  }
  std::string exception = modelled ? name : errors.generic;
  if (!exception.ends_with("Exception")) exception += "Exception";
  return {errors.prefix + "." + exception, std::move(cause)};
}

Failure java_fault(const JavaErrors& errors, Fault fault) {
  std::string cause = "Unable to execute HTTP request: " + std::string(words_of(fault));
  if (errors.v2) cause += kAttempts;
  return {errors.prefix + ".SdkClientException", std::move(cause)};
}

Json sdk_metadata(const ServiceAnswer& answer, const aws::Headers& headers) {
  Json all = Json::object();
  std::vector<std::pair<std::string, Json>> sorted;
  for (const auto& [name, value] : headers) {
    all[name] = Json::array({value});
    sorted.emplace_back(name, value);
  }
  std::sort(sorted.begin(), sorted.end(), before_ignoring_case);
  Json one = Json::object();
  for (auto& [name, value] : sorted) one[name] = std::move(value);
  return {{"SdkHttpMetadata",
           {{"AllHttpHeaders", std::move(all)},
            {"HttpHeaders", std::move(one)},
            {"HttpStatusCode", answer.status}}},
          {"SdkResponseMetadata", {{"RequestId", answer.headers.get("x-amzn-RequestId")}}}};
}

aws::Headers json_headers(const ServiceAnswer& answer, std::string_view content_type) {
  return {{"x-amzn-RequestId", std::string(answer.headers.get("x-amzn-RequestId"))},
          {"connection", "keep-alive"},
          {"Content-Length", std::to_string(answer.body.size())},
          {"Date", to_http_date(answer.at)},
          {"Content-Type", std::string(content_type)}};
}

}  // namespace bedlam::states
