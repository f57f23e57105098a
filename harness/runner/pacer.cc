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

void Pacer::wait_until(const std::function<bool()>& done) {
  loop_->run_until(done);
}

}  // namespace bedlam::harness
