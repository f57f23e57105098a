#include "emulator/logs/operations.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "emulator/logs/errors.h"

namespace bedlam::logs {
namespace {

// botocore model `logs/2014-03-28`: DescribeLimit, LogGroupName, LogStreamName.
constexpr std::int64_t kMaxDescribed = 50;
constexpr std::size_t kMaxNameLength = 512;

bool is_group_name(std::string_view name) {
  constexpr std::string_view kOther = ".-_/#";
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kOther.find(c) != std::string_view::npos;
  });
}

std::optional<aws::Error> refuse_name(std::string_view member, const std::string& name,
                                      std::string_view pattern, bool meets_pattern) {
  if (name.empty()) {
    return errors::constraint_failed(name, member,
                                     "Member must have length greater than or equal to 1");
  }
  if (name.size() > kMaxNameLength) {
    return errors::constraint_failed(name, member,
                                     "Member must have length less than or equal to 512");
  }
  if (meets_pattern) return std::nullopt;
  return errors::constraint_failed(
      name, member, "Member must satisfy regular expression pattern: " + std::string(pattern));
}

Answer create_log_group(LogStore& store, const Request& request) {
  const auto name = text_in(request, "logGroupName", true);
  if (!name) return name.error();
  if (auto refused =
          refuse_name("logGroupName", *name, "[\\.\\-_/#A-Za-z0-9]+", is_group_name(*name))) {
    return *refused;
  }
  if (store.find(request.region, *name) != nullptr) return errors::group_exists();
  store.create(request.region, *name, request.now);
  return Json::object();
}

Answer delete_log_group(LogStore& store, const Request& request) {
  const auto group = group_in(store, request);
  if (!group) return group.error();
  store.remove(**group);
  return Json::object();
}

// The names of what is listed, in order, cut to the page that is asked for.
struct ListPage {
  std::size_t first = 0, end = 0;
  std::string next_token;  // the last name of the page; "" where nothing follows
};
Result<ListPage, aws::Error> page_of(const Request& request,
                                     const std::vector<std::string>& names) {
  const auto limit = number_in(request, "limit", kMaxDescribed, 1, kMaxDescribed);
  if (!limit) return limit.error();
  const auto token = text_in(request, "nextToken", false);
  if (!token) return token.error();
  ListPage page;
  if (!token->empty()) {
    const auto last = std::find(names.begin(), names.end(), *token);
    if (last == names.end()) return errors::invalid_token();
    page.first = static_cast<std::size_t>(last - names.begin()) + 1;
  }
  page.end = std::min(names.size(), page.first + static_cast<std::size_t>(*limit));
  if (page.end < names.size()) page.next_token = names[page.end - 1];
  return page;
}

Json shown_group(const LogGroup& group) {
  return {{"logGroupName", group.name},
          {"creationTime", group.created},
          {"metricFilterCount", 0},
          {"arn", group.arn + ":*"},
          {"storedBytes", group.stored_bytes()},
          {"logGroupClass", "STANDARD"},
          {"logGroupArn", group.arn}};
}

Answer describe_log_groups(LogStore& store, const Request& request) {
  const auto prefix = text_in(request, "logGroupNamePrefix", false);
  if (!prefix) return prefix.error();
  const auto pattern = text_in(request, "logGroupNamePattern", false);
  if (!pattern) return pattern.error();
  std::vector<std::string> names;
  const std::string home = store.arn_of(request.region, "");
  for (const auto& [arn, group] : store.groups()) {
    if (arn.starts_with(home) && group.name.starts_with(*prefix) &&
        group.name.find(*pattern) != std::string::npos) {
      names.push_back(group.name);
    }
  }
  const auto page = page_of(request, names);
  if (!page) return page.error();
  Json listed = Json::array();
  for (std::size_t i = page->first; i < page->end; ++i) {
    listed.push_back(shown_group(*store.find(request.region, names[i])));
  }
  Json answer = {{"logGroups", std::move(listed)}};
  if (!page->next_token.empty()) answer["nextToken"] = page->next_token;
  return answer;
}

Answer create_log_stream(LogStore& store, const Request& request) {
  const auto name = text_in(request, "logStreamName", true);
  if (!name) return name.error();
  if (auto refused = refuse_name("logStreamName", *name, "[^:*]*",
                                 name->find_first_of(":*") == std::string::npos)) {
    return *refused;
  }
  const auto group = group_in(store, request);
  if (!group) return group.error();
  if ((*group)->streams.contains(*name)) return errors::stream_exists();
  (*group)->stream(*name, request.now);
  return Json::object();
}

