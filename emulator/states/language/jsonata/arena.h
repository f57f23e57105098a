// The memory of one evaluation: allocated by moving a pointer, released all at once at its end.
// What lives in it has no destructor, so values are copied as plain bits and shared freely.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace bedlam::states::jsonata {

class Arena {
 public:
  explicit Arena(std::size_t limit_bytes) : limit_(limit_bytes) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Aligned for every type used here (8 bytes). Never fails: whoever evaluates asks full() at every
  // step, and would_overflow() before something large.
  void* allocate(std::size_t bytes) {
    bytes = (bytes + 7U) & ~std::size_t{7U};
    if (bytes > static_cast<std::size_t>(end_ - next_)) return allocate_chunk(bytes);
    void* result = next_;
    next_ += bytes;
    return result;
  }

  template <typename T, typename... Arguments>
  T* make(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T))) T{std::forward<Arguments>(arguments)...};
  }

  template <typename T>
  T* allocate_array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return static_cast<T*>(allocate(count * sizeof(T)));
  }

  const char* copy(std::string_view text) {
    char* bytes = static_cast<char*>(allocate(text.size()));
    if (!text.empty()) std::memcpy(bytes, text.data(), text.size());
    return bytes;
  }

  bool full() const { return reserved_ > limit_; }
  bool would_overflow(std::size_t bytes) const {
    return bytes > limit_ || reserved_ > limit_ - bytes;
  }

 private:
  static constexpr std::size_t kFirstChunk = 4096;
  static constexpr std::size_t kLargestChunk = std::size_t{1} << 20U;

  void* allocate_chunk(std::size_t bytes) {
    chunk_size_ = chunk_size_ == 0              ? kFirstChunk
                  : chunk_size_ < kLargestChunk ? chunk_size_ * 2
                                                : chunk_size_;
    const std::size_t size = bytes > chunk_size_ / 4 ? bytes : chunk_size_;
    chunks_.push_back(std::unique_ptr<char[]>(new char[size]));
    reserved_ += size;
    char* chunk = chunks_.back().get();
    if (size == bytes) return chunk;  // a large one of its own; the current chunk goes on
    next_ = chunk + bytes;
    end_ = chunk + size;
    return chunk;
  }

  std::size_t limit_;
  std::size_t reserved_ = 0;
  std::size_t chunk_size_ = 0;
  char* next_ = nullptr;
  char* end_ = nullptr;
  std::vector<std::unique_ptr<char[]>> chunks_;
};

}  // namespace bedlam::states::jsonata
