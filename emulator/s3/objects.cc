// PutObject, CopyObject, GetObject, HeadObject, DeleteObject, DeleteObjects.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "emulator/aws/xml.h"
#include "emulator/s3/errors.h"
#include "emulator/s3/operation.h"
#include "emulator/s3/wire.h"

namespace bedlam::s3 {
namespace {

// Headers that come back as they were sent, beside x-amz-meta-….
constexpr std::array<std::string_view, 5> kKept{"cache-control", "content-disposition",
                                                "content-encoding", "content-language", "expires"};
// "A maximum of 1,000 keys" (API reference, DeleteObjects).
constexpr std::size_t kMaxDeleted = 1'000;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// What a PUT carries: its body out of its chunks, and the checksum that it says of it.
struct Sent {
  std::string body;
  std::string crc32;
};

Result<Sent, aws::Error> sent_with(const Request& request) {
  Sent sent{request.call.body, std::string(request.header("x-amz-checksum-crc32"))};
  const bool chunked = request.header("x-amz-content-sha256").starts_with("STREAMING-") ||
                       request.header("content-encoding").starts_with("aws-chunked");
  if (chunked) {
    auto unchunked = decode_aws_chunked(request.call.body);
    if (!unchunked) return errors::incomplete_body();
    sent.body = std::move(unchunked->body);
    sent.crc32 = unchunked->trailer.get("x-amz-checksum-crc32", sent.crc32);
  }
  if (!sent.crc32.empty() && sent.crc32 != crc32_text(sent.body)) return errors::bad_digest();
  return sent;
}

void keep_headers(const Request& request, Object& object) {
  if (const auto type = request.header("content-type"); !type.empty()) object.content_type = type;
  for (const auto& [name, value] : request.call.headers) {
    const std::string plain = lower(name);
    if (plain.starts_with("x-amz-meta-")) object.kept.add(plain, value);
    if (std::find(kKept.begin(), kKept.end(), plain) == kKept.end()) continue;
    if (plain != "content-encoding") {
      object.kept.add(name, value);
      continue;
    }
    // "aws-chunked" is of the transfer, the rest is the object's.
    std::string_view rest = value;
    if (rest.starts_with("aws-chunked")) {
      rest.remove_prefix(std::string_view("aws-chunked").size());
      while (rest.starts_with(',') || rest.starts_with(' ')) rest.remove_prefix(1);
    }
    if (!rest.empty()) object.kept.add(name, std::string(rest));
  }
}

// If-Match and If-None-Match of a PUT; nothing where they hold.
std::optional<aws::Error> refused_write(const Request& request, const Object* existing) {
  const std::string_view none_match = request.header("if-none-match");
  if (none_match == "*" && existing != nullptr) {
    return errors::precondition_failed("If-None-Match");
  }
  const std::string_view match = request.header("if-match");
  if (match.empty()) return std::nullopt;
  if (existing == nullptr) return errors::no_such_key(request.key);
  if (match != existing->etag) return errors::precondition_failed("If-Match");
  return std::nullopt;
}

const Object* object_in(const Bucket& bucket, const std::string& key) {
  const auto found = bucket.objects.find(key);
  return found == bucket.objects.end() ? nullptr : found->second.get();
}

struct Span {
  std::size_t first = 0, count = 0;
};

// The bytes that `Range: bytes=…` asks for; nullopt: all of them, for S3 ignores what it cannot
// read.
Result<std::optional<Span>, aws::Error> range_of(std::string_view header, std::size_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const std::size_t dash = header.find('-');
  if (!header.starts_with(kUnit) || dash == std::string_view::npos) return std::optional<Span>();
  const auto number = [](std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
  };
  const std::string_view before = header.substr(kUnit.size(), dash - kUnit.size());
  const auto first = number(before);
  const auto last = number(header.substr(dash + 1));
  if (before.empty() && last) {  // the last bytes
    if (*last == 0 || size == 0) return errors::invalid_range(header, size);
    const std::size_t count = std::min(*last, size);
    return std::optional(Span{size - count, count});
  }
  if (!first || (last && *last < *first)) return std::optional<Span>();
  if (*first >= size) return errors::invalid_range(header, size);
  return std::optional(Span{*first, std::min(last.value_or(size - 1), size - 1) - *first + 1});
}

Answer read_object(Store& store, const Request& request, bool with_body) {
  const Bucket* bucket = store.find(request.bucket);
  if (bucket == nullptr) return errors::no_such_bucket(request.bucket);
  const Object* object = object_in(*bucket, request.key);
  if (object == nullptr) return errors::no_such_key(request.key);
  const std::string_view match = request.header("if-match");
  if (!match.empty() && match != "*" && match != object->etag) {
    return errors::precondition_failed("If-Match");
  }
  Answered answer;
  answer.headers = object->kept;
  answer.headers.add("Last-Modified", to_http_date(object->modified));
  answer.headers.add("ETag", object->etag);
  if (const auto none_match = request.header("if-none-match");
      none_match == "*" || none_match == object->etag) {
    answer.status = 304;
    return answer;
  }
  const auto range = range_of(request.header("range"), object->body.size());
  if (!range) return range.error();
  answer.headers.add("x-amz-server-side-encryption", "AES256");
  answer.headers.add("Accept-Ranges", "bytes");
  answer.headers.add("Content-Type", object->content_type);
  const Span span = range->value_or(Span{0, object->body.size()});
  if (*range) {
    answer.status = 206;
    answer.headers.add("Content-Range", "bytes " + std::to_string(span.first) + "-" +
                                            std::to_string(span.first + span.count - 1) + "/" +
                                            std::to_string(object->body.size()));
  } else if (request.header("x-amz-checksum-mode") == "ENABLED") {
    answer.headers.add("x-amz-checksum-crc32", object->crc32);
    answer.headers.add("x-amz-checksum-type", "FULL_OBJECT");
  }
  if (with_body) {
    answer.body = object->body.substr(span.first, span.count);
  } else {
    answer.headers.add("Content-Length", std::to_string(span.count));
  }
  return answer;
}

}  // namespace

Answer put_object(Store& store, const Request& request) {
  Bucket* bucket = store.find(request.bucket);
  if (bucket == nullptr) return errors::no_such_bucket(request.bucket);
  if (request.key.size() > kMaxKeyBytes) return errors::key_too_long(request.key.size());
  if (auto refused = refused_write(request, object_in(*bucket, request.key))) return *refused;
  Result<Sent, aws::Error> sent = sent_with(request);
  if (!sent) return sent.error();
  Object object = make_object(std::move(sent->body), request.now);
  keep_headers(request, object);
  Answered answer{200,
                  {{"x-amz-server-side-encryption", "AES256"},
                   {"ETag", object.etag},
                   {"x-amz-checksum-crc32", object.crc32},
                   {"x-amz-checksum-type", "FULL_OBJECT"}},
                  ""};
  if (!store.put(*bucket, request.key, std::move(object))) return errors::entity_too_large();
  return answer;
}

Answer copy_object(Store& store, const Request& request) {
  Bucket* bucket = store.find(request.bucket);
  if (bucket == nullptr) return errors::no_such_bucket(request.bucket);
  std::string source = aws::percent_decode(request.header("x-amz-copy-source"));
  source = source.substr(0, source.rfind("?versionId="));
  if (source.starts_with('/')) source.erase(0, 1);
  const std::size_t slash = source.find('/');
  const Bucket* from = store.find(source.substr(0, slash));
  if (from == nullptr) return errors::no_such_bucket(source.substr(0, slash));
  const std::string key = slash == std::string::npos ? "" : source.substr(slash + 1);
  const Object* original = object_in(*from, key);
  if (original == nullptr) return errors::no_such_key(key);
  Object copy = *original;
  copy.modified = request.now;
  if (request.header("x-amz-metadata-directive") == "REPLACE") {
    copy.kept = {};
    copy.content_type = Object{}.content_type;
    keep_headers(request, copy);
  }
  const std::string xml =
      std::string(kXmlHead) + "<CopyObjectResult xmlns=\"" + std::string(kNamespace) + "\">" +
      aws::xml_element("LastModified", to_iso8601(copy.modified)) +
      aws::xml_element("ETag", copy.etag) + aws::xml_element("ChecksumCRC32", copy.crc32) +
      aws::xml_element("ChecksumType", "FULL_OBJECT") + "</CopyObjectResult>";
  if (!store.put(*bucket, request.key, std::move(copy))) return errors::entity_too_large();
  return xml_answer(xml);
}

Answer get_object(Store& store, const Request& request) {
  return read_object(store, request, true);
}

Answer head_object(Store& store, const Request& request) {
  return read_object(store, request, false);
}

Answer delete_object(Store& store, const Request& request) {
  Bucket* bucket = store.find(request.bucket);
  if (bucket == nullptr) return errors::no_such_bucket(request.bucket);
  store.erase(*bucket, request.key);
  return Answered{204, {}, ""};
}

Answer delete_objects(Store& store, const Request& request) {
  Bucket* bucket = store.find(request.bucket);
  if (bucket == nullptr) return errors::no_such_bucket(request.bucket);
  const Result<Sent, aws::Error> sent = sent_with(request);
  if (!sent) return sent.error();
  const std::vector<std::string> keys = aws::xml_texts(sent->body, "Key");
  if (keys.empty() || keys.size() > kMaxDeleted) return errors::malformed_xml();
  const auto quiet = aws::xml_texts(sent->body, "Quiet");
  std::string xml =
      std::string(kXmlHead) + "<DeleteResult xmlns=\"" + std::string(kNamespace) + "\">";
  for (const std::string& key : keys) {
    store.erase(*bucket, key);
    if (quiet.empty() || quiet.front() != "true") {
      xml += "<Deleted>" + aws::xml_element("Key", key) + "</Deleted>";
    }
  }
  return xml_answer(xml + "</DeleteResult>");
}

}  // namespace bedlam::s3
