// Work that somebody else does for an execution: tasks that wait for their token to come back
// (developer guide, "Wait for a Callback with Task Token"), and activities, whose workers ask for
// it ("Learn about Activities"). The API hands in what workers say; the tasks hear of it.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/base/json.h"
#include "emulator/base/random.h"
#include "emulator/clock/scheduler.h"
#include "emulator/states/failure.h"

namespace bedlam::states {

// A task that waits for a worker.
class Awaiting {
 public:
  virtual ~Awaiting() = default;
  virtual void on_success(Json output, std::string output_text) = 0;
  virtual void on_failure(Failure failure) = 0;
  virtual void on_heartbeat() = 0;
  // Of an activity: a worker takes the task. What it gets.
  struct Taken {
    std::string token, input;
  };
  virtual Taken on_taken(const std::string& worker_name) = 0;
};

// Task tokens. One belongs to one attempt of a task, and is known for ever after.
class TaskTokens {
 public:
  explicit TaskTokens(Random random) : random_(random) {}

  // Borrows the task until revoke().
  std::string issue(Awaiting& task);
  void revoke(const std::string& token) { open_.erase(token); }
  // nullptr where the task is over, or never was.
  Awaiting* find(std::string_view token) const;
  // Whether the token was ever issued.
  bool was_issued(std::string_view token) const;
  void clear() { open_.clear(); }

 private:
  std::string make(std::uint64_t number) const;

  Random random_;
  std::uint64_t issued_ = 0;
  std::map<std::string, Awaiting*, std::less<>> open_;
};

struct Activity {
  std::string arn, name, region;
  Instant created;
  Json encryption;
  std::map<std::string, std::string> tags;
};

// Activities, the tasks that wait in them for a worker, and the workers that wait for a task; the
// one who came first is served first.
class Activities {
 public:
  explicit Activities(Scheduler& scheduler) : scheduler_(scheduler) {}

  Activity& add(Activity activity);
  Activity* find(std::string_view arn);
  // What waits in it is left waiting.
  void remove(std::string_view arn);
  const std::map<std::string, Activity, std::less<>>& all() const { return activities_; }

  // Borrows the task until it is taken or withdrawn. A worker that waits takes it at once.
  void schedule(const std::string& arn, Awaiting& task);
  void withdraw(const std::string& arn, const Awaiting& task);

  // A worker asks; `take` hears of a task at this instant but not before this returns, or never
  // once it is given up. The number of the poll.
  using Take = std::function<void(Awaiting::Taken)>;
  std::uint64_t poll(const std::string& arn, std::string worker_name, Take take);
  void give_up(const std::string& arn, std::uint64_t poll);
  void clear();

 private:
  struct Poll {
    std::uint64_t id;
    std::string worker_name;
    Take take;
  };
  struct Queue {
    std::list<Awaiting*> tasks;
    std::list<Poll> polls;
  };
  void match(const std::string& arn);

  Scheduler& scheduler_;
  std::uint64_t polls_ = 0;
  std::map<std::string, Activity, std::less<>> activities_;
  std::map<std::string, Queue, std::less<>> queues_;
};

}  // namespace bedlam::states
