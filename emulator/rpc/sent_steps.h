// What a reply sent, step by step, as the journal keeps it: packed, since a server that streams
// records millions of them. A frame that comes as the one before it did takes three or four bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/rpc/reply.h"

namespace bedlam::rpc {

// "head", "frame", "bytes", "end", "reset", "close", "half_close", …
std::string_view name_of(const Action& action);

struct SentFrame {
  int index = 0;
  std::string_view event;  // valid as long as the SentSteps that it was read from
  int tokens = 0;
};

struct SentStep {
  Instant at;
  std::string_view what;  // as name_of()
  std::size_t bytes = 0;  // of body
  std::optional<SentFrame> frame;
};

class SentSteps {
 public:
  class Iterator;

  // `at` is never before that of the step added last.
  void add(const Action& action, Instant at);

  std::size_t size() const { return count_; }
  bool has_frames() const { return !events_.empty(); }
  std::size_t memory() const;                          // bytes beside the object itself
  const void* data() const { return packed_.data(); }  // where the first of these are
  Iterator begin() const;                              // valid until the next add()
  Iterator end() const;

 private:
  // What the next step is told by: the differences to it.
  struct Last {
    Instant at{};
    Duration pause{};
    std::uint64_t event = 0;
    std::int64_t index = -1, tokens = 0;
  };

  void put(std::uint64_t number);
  void put_signed(std::int64_t number);
  std::uint64_t number_of(const std::string& event);

  std::vector<std::uint8_t> packed_;
  std::vector<std::string> events_;  // names, in the order of their first frames
  Last last_;
  std::size_t count_ = 0;
};

// Reads the steps in order.
class SentSteps::Iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = SentStep;
  using difference_type = std::ptrdiff_t;
  using pointer = const SentStep*;
  using reference = const SentStep&;

  reference operator*() const { return step_; }
  pointer operator->() const { return &step_; }
  Iterator& operator++();
  void operator++(int) { ++*this; }
  bool operator==(const Iterator& other) const { return left_ == other.left_; }

 private:
  friend class SentSteps;
  Iterator(const SentSteps& steps, std::size_t left);
  void read();
  std::uint64_t get();
  std::int64_t get_signed();

  const SentSteps* steps_;
  std::size_t left_;
  std::size_t at_ = 0;
  Last last_;
  SentStep step_{};
};

}  // namespace bedlam::rpc
