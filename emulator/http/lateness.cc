#include "emulator/http/lateness.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bedlam::http {

// Values below 8 ns have a bucket each; above, the top three bits after the leading one choose.
std::size_t Lateness::bucket_of(std::uint64_t ns) {
  constexpr std::uint64_t kFirst = 1U << kBucketBits;
  if (ns < kFirst) return ns;
  const auto shift = static_cast<unsigned>(std::bit_width(ns)) - 1 - kBucketBits;
  return ((shift + 1) << kBucketBits) + ((ns >> shift) & (kFirst - 1));
}

std::uint64_t Lateness::upper_bound_of(std::size_t bucket) {
  constexpr std::uint64_t kFirst = 1U << kBucketBits;
  if (bucket < kFirst) return bucket;
  const std::size_t shift = (bucket >> kBucketBits) - 1;
  return ((kFirst + (bucket & (kFirst - 1)) + 1) << shift) - 1;
}

void Lateness::record(Duration late) {
  late = std::max(late, Duration{});
  ++buckets_[bucket_of(static_cast<std::uint64_t>(late.count()))];
  ++count_;
  max_ = std::max(max_, late);
}

Duration Lateness::quantile(double share) const {
  if (count_ == 0) return {};
  const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= std::max<std::uint64_t>(rank, 1)) {
      return std::min(Duration(static_cast<std::int64_t>(upper_bound_of(bucket))), max_);
    }
  }
  return max_;
}

}  // namespace bedlam::http
