// Amazon Bedrock Runtime (service model bedrock-runtime 2023-09-30). What a model says, how fast,
// and what goes wrong is the script's; what AWS's bytes look like is here and in the files beside.
//
// Differs from AWS: quotas only where a scenario sets them, no access control.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/bedrock/families/family.h"
#include "emulator/bedrock/state/runtime_state.h"
#include "emulator/rpc/service.h"

namespace bedlam::bedrock {

// A model as a call names it.
struct Model {
  std::string id;  // bare, without ARN and Region prefix
  const Family* family = nullptr;
  bool reachable = true;  // false: named by itself where AWS serves it through profiles only
};

// The model behind an id, an inference profile's id or an ARN; nullopt where AWS would call the
// identifier invalid. An ARN that does not say its model (an application inference profile, a
// provisioned or custom model, a prompt, a prompt router, an endpoint of Amazon SageMaker) is taken
// for a Claude model, and for the first of models_behind() that takes a request which it refuses.
std::optional<Model> find_model(std::string_view identifier);
const std::vector<Model>& models_behind(std::string_view identifier);  // none of any other

// Whether an identifier is the ARN of a prompt of Prompt management.
bool is_prompt(std::string_view identifier);

class BedrockRuntime : public rpc::Service {
 public:
  // Borrows the scheduler, for the Date header, for quotas and for what lasts.
  BedrockRuntime(Scheduler& scheduler, std::uint64_t seed, std::string account = "123456789012")
      : seed_(seed), state_(scheduler, seed, std::move(account)) {}

  // Where asynchronous invocations leave their output.
  void put_with(rpc::PutObject put) { state_.invocations.put_with(std::move(put)); }

  // From the next call on.
  void use(script::Script script, std::vector<script::Guardrail> guardrails = {});
  // As new: no script, nothing in flight, and a call is the first of its kind again, so that ids
  // repeat.
  void reset();

  std::string_view name() const override { return "bedrock-runtime"; }
  std::string_view signing_name() const override { return "bedrock"; }
  std::optional<rpc::Call> recognise(const aws::HttpRequest& request) const override;
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override;
  rpc::Reply refuse(const aws::Error& error) override;
  bool hears_input(const rpc::Call& call) const override;
  std::shared_ptr<rpc::InputStream> open(const rpc::Call& call, rpc::MoreOfReply more) override;

 private:
  rpc::Reply answer(const rpc::Call& call, const Random& random);
  // Completes the reply: request id and date, which every answer carries.
  void finish(rpc::Reply& reply, const Random& random);

  std::uint64_t seed_;
  std::uint64_t refused_ = 0;
  HttpDates dates_;
  RuntimeState state_;
};

}  // namespace bedlam::bedrock
