// What all integrations but Bedrock's share, and all there is of most.
#pragma once

#include "emulator/states/integration/java_errors.h"

namespace bedlam::states {

class GenericIntegration : public Integration {
 public:
  explicit GenericIntegration(Resource resource)
      : Integration(std::move(resource)), errors_(java_errors(this->resource())) {}

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override;
  Result<Json, Failure> result(const ServiceAnswer& answer) const override;
  Json dressed(Json result, const ServiceAnswer& answer) const override;
  Failure broken(Fault fault) const override { return java_fault(errors_, fault); }
  Result<Json, Failure> completed(const ServiceAnswer& answer) const override;

 protected:
  const JavaErrors& errors() const { return errors_; }

 private:
  JavaErrors errors_;
};

}  // namespace bedlam::states
