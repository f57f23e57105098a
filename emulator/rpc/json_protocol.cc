#include "emulator/rpc/json_protocol.h"

namespace bedlam::rpc {

std::optional<Call> json_call(const aws::HttpRequest& request, std::string_view target,
                              std::string_view service) {
  const std::string_view named = request.headers.get("x-amz-target");
  if (request.method != "POST" || !named.starts_with(target)) return std::nullopt;
  Call call;
  call.service = service;
  call.operation = named.substr(target.size());
  return call;
}

}  // namespace bedlam::rpc
