// The operations of CloudWatch Logs that exist: groups and streams in operations.cc, reading and
// writing events in events.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/base/json.h"
#include "emulator/base/result.h"
#include "emulator/logs/log_store.h"

namespace bedlam::logs {

struct Request {
  const Json& body;
  const std::string& region;
  std::int64_t now;  // milliseconds since 1970
};

using Answer = Result<Json, aws::Error>;

struct Operation {
  std::string_view name;
  Answer (*answer)(LogStore&, const Request&);
};

std::span<const Operation> operations();

Answer put_log_events(LogStore&, const Request&);
Answer get_log_events(LogStore&, const Request&);
Answer filter_log_events(LogStore&, const Request&);

// Members of a request. Errors: InvalidParameterException where a required one is missing or a
// number is out of range, SerializationException for another JSON type.
Result<std::string, aws::Error> text_in(const Request& request, std::string_view name,
                                        bool required);
Result<std::int64_t, aws::Error> number_in(const Request& request, std::string_view name,
                                           std::int64_t otherwise, std::int64_t least,
                                           std::int64_t most);
bool flag_in(const Request& request, std::string_view name);

// The group of `logGroupName` or `logGroupIdentifier`; ResourceNotFoundException.
Result<LogGroup*, aws::Error> group_in(LogStore& store, const Request& request);

}  // namespace bedlam::logs
