// Every error that the emulated SageMaker Runtime answers (service model sagemaker-runtime
// 2017-05-13). Sentences of ModelError and of an endpoint that is not there are quoted from public
// logs (amazon-sagemaker-examples 833 and 1881, philschmid/cdk-samples 5, read 2026-11); default
// messages are the service model's, and which members beside them AWS sends is unverified.
#pragma once

#include <string>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/aws/shapes.h"

namespace bedlam::sagemaker::errors {

// Where an endpoint's log is, as ModelError tells it.
struct Place {
  std::string endpoint, region, account;
};

// A modelled exception by its shape's name; a name that is none is answered with status 400. An
// empty message is the service's own. ModelError is of a container that answered `original_status`
// (0: 500) with the message.
aws::Error named(std::string_view name, std::string message, int original_status,
                 const Place& place);
// The service's own message; "" for a name that it does not have.
std::string default_message(std::string_view name);
// What the union of InvokeEndpointWithResponseStream calls an exception: as its shape, whose name
// may begin in lower case here. Other names are left as they are.
std::string union_member(std::string_view name);

aws::Error refused(const aws::Verdict& verdict);
// One that is to be a number and is not; unverified.
aws::Error unparsable_header(std::string_view name);
aws::Error body_too_long();
aws::Error no_endpoint(const Place& place);
aws::Error timed_out(const Place& place);

// What the failure of an asynchronous call says where S3 gives no input or takes no output, for
// S3's reason; unverified.
std::string unreadable_input(std::string_view location, std::string_view reason);
std::string unwritable_output(std::string_view location, std::string_view reason);

}  // namespace bedlam::sagemaker::errors
