#include "emulator/states/machine/workers.h"

#include <algorithm>
#include <charconv>

namespace bedlam::states {
namespace {

// The look of AWS's: base64, several hundred characters (the model allows 2,048).
constexpr std::size_t kTokenBytes = 240;
constexpr std::string_view kTokenPrefix = "AQCkAAAAKgAAAAMAAAAA";
constexpr std::size_t kNumberDigits = 12;
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

// The number is written into it, so that a token that is over can be told from a made-up one.
std::string TaskTokens::make(std::uint64_t number) const {
  std::string digits = std::to_string(number);
  digits.insert(0, kNumberDigits - std::min(kNumberDigits, digits.size()), '0');
  return std::string(kTokenPrefix) + digits +
         random_.derive("task token", number).text(kAlphabet, kTokenBytes);
}

std::string TaskTokens::issue(Awaiting& task) {
  std::string token = make(++issued_);
  open_[token] = &task;
  return token;
}

Awaiting* TaskTokens::find(std::string_view token) const {
  const auto found = open_.find(token);
  return found == open_.end() ? nullptr : found->second;
}

bool TaskTokens::was_issued(std::string_view token) const {
  if (!token.starts_with(kTokenPrefix)) return false;
  const std::string_view digits = token.substr(kTokenPrefix.size(), kNumberDigits);
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number >= 1 && number <= issued_ && token == make(number);
}

Activity& Activities::add(Activity activity) {
  std::string arn = activity.arn;
  return activities_.emplace(std::move(arn), std::move(activity)).first->second;
}

Activity* Activities::find(std::string_view arn) {
  const auto found = activities_.find(arn);
  return found == activities_.end() ? nullptr : &found->second;
}

void Activities::remove(std::string_view arn) {
  const auto found = activities_.find(arn);
  if (found != activities_.end()) activities_.erase(found);
}

void Activities::schedule(const std::string& arn, Awaiting& task) {
  queues_[arn].tasks.push_back(&task);
  match(arn);
}

void Activities::withdraw(const std::string& arn, const Awaiting& task) {
  const auto queue = queues_.find(arn);
  if (queue == queues_.end()) return;
  queue->second.tasks.remove_if([&](const Awaiting* waiting) { return waiting == &task; });
}

std::uint64_t Activities::poll(const std::string& arn, std::string worker_name, Take take) {
  const std::uint64_t id = ++polls_;
  queues_[arn].polls.push_back({id, std::move(worker_name), std::move(take)});
  match(arn);
  return id;
}

void Activities::give_up(const std::string& arn, std::uint64_t poll) {
  const auto queue = queues_.find(arn);
  if (queue == queues_.end()) return;
  queue->second.polls.remove_if([&](const Poll& waiting) { return waiting.id == poll; });
}

void Activities::clear() {
  activities_.clear();
  queues_.clear();
}

// The worker hears of it from a timer: it may be a task of another execution, which must not run
// inside this one.
void Activities::match(const std::string& arn) {
  Queue& queue = queues_[arn];
  while (!queue.tasks.empty() && !queue.polls.empty()) {
    Awaiting& task = *queue.tasks.front();
    queue.tasks.pop_front();
    Poll poll = std::move(queue.polls.front());
    queue.polls.pop_front();
    scheduler_.after(Duration{}, [take = std::move(poll.take),
                                  taken = task.on_taken(poll.worker_name)] { take(taken); });
  }
}

}  // namespace bedlam::states
