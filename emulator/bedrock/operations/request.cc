// Reads the requests that go to a model.
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/operations/operation.h"

namespace bedlam::bedrock {

Result<Request, aws::Error> read_request(const rpc::Call& call, const Operation& operation,
                                         WallTime received) {
  if (call.body.size() > kMaxBodyBytes) return errors::body_too_long();
  const std::optional<Model> model = find_model(call.resource);
  if (!model) return errors::invalid_model_identifier();
  if (!model->reachable) return errors::profile_needed(model->id);
  const ConversingFamily* family = model->family->conversing();
  if (family == nullptr && operation.converse) return errors::converse_unsupported();
  if (family == nullptr && operation.streams) return errors::streaming_unsupported();
  Result<Json, JsonError> body = parse_json(call.body);
  if (!body.ok()) {
    return operation.converse ? errors::unparsable_request() : errors::malformed_input();
  }
  Request request{&call, &operation, *model, received, *std::move(body), {}};
  if (operation.converse) {
    auto converse = read_converse(request.body, family->traits(model->id), operation.streams);
    if (!converse.ok()) return converse.error();
    request.converse = *std::move(converse);
  } else {
    auto conversation = model->family->read(request.body, model->id);
    if (!conversation.ok()) return conversation.error();
    request.converse.conversation = *std::move(conversation);
  }
  return request;
}

}  // namespace bedlam::bedrock
