// CreateActivity, DescribeActivity, ListActivities, DeleteActivity, and what workers do:
// GetActivityTask, SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat.
#include <utility>

#include "emulator/states/api/arn.h"
#include "emulator/states/api/errors.h"
#include "emulator/states/api/jackson.h"
#include "emulator/states/api/operation.h"
#include "emulator/states/api/page.h"
#include "emulator/states/api/tags.h"

namespace bedlam::states {
namespace {

// "The maximum time the service will hold on to the request before responding is 60 seconds."
constexpr Duration kLongPoll = std::chrono::seconds(60);
// Step Functions quotas, "Maximum number of registered activities".
constexpr std::size_t kMaxActivities = 100'000;

double activity_date(const Account& account, const Activity& activity) {
  return to_epoch_seconds(account.scheduler().wall(activity.created));
}

Result<Activity*, aws::Error> named_activity(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "activityArn");
  auto parsed = parse_arn(arn, "activity");
  if (!parsed) return parsed.error();
  Activity* activity = account.activities().find(arn);
  if (activity == nullptr) return errors::activity_does_not_exist(arn);
  return activity;
}

// The task that waits for the token of the request.
Result<Awaiting*, aws::Error> awaiting(Account& account, const Request& request) {
  const std::string& token = *find_text(request.body, "taskToken");
  if (Awaiting* task = account.task_tokens().find(token)) return task;
  if (account.task_tokens().was_issued(token)) return errors::task_timed_out();
  return errors::invalid_token();
}

}  // namespace

Answer create_activity(Account& account, const Request& request) {
  const std::string& name = *find_text(request.body, "name");
  if (!is_valid_name(name)) return errors::invalid_name(name);
  const std::string& region = request.caller.region;
  Activity activity;
  activity.arn = activity_arn(region, account.id(), name);
  activity.name = name;
  activity.region = region;
  activity.created = account.scheduler().now();
  const Json* encryption = find(request.body, "encryptionConfiguration");
  activity.encryption = encryption == nullptr ? Json{{"type", "AWS_OWNED_KEY"}} : *encryption;
  Result<Tags, aws::Error> tags = with_tags({}, find(request.body, "tags"), activity.arn);
  if (!tags) return tags.error();
  activity.tags = std::move(*tags);

  // Idempotent: the name decides, and what is there stays (recorded).
  const Activity* existing = account.activities().find(activity.arn);
  if (existing == nullptr) {
    if (account.activities().all().size() >= kMaxActivities) {
      return errors::activity_limit_exceeded();
    }
    existing = &account.activities().add(std::move(activity));
  }
  return Json{{"activityArn", existing->arn}, {"creationDate", activity_date(account, *existing)}};
}

Answer describe_activity(Account& account, const Request& request) {
  auto found = named_activity(account, request);
  if (!found) return found.error();
  const Activity& activity = **found;
  return Json{{"activityArn", activity.arn},
              {"name", activity.name},
              {"creationDate", activity_date(account, activity)},
              {"encryptionConfiguration", activity.encryption}};
}

Answer list_activities(Account& account, const Request& request) {
  const std::string& region = request.caller.region;
  auto page = Page::of(request.body, "ListActivities " + region, account.random(),
                       account.scheduler().now());
  if (!page) return page.error();
  Json listed = Json::array();
  std::string last;
  const auto& activities = account.activities().all();
  auto next = page->after() ? activities.upper_bound(*page->after()) : activities.begin();
  for (; next != activities.end(); ++next) {
    const Activity& activity = next->second;
    if (activity.region != region) continue;
    if (listed.size() == page->size()) {
      return Json{{"activities", std::move(listed)}, {"nextToken", page->token(last)}};
    }
    last = activity.arn;
    listed.push_back({{"activityArn", activity.arn},
                      {"name", activity.name},
                      {"creationDate", activity_date(account, activity)}});
  }
  return Json{{"activities", std::move(listed)}};
}

Answer delete_activity(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "activityArn");
  auto parsed = parse_arn(arn, "activity");
  if (!parsed) return parsed.error();
  account.activities().remove(arn);
  return Json::object();
}

void get_activity_task(Account& account, const Request& request, AnswerTo answer_to) {
  auto found = named_activity(account, request);
  if (!found) return answer_to(found.error());
  const std::string arn = (*found)->arn;
  Scheduler& scheduler = account.scheduler();
  // What the two ends of the poll share: whichever comes first ends the other.
  struct Poll {
    std::uint64_t id = 0;
    Scheduler::TimerId timer = 0;
  };
  auto poll = std::make_shared<Poll>();
  poll->timer = scheduler.after(kLongPoll, [&account, arn, poll, answer_to] {
    account.activities().give_up(arn, poll->id);
    answer_to(Json{{"taskToken", nullptr}});
  });
  poll->id = account.activities().poll(
      arn, std::string(text_or(request.body, "workerName")),
      [&scheduler, poll, answer_to](const Awaiting::Taken& taken) {
        scheduler.cancel(poll->timer);
        answer_to(Json{{"taskToken", taken.token}, {"input", taken.input}});
      });
}

Answer send_task_success(Account& account, const Request& request) {
  const std::string& output = *find_text(request.body, "output");
  Result<Json, JsonError> json = parse_json(output);
  if (!json) return errors::invalid_output(jackson_complaint(output));
  auto task = awaiting(account, request);
  if (!task) return task.error();
  (*task)->on_success(std::move(*json), output);
  return Json::object();
}

Answer send_task_failure(Account& account, const Request& request) {
  auto task = awaiting(account, request);
  if (!task) return task.error();
  Failure failure{std::string(text_or(request.body, "error"))};
  if (const std::string* cause = find_text(request.body, "cause")) failure.cause = *cause;
  (*task)->on_failure(std::move(failure));
  return Json::object();
}

Answer send_task_heartbeat(Account& account, const Request& request) {
  auto task = awaiting(account, request);
  if (!task) return task.error();
  (*task)->on_heartbeat();
  return Json::object();
}

}  // namespace bedlam::states
