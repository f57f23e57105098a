// Buckets and their objects, in memory. Knows nothing of requests; objects.cc and buckets.cc turn
// those into calls of it.
//
// Differs from AWS: no versions, no parts, no storage classes but STANDARD, no access control.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/aws/http_message.h"
#include "emulator/clock/instant.h"

namespace bedlam::s3 {

// "The name for a key is a sequence of Unicode characters whose UTF-8 encoding is at most 1,024
// bytes long." (S3 user guide, "Naming Amazon S3 objects")
inline constexpr std::size_t kMaxKeyBytes = 1'024;
// "You can create up to 10,000 general purpose buckets" (S3 quotas, 2025).
inline constexpr std::size_t kMaxBuckets = 10'000;
// Ours, so that a long-running server stays bounded: all objects together.
inline constexpr std::size_t kMaxStoredBytes = std::size_t{1024} * 1024 * 1024;

struct Object {
  std::string body;
  std::string etag;  // quoted MD5
  std::string content_type = "binary/octet-stream";
  aws::Headers kept;  // what comes back as it was sent: x-amz-meta-…, Cache-Control, …
  std::string crc32;  // Base64; "" where the object has no such checksum
  WallTime modified{};
};
// With ETag and CRC32 of the body.
Object make_object(std::string body, WallTime modified);

struct Bucket {
  std::string region;
  WallTime created{};
  std::map<std::string, std::shared_ptr<const Object>> objects;  // in UTF-8 order, as S3 lists them
};

class Store {
 public:
  Bucket* find(std::string_view name);
  const std::map<std::string, Bucket, std::less<>>& buckets() const { return buckets_; }
  // Does nothing where there is one of that name.
  Bucket& create(std::string_view name, std::string region, WallTime now);
  void remove(std::string_view name);
  // False: the store is full.
  bool put(Bucket& bucket, const std::string& key, Object object);
  void erase(Bucket& bucket, const std::string& key);
  void clear();

 private:
  std::map<std::string, Bucket, std::less<>> buckets_;
  std::size_t bytes_ = 0;
};

// Base64 of the big-endian CRC-32, as `x-amz-checksum-crc32` has it.
std::string crc32_text(std::string_view bytes);

}  // namespace bedlam::s3
