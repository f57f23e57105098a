// Log groups, their streams and events, in memory (CloudWatch Logs user guide, "Amazon CloudWatch
// Logs concepts"). Knows nothing of requests.
//
// Differs from AWS: events never expire; a stream that holds kMaxEventsOfStream forgets its oldest.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bedlam::logs {

// Ours, so that a long-running server stays bounded.
inline constexpr std::size_t kMaxEventsOfStream = 100'000;

struct LogEvent {
  std::int64_t timestamp = 0, ingestion_time = 0;  // milliseconds since 1970
  std::string message;
};

struct LogStream {
  std::string name, arn;
  std::int64_t created = 0;
  std::deque<LogEvent> events;  // in the order they came
  std::uint64_t forgotten = 0;  // how many came before those

  void add(LogEvent event);
};

struct LogGroup {
  std::string name;
  std::string arn;  // without the ":*" that stands behind it in policies
  std::int64_t created = 0;
  std::map<std::string, LogStream, std::less<>> streams;  // by name

  LogStream& stream(const std::string& stream_name, std::int64_t now);  // made where it is missing
  std::size_t stored_bytes() const;
};

class LogStore {
 public:
  explicit LogStore(std::string account) : account_(std::move(account)) {}

  using Groups = std::map<std::string, LogGroup, std::less<>>;  // by ARN
  const Groups& groups() const { return groups_; }

  LogGroup* find(std::string_view region, std::string_view name);
  // With or without ":*" behind it.
  LogGroup* find_by_arn(std::string_view arn);
  LogGroup& create(std::string_view region, std::string_view name, std::int64_t now);
  void remove(const LogGroup& group);
  void clear() { groups_.clear(); }

  std::string arn_of(std::string_view region, std::string_view name) const;

 private:
  std::string account_;
  Groups groups_;
};

}  // namespace bedlam::logs
