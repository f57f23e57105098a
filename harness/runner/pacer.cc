#include "harness/runner/pacer.h"

namespace bedlam::harness {

Pacer::Pacer(Scheduler& scheduler, Clock clock) : scheduler_(scheduler) {
  if (clock == Clock::kReal) loop_ = std::make_unique<http::Loop>(scheduler, http::Pace::kReal);
}

bool Pacer::run_until(const std::function<bool()>& done) {
  if (loop_) {
    loop_->run_until([&] { return done() || !scheduler_.next_due(); });
  } else {
    scheduler_.run(done);
  }
  return done();
}

std::string Pacer::lateness_note() const {
  if (!loop_) return "";
  const Duration late = loop_->lateness().quantile(0.99);
  if (late <= kTrustedLateness) return "";
  return "the machine was busy: timers ran up to " +
         format_duration(std::chrono::round<std::chrono::milliseconds>(late)) +
         " late (p99), so times say little";
}

void Pacer::wait_until(const std::function<bool()>& done) {
  loop_->run_until(done);
}

}  // namespace bedlam::harness
