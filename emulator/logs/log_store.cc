#include "emulator/logs/log_store.h"

#include <utility>

namespace bedlam::logs {

void LogStream::add(LogEvent event) {
  events.push_back(std::move(event));
  if (events.size() > kMaxEventsOfStream) {
    events.pop_front();
    ++forgotten;
  }
}

LogStream& LogGroup::stream(const std::string& stream_name, std::int64_t now) {
  const auto [place, is_new] = streams.try_emplace(stream_name);
  if (is_new) {
    place->second.name = stream_name;
    place->second.arn = arn + ":log-stream:" + stream_name;
    place->second.created = now;
  }
  return place->second;
}

std::size_t LogGroup::stored_bytes() const {
  std::size_t bytes = 0;
  for (const auto& [stream_name, stream] : streams) {
    for (const LogEvent& event : stream.events) bytes += event.message.size();
  }
  return bytes;
}

LogGroup* LogStore::find(std::string_view region, std::string_view name) {
  return find_by_arn(arn_of(region, name));
}

LogGroup* LogStore::find_by_arn(std::string_view arn) {
  if (arn.ends_with(":*")) arn.remove_suffix(2);
  const auto found = groups_.find(arn);
  return found == groups_.end() ? nullptr : &found->second;
}

LogGroup& LogStore::create(std::string_view region, std::string_view name, std::int64_t now) {
  LogGroup group;
  group.name = name;
  group.arn = arn_of(region, name);
  group.created = now;
  std::string key = group.arn;
  return groups_.insert_or_assign(std::move(key), std::move(group)).first->second;
}

void LogStore::remove(const LogGroup& group) {
  groups_.erase(groups_.find(group.arn));
}

std::string LogStore::arn_of(std::string_view region, std::string_view name) const {
  return "arn:aws:logs:" + std::string(region) + ":" + account_ + ":log-group:" + std::string(name);
}

}  // namespace bedlam::logs
