#include "emulator/http/loop.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <stdexcept>

namespace bedlam::http {
namespace {

constexpr std::size_t kMaxEventsATurn = 64;  // whose replies leave together

static_assert(std::atomic<bool>::is_always_lock_free, "stop() is called by signal handlers");

std::uint64_t token_of(int fd, std::uint32_t generation) {
  return (static_cast<std::uint64_t>(generation) << 32) | static_cast<std::uint32_t>(fd);
}
int descriptor_of(std::uint64_t token) {
  return static_cast<int>(token & 0xffff'ffff);
}
std::uint32_t generation_of(std::uint64_t token) {
  return static_cast<std::uint32_t>(token >> 32);
}

}  // namespace

Loop::Loop(Scheduler& scheduler, Pace pace)
    : scheduler_(scheduler),
      pace_(pace),
      deadlines_(WallTime{}),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      events_(kMaxEventsATurn) {
  if (!epoll_ || !wake_) throw std::runtime_error("no epoll or eventfd: out of file descriptors");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = token_of(wake_.get(), 0);
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event);
  deadlines_.advance_to(machine_now());
  set_pace(pace);
}

Loop::~Loop() = default;

Instant Loop::machine_now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return Instant(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

void Loop::set_pace(Pace pace) {
  pace_ = pace;
  anchor_ = scheduler_.now();
  machine_anchor_ = machine_now();
}

void Loop::run() {
  while (!stop_requested()) turn(std::nullopt);
}

bool Loop::run_until(const std::function<bool()>& done) {
  while (!done()) {
    if (stop_requested()) return false;
    turn(std::nullopt);
  }
  return true;
}

bool Loop::poll_once(Duration max_wait) {
  return turn(max_wait);
}

void Loop::stop() noexcept {
  stop_.store(true);
  wake();
}

void Loop::post(Task task) {
  bool first = false;
  {
    const std::lock_guard lock(posted_mutex_);
    first = posted_.empty();
    posted_.push_back(std::move(task));
  }
  if (first) wake();
}

void Loop::wake() noexcept {
  const int saved_errno = errno;  // a signal handler must leave it alone
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_.get(), &one, sizeof one);
  errno = saved_errno;
}

void Loop::watch(int fd, std::uint32_t events, Watcher& watcher) {
  if (watches_.size() <= static_cast<std::size_t>(fd)) watches_.resize(fd + 1);
  Watch& watch = watches_[fd];
  watch.watcher = &watcher;
  ++watch.generation;
  epoll_event event{};
  event.events = events;
  event.data.u64 = token_of(fd, watch.generation);
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    throw std::runtime_error("epoll refuses a descriptor");  // not open, or watched already
  }
}

void Loop::change(int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = token_of(fd, watches_[fd].generation);
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void Loop::unwatch(int fd) {
  watches_[fd].watcher = nullptr;
  ++watches_[fd].generation;
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void Loop::at_turn_end(int fd) {
  turn_enders_.push_back(token_of(fd, watches_[fd].generation));
}

bool Loop::turn(std::optional<Duration> max_wait) {
  end_turn();  // of what was done between turns
  std::optional<Duration> time = time_to_wait();
  if (max_wait && (!time || *max_wait < *time)) time = max_wait;
  const int ready = wait(time);

  deadlines_.advance_to(machine_now());
  const bool timers_ran = run_timers(ready > 0);
  for (int i = 0; i < ready; ++i) serve(events_[i]);
  end_turn();
  return ready > 0 || timers_ran;
}

std::optional<Duration> Loop::time_to_wait() {
  const std::optional<Instant> timer = scheduler_.next_due();
  const std::optional<Instant> deadline = deadlines_.next_due();
  const Instant now = machine_now();
  std::optional<Duration> time;
  if (deadline) time = std::max(*deadline - now, Duration{});
  if (!timer) return time;
  if (*timer <= scheduler_.now() || pace_ == Pace::kSkip) return Duration{};
  if (pace_ == Pace::kByHand) return time;
  const Duration to_timer =
      std::max(*timer - std::max(to_instant(now), scheduler_.now()), Duration{});
  return time ? std::min(*time, to_timer) : to_timer;
}

int Loop::wait(std::optional<Duration> time) {
  const int most = static_cast<int>(events_.size());
  if (precise_wait_) {
    timespec spec{};
    if (time) {
      spec.tv_sec = std::chrono::floor<std::chrono::seconds>(*time).count();
      spec.tv_nsec = (*time % std::chrono::seconds(1)).count();
    }
    const int ready =
        epoll_pwait2(epoll_.get(), events_.data(), most, time ? &spec : nullptr, nullptr);
    if (ready >= 0) return ready;
    // Linux before 5.11 does not know it, and old container sandboxes forbid what they do not know.
    if (errno != ENOSYS && errno != EPERM) return 0;
    precise_wait_ = false;
  }
  int ms = -1;
  if (time) {
    const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(*time);
    ms = static_cast<int>(std::min<std::int64_t>(rounded.count(), 3'600'000));
  }
  return std::max(epoll_wait(epoll_.get(), events_.data(), most, ms), 0);
}

bool Loop::run_timers(bool sockets_were_ready) {
  if (pace_ == Pace::kReal) return run_real_timers();
  if (pace_ == Pace::kSkip && !sockets_were_ready) return run_one_instant();
  bool ran = false;
  for (int i = 0; i < kMaxTimersATurn && scheduler_.step(scheduler_.now()); ++i) ran = true;
  return ran;
}

bool Loop::run_real_timers() {
  const Instant now = machine_now();
  if (scheduler_.now() > to_instant(now)) {  // somebody moved it ahead: go on from there
    anchor_ = scheduler_.now();
    machine_anchor_ = now;
  }
  const Instant limit = to_instant(now);
  for (int i = 0; i < kMaxTimersATurn; ++i) {
    if (!scheduler_.step(limit)) {
      scheduler_.advance_to(limit);
      return i > 0;
    }
    const Instant ran = machine_now();
    lateness_.record(to_instant(ran) - scheduler_.now());
    if (ran - now > kMaxTimerTimeATurn) return true;
  }
  return true;
}

// Everything that is due at the next instant; sockets have a look in between, so that what a timer
// sent may be answered before time goes on.
bool Loop::run_one_instant() {
  const std::optional<Instant> due = scheduler_.next_due();
  if (!due) return false;
  for (int i = 0; i < kMaxTimersATurn && scheduler_.step(*due); ++i) {
  }
  return true;
}

void Loop::serve(const epoll_event& event) {
  const int fd = descriptor_of(event.data.u64);
  if (fd == wake_.get()) {
    run_posted();
    return;
  }
  const Watch& watch = watches_[fd];
  if (watch.watcher == nullptr || watch.generation != generation_of(event.data.u64)) return;
  watch.watcher->on_ready(fd, event.events);
}

void Loop::run_posted() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(wake_.get(), &count, sizeof count);
  std::vector<Task> tasks;
  {
    const std::lock_guard lock(posted_mutex_);
    tasks.swap(posted_);
  }
  for (Task& task : tasks) task();
}

void Loop::end_turn() {
  // By index: a flush may end a reply, and that may begin the next one.
  for (std::size_t i = 0; i < turn_enders_.size(); ++i) {
    const Watch& watch = watches_[descriptor_of(turn_enders_[i])];
    if (watch.watcher == nullptr || watch.generation != generation_of(turn_enders_[i])) continue;
    watch.watcher->on_turn_end();
  }
  turn_enders_.clear();
}

}  // namespace bedlam::http
