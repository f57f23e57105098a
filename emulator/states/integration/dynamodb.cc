// Amazon DynamoDB: dynamodb:getItem, putItem, updateItem and deleteItem (developer guide, "Perform
// DynamoDB CRUD operations with Step Functions"), and aws-sdk:dynamodb. Results are the API's; the
// optimized ones show the headers that came with them, in their order.
#include <algorithm>
#include <array>

#include "emulator/states/integration/generic.h"

namespace bedlam::states {
namespace {

// Those that the service model of dynamodb/2012-08-10 does not have; recorded for the first.
constexpr std::array<std::string_view, 5> kUnmodelled{
    "ValidationException", "SerializationException", "AccessDeniedException",
    "UnrecognizedClientException", "UnknownOperationException"};

class DynamoDbIntegration final : public GenericIntegration {
 public:
  using GenericIntegration::GenericIntegration;

  Result<Json, Failure> result(const ServiceAnswer& answer) const override {
    if (answer.status / 100 == 2) return GenericIntegration::result(answer);
    const bool modelled =
        std::find(kUnmodelled.begin(), kUnmodelled.end(), error_name(answer)) == kUnmodelled.end();
    return java_failure(errors(), answer, modelled);
  }

  Json dressed(Json result, const ServiceAnswer& answer) const override {
    const bool scripted = answer.headers.find(rpc::kTaskResultHeader).has_value();
    if (scripted || resource().kind != Resource::Kind::kOptimized || !result.is_object()) {
      return GenericIntegration::dressed(std::move(result), answer);
    }
    result.update(sdk_metadata(answer, answer.headers));
    return result;
  }
};

}  // namespace

std::shared_ptr<const Integration> dynamodb_operation(const Resource& resource) {
  return std::make_shared<DynamoDbIntegration>(resource);
}

}  // namespace bedlam::states
