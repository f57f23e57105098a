#include "harness/served/live.h"

#include "harness/report/document.h"
#include "harness/report/evidence.h"
#include "harness/report/page.h"
#include "harness/runner/observe.h"

namespace bedlam::harness {
namespace {

// The first of the last `count`.
std::uint64_t first_of_last(std::uint64_t next, std::uint64_t count) {
  return next > count ? next - count : 1;
}

Json live_document(const app::Emulator& emulator, const Judge& judge, const std::string& title,
                   bool real_clock) {
  const Window window{first_of_last(next_entry(emulator.journal()), kLiveCalls),
                      first_of_last(emulator.next_execution(), kLiveExecutions)};
  ScenarioResult result;
  result.file = title;
  result.seed = emulator.options().seed;
  result.real_clock = real_clock;
  result.again = "";
  result.took = emulator.scheduler().now().time_since_epoch();
  result.bill = judge.bill_since(window);
  result.prices_date = judge.prices().date;
  result.evidence = evidence_of(emulator, window, result.bill);
  if (judge.expects()) {
    StepResult verdict = judge.judge();
    if (!verdict.held()) result.status = ScenarioResult::Status::kFailed;
    result.steps.push_back(std::move(verdict));
  }
  return document_of(Json::array({document_of(result)}));
}

}  // namespace

void show_live(app::Emulator& emulator, const Judge& judge, const std::string& title,
               bool real_clock) {
  emulator.add_control("GET", "", [](const std::string&) {
    return app::ControlAnswer{200, live_page(), "text/html; charset=utf-8"};
  });
  emulator.add_control("GET", "report", [&emulator, &judge, title, real_clock](const std::string&) {
    return app::ControlAnswer{200,
                              to_text(live_document(emulator, judge, title, real_clock)) + "\n"};
  });
}

}  // namespace bedlam::harness
