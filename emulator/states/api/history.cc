// GetExecutionHistory.
#include <algorithm>

#include "emulator/states/api/arn.h"
#include "emulator/states/api/errors.h"
#include "emulator/states/api/operation.h"
#include "emulator/states/api/page.h"

namespace bedlam::states {

Answer get_execution_history(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "executionArn");
  auto parsed = parse_arn(arn, "execution");
  if (!parsed) return parsed.error();
  const ExecutionRecord* record = account.find_execution(arn);
  if (record == nullptr) return errors::execution_does_not_exist(arn);

  const bool reverse = flag_or(request.body, "reverseOrder", false);
  const bool include_data = flag_or(request.body, "includeExecutionData", true);
  auto page =
      Page::of(request.body, std::string("GetExecutionHistory ") + (reverse ? "<" : ">") + arn,
               account.random(), account.scheduler().now());
  if (!page) return page.error();

  // Places are ids of events, so that a page goes on where the last ended while events are added.
  const History& history = record->execution->history();
  const std::size_t size = history.size();
  std::size_t seen = page->after_number(0);
  if (reverse && page->after()) seen = size + 1 - std::min(seen, size);
  const std::size_t end = std::min(size, seen + page->size());
  Json events = Json::array();
  for (; seen < end; ++seen) {
    events.push_back(
        history.event(reverse ? size - 1 - seen : seen, account.scheduler(), include_data));
  }
  Json answer = {{"events", std::move(events)}};
  if (end < size) {
    answer["nextToken"] = page->token(std::to_string(reverse ? size + 1 - end : end));
  }
  return answer;
}

}  // namespace bedlam::states
