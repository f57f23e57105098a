// Many slow streams at a time, and how late their frames are: ConverseStream over HTTP/1.1, one
// connection each. Of every token it is known when it is due (first_token + n × per_token after the
// request was sent); what comes later is late, whoever is to blame for it: the emulator, the
// kernel, or this program.
//
//   stream_load PORT STREAMS TOKENS FIRST_MS PERIOD_MS RAMP_MS
//
// Prints one line of JSON. Tokens due before all streams are open do not count.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Nanoseconds = long long;
constexpr Nanoseconds kMs = 1'000'000;

Nanoseconds now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000 * kMs + time.tv_nsec;
}

constexpr std::string_view kBody =
    R"({"messages":[{"role":"user","content":[{"text":"Tell me about the car"}]}],)"
    R"("inferenceConfig":{"maxTokens":4000}})";

std::string request() {
  return "POST /model/anthropic.claude-3-haiku-20240307-v1%3A0/converse-stream HTTP/1.1\r\n"
         "Host: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(kBody.size()) + "\r\n\r\n" + std::string(kBody);
}

struct Plan {
  int port, streams, tokens;
  Nanoseconds first, period, ramp;
};

struct Stream {
  int socket = -1;
  Nanoseconds sent = 0;
  int tokens = 0;
  bool in_body = false, over = false;
  std::string rest;  // of a head or a chunk, until it is whole
};

class Load {
 public:
  explicit Load(const Plan& plan) : plan_(plan), streams_(plan.streams), epoll_(epoll_create1(0)) {}

  bool run() {
    start_ = now();
    std::array<epoll_event, 512> events{};
    while (over_ < plan_.streams) {
      if (!open_due()) return false;
      const int ready =
          epoll_wait(epoll_, events.data(), events.size(), opened_ < plan_.streams ? 1 : 1'000);
      for (int i = 0; i < ready; ++i) read(streams_[events[i].data.u32]);
    }
    return true;
  }

  void print() {
    std::sort(late_.begin(), late_.end());
    const auto at = [this](double share) {
      if (late_.empty()) return 0.0;
      const auto index = static_cast<std::size_t>(share * static_cast<double>(late_.size() - 1));
      return static_cast<double>(late_[index]) / kMs;
    };
    std::printf("{\"tokens\":%zu,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"broken\":%d}\n",
                late_.size(), at(0.5), at(0.99), at(1), broken_);
  }

 private:
  bool open_due() {
    const Nanoseconds until = now();
    for (; opened_ < plan_.streams; ++opened_) {
      if (start_ + plan_.ramp * opened_ / plan_.streams > until) return true;
      if (!open(opened_)) return false;
    }
    return true;
  }

  bool open(int index) {
    Stream& stream = streams_[index];
    stream.socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(plan_.port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (stream.socket < 0 ||
        connect(stream.socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      std::perror("connect");
      return false;
    }
    const int yes = 1;
    setsockopt(stream.socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    static const std::string kRequest = request();
    stream.sent = now();
    last_sent_ = stream.sent;
    if (send(stream.socket, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) < 0) return false;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = static_cast<std::uint32_t>(index);
    epoll_ctl(epoll_, EPOLL_CTL_ADD, stream.socket, &event);
    return true;
  }

  void read(Stream& stream) {
    static std::array<char, 64 * 1024> buffer;
    const ssize_t got = recv(stream.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return end(stream, true);
    stream.rest.append(buffer.data(), static_cast<std::size_t>(got));
    take(stream, now());
  }

  void take(Stream& stream, Nanoseconds arrived) {
    std::string_view rest = stream.rest;
    if (!stream.in_body) {
      const std::size_t end_of_head = rest.find("\r\n\r\n");
      if (end_of_head == std::string_view::npos) return;
      if (!rest.starts_with("HTTP/1.1 200")) return end(stream, true);
      rest.remove_prefix(end_of_head + 4);
      stream.in_body = true;
    }
    while (true) {
      const std::size_t line = rest.find("\r\n");
      if (line == std::string_view::npos) break;
      std::size_t size = 0;
      std::from_chars(rest.data(), rest.data() + line, size, 16);
      if (rest.size() < line + 2 + size + 2) break;
      const std::string_view chunk = rest.substr(line + 2, size);
      if (chunk.find("contentBlockDelta") != std::string_view::npos) count(stream, arrived);
      rest.remove_prefix(line + 2 + size + 2);
      if (size == 0) return end(stream, stream.tokens != plan_.tokens);
    }
    stream.rest.erase(0, stream.rest.size() - rest.size());
  }

  void count(Stream& stream, Nanoseconds arrived) {
    const Nanoseconds due = stream.sent + plan_.first + plan_.period * stream.tokens++;
    if (opened_ < plan_.streams || due < last_sent_ + plan_.first) return;
    late_.push_back(std::max<Nanoseconds>(arrived - due, 0));
  }

  void end(Stream& stream, bool broken) {
    if (stream.over) return;
    stream.over = true;
    ++over_;
    if (broken) ++broken_;
    epoll_ctl(epoll_, EPOLL_CTL_DEL, stream.socket, nullptr);
    close(stream.socket);
  }

  Plan plan_;
  std::vector<Stream> streams_;
  int epoll_;
  Nanoseconds start_ = 0, last_sent_ = 0;
  int opened_ = 0, over_ = 0, broken_ = 0;
  std::vector<Nanoseconds> late_;
};

}  // namespace

int main(int count, char** words) {
  if (count != 7) {
    std::fputs("stream_load PORT STREAMS TOKENS FIRST_MS PERIOD_MS RAMP_MS\n", stderr);
    return 2;
  }
  const auto number = [words](int i) { return std::atoi(words[i]); };
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  Load load({number(1), number(2), number(3), number(4) * kMs, number(5) * kMs, number(6) * kMs});
  if (!load.run()) return 1;
  load.print();
  return 0;
}
