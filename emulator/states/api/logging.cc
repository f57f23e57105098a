#include "emulator/states/api/logging.h"

#include <chrono>
#include <string>
#include <utility>

#include "emulator/states/api/errors.h"
#include "emulator/states/api/log_destinations.h"
#include "emulator/states/api/request.h"

namespace bedlam::states {
namespace {

// The one destination's log group; nullptr where there is none, or none in it.
const std::string* group_of(const Json& logging) {
  const Json* const destinations = find(logging, "destinations");
  if (destinations == nullptr || destinations->empty()) return nullptr;
  const Json* const group = find(destinations->front(), "cloudWatchLogsLogGroup");
  return group == nullptr ? nullptr : find_text(*group, "logGroupArn");
}

// Developer guide, "CloudWatch log levels for Step Functions execution events".
bool is_logged(std::string_view type, std::string_view level) {
  const bool unhappy =
      type.ends_with("Failed") || type.ends_with("Aborted") || type.ends_with("TimedOut");
  if (level == "FATAL") return unhappy && type.starts_with("Execution");
  if (level == "ERROR") return unhappy || type == "FailStateEntered";
  return level == "ALL";
}

// "states/advert/2024-10-04-00-00/1a2b3c4d"
std::string stream_of(const Account& account, const ExecutionRecord& record) {
  const std::string now = to_iso8601(account.scheduler().wall_now());  // 2024-10-04T00:00:00Z
  const std::string minute = now.substr(0, 10) + "-" + now.substr(11, 2) + "-" + now.substr(14, 2);
  Random random = account.random().derive(record.state_machine_arn + " " + minute);
  return "states/" + record.state_machine_name + "/" + minute + "/" +
         random.text("0123456789abcdef", 8);
}

std::string log_message(const Json& event, const std::string& execution_arn, Instant at,
                        const Scheduler& scheduler, std::uint64_t redrives) {
  Json details = Json::object();
  for (const auto& [name, value] : event.items()) {
    if (name.ends_with("EventDetails")) details = value;
  }
  const auto milliseconds =
      std::chrono::floor<std::chrono::milliseconds>(scheduler.wall(at)).time_since_epoch();
  return to_text(
      Json{{"id", std::to_string(event.at("id").get<std::uint64_t>())},
           {"type", event.at("type")},
           {"details", std::move(details)},
           {"previous_event_id", std::to_string(event.at("previousEventId").get<std::uint64_t>())},
           {"event_timestamp", std::to_string(milliseconds.count())},
           {"execution_arn", execution_arn},
           {"redrive_count", std::to_string(redrives)}});
}

}  // namespace

Json with_logging_defaults(const Json* given) {
  Json logging = given == nullptr ? Json::object() : *given;
  if (!logging.contains("level")) logging["level"] = "OFF";
  if (!logging.contains("includeExecutionData")) logging["includeExecutionData"] = false;
  return logging;
}

std::optional<aws::Error> check_logging(const Account& account, const Json& logging) {
  const Json* const destinations = find(logging, "destinations");
  const std::size_t count = destinations == nullptr ? 0 : destinations->size();
  if (count == 0 && logging.at("level") == "OFF") return std::nullopt;
  if (count != 1) return errors::not_one_log_destination();
  const std::string* const group = group_of(logging);
  LogDestinations* const logs = account.logs();
  if (group == nullptr || (logs != nullptr && !logs->exists(*group))) {
    return errors::log_destination_not_found();
  }
  return std::nullopt;
}

void log_events_of(const Account& account, const ExecutionRecord& record) {
  const Json& logging = record.revision->logging;
  const std::string level(text_or(logging, "level", "OFF"));
  const std::string* const group = group_of(logging);
  LogDestinations* const logs = account.logs();
  if (level == "OFF" || group == nullptr || logs == nullptr) return;
  const bool include_data = flag_or(logging, "includeExecutionData", false);
  const Execution* const execution = record.execution.get();
  record.execution->listen([logs, group = *group, level, include_data,
                            stream = stream_of(account, record), arn = record.arn, execution,
                            &scheduler = account.scheduler()](const Event& event,
                                                              std::uint64_t id) {
    if (!is_logged(to_text(event.type), level)) return;
    const Json shown = shown_event(event, id, scheduler, include_data);
    logs->write(group, stream, log_message(shown, arn, event.at, scheduler, execution->redrives()));
  });
}

}  // namespace bedlam::states
