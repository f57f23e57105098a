#include "emulator/s3/store.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <array>
#include <utility>

#include "emulator/base/base64.h"
#include "emulator/base/big_endian.h"

namespace bedlam::s3 {
namespace {

std::string quoted_md5(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_md5(), nullptr);
  std::string text = "\"";
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4U];
    text += kDigits[digest[i] & 15U];
  }
  return text + "\"";
}

}  // namespace

std::string crc32_text(std::string_view bytes) {
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto crc = static_cast<std::uint32_t>(::crc32_z(0, data, bytes.size()));
  std::string checksum;
  append_big_endian(checksum, crc, 4);
  return base64_encode(checksum);
}

Object make_object(std::string body, WallTime modified) {
  Object object;
  object.etag = quoted_md5(body);
  object.crc32 = crc32_text(body);
  object.body = std::move(body);
  object.modified = modified;
  return object;
}

Bucket* Store::find(std::string_view name) {
  const auto found = buckets_.find(name);
  return found == buckets_.end() ? nullptr : &found->second;
}

Bucket& Store::create(std::string_view name, std::string region, WallTime now) {
  return buckets_.try_emplace(std::string(name), Bucket{std::move(region), now, {}}).first->second;
}

void Store::remove(std::string_view name) {
  const auto found = buckets_.find(name);
  if (found == buckets_.end()) return;
  for (const auto& [key, object] : found->second.objects) bytes_ -= object->body.size();
  buckets_.erase(found);
}

bool Store::put(Bucket& bucket, const std::string& key, Object object) {
  const auto found = bucket.objects.find(key);
  const std::size_t replaced = found == bucket.objects.end() ? 0 : found->second->body.size();
  const std::size_t bytes = bytes_ - replaced + object.body.size();
  if (bytes > kMaxStoredBytes) return false;
  bytes_ = bytes;
  bucket.objects[key] = std::make_shared<const Object>(std::move(object));
  return true;
}

void Store::erase(Bucket& bucket, const std::string& key) {
  const auto found = bucket.objects.find(key);
  if (found == bucket.objects.end()) return;
  bytes_ -= found->second->body.size();
  bucket.objects.erase(found);
}

void Store::clear() {
  buckets_.clear();
  bytes_ = 0;
}

}  // namespace bedlam::s3
