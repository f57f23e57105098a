// Amazon SageMaker Runtime (service model sagemaker-runtime 2017-05-13): InvokeEndpoint,
// InvokeEndpointWithResponseStream and InvokeEndpointAsync. What an endpoint's container says, how
// fast, and what goes wrong is the script's.
//
// A text is sent as it is, a body as its JSON; a stream cuts either before every word. Differs from
// AWS: no access control; the input of an asynchronous call is read, and its result written, where
// there is an S3 only; a container has 60 seconds for a whole answer, and for a
// stream as long as it takes.
#pragma once

#include <string>
#include <vector>

#include "emulator/clock/scheduler.h"
#include "emulator/rpc/call_seeds.h"
#include "emulator/rpc/in_flight.h"
#include "emulator/rpc/object_store.h"
#include "emulator/rpc/service.h"
#include "emulator/script/script.h"

namespace bedlam::sagemaker {

class SageMakerRuntime : public rpc::Service {
 public:
  // Borrows the scheduler.
  SageMakerRuntime(Scheduler& scheduler, std::uint64_t seed, std::string account)
      : scheduler_(scheduler), account_(std::move(account)), seeds_(seed, "sagemaker call") {}

  // From the next call on. Without endpoints every name has one, which says a default text.
  void use(std::vector<script::Endpoint> endpoints);
  void put_with(rpc::PutObject put) { put_ = std::move(put); }
  // Inputs of asynchronous calls; without it they are not read.
  void get_with(rpc::GetObject get) { get_ = std::move(get); }
  // As new; results of asynchronous calls under way are not written any more.
  void reset();

  std::string_view name() const override { return "runtime.sagemaker"; }
  std::string_view signing_name() const override { return "sagemaker"; }
  rpc::Reply refuse(const aws::Error& error) override;
  std::optional<rpc::Call> recognise(const aws::HttpRequest& request) const override;
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override;

 private:
  struct Work;
  struct AsyncResult;
  rpc::Reply answer(const rpc::Call& call, const Random& random);
  // The endpoint's container is at it for so long, whether or not anybody still listens.
  void works(const Work& work, Duration takes);
  rpc::Reply synchronous(const Work& work);
  rpc::FetchedObject fetch_input(const rpc::Call& call, const Json& input) const;
  rpc::Reply asynchronous(const Work& work);
  // Leaves what came of an asynchronous call; in its place, why that could not be, if it could not.
  void leave(const AsyncResult& result);
  rpc::Reply error_reply(const aws::Error& error, Duration due) const;

  Scheduler& scheduler_;
  std::string account_;
  rpc::PutObject put_;
  rpc::GetObject get_;
  rpc::CallSeeds seeds_;
  rpc::InFlight in_flight_;  // by the endpoint's name
  std::uint64_t resets_ = 0;
  std::vector<script::Endpoint> endpoints_;
  script::Script script_;
};

}  // namespace bedlam::sagemaker
