// A `wait` step: time passes.
#include "harness/runner/session.h"

namespace bedlam::harness {

Ran run_wait(Session& session, const scenario::WaitStep& step) {
  Scheduler& scheduler = session.emulator().scheduler();
  const Instant start = scheduler.now();
  bool over = false;
  scheduler.after(step.duration, [&] { over = true; });
  Pacer(scheduler, session.settings().clock).run_until([&] { return over; });
  Ran ran;
  ran.observed.fields = {{"takes", scheduler.now() - start}};
  return ran;
}

}  // namespace bedlam::harness
