// Errors of services as Step Functions reports them: it calls them with the AWS SDKs for Java, 1.x
// for optimized integrations and 2.x for aws-sdk ones, and their exceptions' names and messages
// become Error and Cause (facts: recorded, Nov 2025).
#pragma once

#include <string>
#include <string_view>

#include "emulator/states/integration/integration.h"

namespace bedlam::states {

// How errors of one service look.
struct JavaErrors {
  std::string prefix;   // "DynamoDB"; aws-sdk: "DynamoDb"
  std::string service;  // "AmazonDynamoDBv2"; aws-sdk: "DynamoDb"
  std::string generic;  // of errors that the service's model has not: "AmazonDynamoDBException"
  bool v2 = false;
};

// From the tables, or by the rule that most names follow.
JavaErrors java_errors(const Resource& resource);

// The error's name and message as the reply has them.
std::string error_name(const ServiceAnswer& answer);
std::string error_message(const ServiceAnswer& answer);

// "<prefix>.<Name>Exception" and the SDK's message. `modelled`: the service's model has the error.
Failure java_failure(const JavaErrors& errors, const ServiceAnswer& answer, bool modelled);
// "<prefix>.SdkClientException".
Failure java_fault(const JavaErrors& errors, Fault fault);

// The members that every result of an optimized integration has beside the API's, SdkHttpMetadata
// and SdkResponseMetadata.
Json sdk_metadata(const ServiceAnswer& answer, const aws::Headers& headers);
// The headers of a reply, as the AWS JSON services of most optimized integrations answer.
aws::Headers json_headers(const ServiceAnswer& answer, std::string_view content_type);

}  // namespace bedlam::states