Answer delete_log_stream(LogStore& store, const Request& request) {
  const auto name = text_in(request, "logStreamName", true);
  if (!name) return name.error();
  const auto group = group_in(store, request);
  if (!group) return group.error();
  if ((*group)->streams.erase(*name) == 0) return errors::stream_missing();
  return Json::object();
}

Json shown_stream(const LogStream& stream) {
  Json shown = {{"logStreamName", stream.name}, {"creationTime", stream.created}};
  if (!stream.events.empty()) {
    shown["firstEventTimestamp"] = stream.events.front().timestamp;
    shown["lastEventTimestamp"] = stream.events.back().timestamp;
    shown["lastIngestionTime"] = stream.events.back().ingestion_time;
  }
  shown["arn"] = stream.arn;
  shown["storedBytes"] = 0;  // AWS has not filled it since 2019
  return shown;
}

Answer describe_log_streams(LogStore& store, const Request& request) {
  const auto group = group_in(store, request);
  if (!group) return group.error();
  const auto prefix = text_in(request, "logStreamNamePrefix", false);
  if (!prefix) return prefix.error();
  const auto order = text_in(request, "orderBy", false);
  if (!order) return order.error();
  std::vector<std::string> names;
  const auto& streams = (*group)->streams;
  for (const auto& [name, stream] : streams) {
    if (name.starts_with(*prefix)) names.push_back(name);
  }
  if (*order == "LastEventTime") {
    const auto last = [&](const std::string& name) {
      const LogStream& stream = streams.at(name);
      return stream.events.empty() ? 0 : stream.events.back().timestamp;
    };
    std::stable_sort(names.begin(), names.end(),
                     [&](const std::string& a, const std::string& b) { return last(a) < last(b); });
  }
  if (flag_in(request, "descending")) std::reverse(names.begin(), names.end());
  const auto page = page_of(request, names);
  if (!page) return page.error();
  Json listed = Json::array();
  for (std::size_t i = page->first; i < page->end; ++i) {
    listed.push_back(shown_stream(streams.at(names[i])));
  }
  Json answer = {{"logStreams", std::move(listed)}};
  if (!page->next_token.empty()) answer["nextToken"] = page->next_token;
  return answer;
}

}  // namespace

std::span<const Operation> operations() {
  static constexpr Operation kOperations[] = {
      {"CreateLogGroup", create_log_group},       {"DeleteLogGroup", delete_log_group},
      {"DescribeLogGroups", describe_log_groups}, {"CreateLogStream", create_log_stream},
      {"DeleteLogStream", delete_log_stream},     {"DescribeLogStreams", describe_log_streams},
      {"PutLogEvents", put_log_events},           {"GetLogEvents", get_log_events},
      {"FilterLogEvents", filter_log_events},
  };
  return kOperations;
}

Result<std::string, aws::Error> text_in(const Request& request, std::string_view name,
                                        bool required) {
  const Json* const value = find(request.body, name);
  if (value == nullptr || value->is_null()) {
    if (required) return errors::missing_parameter(name);
    return std::string();
  }
  if (!value->is_string()) return errors::wrong_type(name, "string");
  return value->get<std::string>();
}

Result<std::int64_t, aws::Error> number_in(const Request& request, std::string_view name,
                                           std::int64_t otherwise, std::int64_t least,
                                           std::int64_t most) {
  const Json* const value = find(request.body, name);
  if (value == nullptr || value->is_null()) return otherwise;
  if (!value->is_number_integer()) return errors::wrong_type(name, "number");
  const auto number = value->get<std::int64_t>();
  const std::string_view breach = number < least  ? "greater than or equal to "
                                  : number > most ? "less than or equal to "
                                                  : "";
  if (breach.empty()) return number;
  return errors::constraint_failed(std::to_string(number), name,
                                   "Member must have value " + std::string(breach) +
                                       std::to_string(number < least ? least : most));
}

bool flag_in(const Request& request, std::string_view name) {
  const Json* const value = find(request.body, name);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

Result<LogGroup*, aws::Error> group_in(LogStore& store, const Request& request) {
  const auto identifier = text_in(request, "logGroupIdentifier", false);
  if (!identifier) return identifier.error();
  const auto name = text_in(request, "logGroupName", identifier->empty());
  if (!name) return name.error();
  const std::string& wanted = identifier->empty() ? *name : *identifier;
  LogGroup* const group =
      wanted.starts_with("arn:") ? store.find_by_arn(wanted) : store.find(request.region, wanted);
  if (group == nullptr) return errors::group_missing();
  return group;
}

}  // namespace bedlam::logs
