// ListBuckets, CreateBucket, HeadBucket, GetBucketLocation, DeleteBucket, ListObjectsV2.
#include <algorithm>
#include <charconv>
#include <set>

#include "emulator/aws/bucket_name.h"
#include "emulator/aws/xml.h"
#include "emulator/base/base64.h"
#include "emulator/s3/errors.h"
#include "emulator/s3/operation.h"
#include "emulator/s3/wire.h"

namespace bedlam::s3 {
namespace {

// "Returns … up to 1,000" (API reference, ListObjectsV2: MaxKeys).
constexpr std::size_t kMaxKeys = 1'000;

std::string opened(std::string_view root) {
  return std::string(kXmlHead) + "<" + std::string(root) + " xmlns=\"" + std::string(kNamespace) +
         "\">";
}

// What a listing asks for.
struct Listing {
  std::string prefix, delimiter, after;
  bool after_prefix = false;  // `after` is a common prefix: everything below it was told
  std::size_t max_keys = kMaxKeys;
  bool encoded = false;

  std::string shown(std::string_view text) const {
    return encoded ? url_encode(text) : std::string(text);
  }
};

// A token is Base64 of "k" or "p" and the last key or common prefix of the page before.
Result<Listing, aws::Error> listing_of(const Request& request) {
  Listing listing;
  listing.prefix = request.query("prefix");
  listing.delimiter = request.query("delimiter");
  listing.after = request.query("start-after");
  listing.encoded = request.query("encoding-type") == "url";
  if (const std::string_view text = request.query("max-keys"); !text.empty()) {
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), listing.max_keys);
    if (error != std::errc{} || end != text.data() + text.size()) {
      return errors::invalid_argument("max-keys", text,
                                      "Provided max-keys not an integer or within integer range");
    }
    listing.max_keys = std::min(listing.max_keys, kMaxKeys);
  }
  if (request.has_query("continuation-token")) {
    const auto token = base64_decode(request.query("continuation-token"));
    if (!token || token->empty() || (token->front() != 'k' && token->front() != 'p')) {
      return errors::invalid_continuation_token();
    }
    listing.after_prefix = token->front() == 'p';
    listing.after = token->substr(1);
  }
  return listing;
}

std::string contents_of(const Listing& listing, const std::string& key, const Object& object) {
  return "<Contents>" + aws::xml_element("Key", listing.shown(key)) +
         aws::xml_element("LastModified", to_iso8601(object.modified)) +
         aws::xml_element("ETag", object.etag) +
         "<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>" +
         aws::xml_element("Size", std::to_string(object.body.size())) +
         "<StorageClass>STANDARD</StorageClass></Contents>";
}

struct Found {
  std::string contents, prefixes;
  std::size_t count = 0;
  std::string next;  // token; "": this was all
};

Found find_keys(const Bucket& bucket, const Listing& listing) {
  Found found;
  std::string last;
  std::set<std::string> told;
  for (auto entry = bucket.objects.lower_bound(std::max(listing.prefix, listing.after));
       entry != bucket.objects.end() && entry->first.starts_with(listing.prefix); ++entry) {
    const std::string& key = entry->first;
    if (!listing.after.empty() && key <= listing.after) continue;
    if (listing.after_prefix && key.starts_with(listing.after)) continue;
    const std::size_t cut = listing.delimiter.empty()
                                ? std::string::npos
                                : key.find(listing.delimiter, listing.prefix.size());
    const std::string common =
        cut == std::string::npos ? "" : key.substr(0, cut + listing.delimiter.size());
    if (!common.empty() && told.count(common) > 0) continue;
    if (found.count == listing.max_keys) {
      found.next = base64_encode(last);
      break;
    }
    ++found.count;
    if (common.empty()) {
      found.contents += contents_of(listing, key, *entry->second);
      last = "k" + key;
    } else {
      told.insert(common);
      found.prefixes += "<CommonPrefixes>" + aws::xml_element("Prefix", listing.shown(common)) +
                        "</CommonPrefixes>";
      last = "p" + common;
    }
  }
  return found;
}

}  // namespace

Answer list_buckets(Store& store, const Request& /*request*/) {
  std::string xml = opened("ListAllMyBucketsResult") +
                    "<Owner><ID>bedlam</ID><DisplayName>bedlam</DisplayName></Owner><Buckets>";
  for (const auto& [name, bucket] : store.buckets()) {
    xml += "<Bucket>" + aws::xml_element("Name", name) +
           aws::xml_element("CreationDate", to_iso8601(bucket.created)) + "</Bucket>";
  }
  return xml_answer(xml + "</Buckets></ListAllMyBucketsResult>");
}

Answer create_bucket(Store& store, const Request& request) {
  if (!aws::is_bucket_name(request.bucket)) return errors::invalid_bucket_name(request.bucket);
  if (store.find(request.bucket) != nullptr) {
    return errors::bucket_already_owned_by_you(request.bucket);
  }
  if (store.buckets().size() >= kMaxBuckets) return errors::too_many_buckets();
  store.create(request.bucket, request.call.caller.region, request.now);
  return Answered{200, {{"Location", "/" + request.bucket}}, ""};
}

Answer head_bucket(Store& store, const Request& request) {
  const Bucket* bucket = store.find(request.bucket);
  if (bucket == nullptr) return errors::no_such_bucket(request.bucket);
  return Answered{200,
                  {{"x-amz-bucket-region", bucket->region},
                   {"x-amz-access-point-alias", "false"},
                   {"Content-Type", "application/xml"}},
                  ""};
}

Answer get_bucket_location(Store& store, const Request& request) {
  const Bucket* bucket = store.find(request.bucket);
  if (bucket == nullptr) return errors::no_such_bucket(request.bucket);
  // "Buckets in Region us-east-1 have a LocationConstraint of null."
  const std::string region = bucket->region == "us-east-1" ? "" : aws::escape_xml(bucket->region);
  return xml_answer(opened("LocationConstraint") + region + "</LocationConstraint>");
}

Answer delete_bucket(Store& store, const Request& request) {
  const Bucket* bucket = store.find(request.bucket);
  if (bucket == nullptr) return errors::no_such_bucket(request.bucket);
  if (!bucket->objects.empty()) return errors::bucket_not_empty(request.bucket);
  store.remove(request.bucket);
  return Answered{204, {}, ""};
}

Answer list_objects_v2(Store& store, const Request& request) {
  const Bucket* bucket = store.find(request.bucket);
  if (bucket == nullptr) return errors::no_such_bucket(request.bucket);
  const Result<Listing, aws::Error> listing = listing_of(request);
  if (!listing) return listing.error();
  const Found found = find_keys(*bucket, *listing);
  std::string xml = opened("ListBucketResult") + aws::xml_element("Name", request.bucket) +
                    aws::xml_element("Prefix", listing->shown(listing->prefix));
  if (request.has_query("start-after")) {
    xml += aws::xml_element("StartAfter", listing->shown(request.query("start-after")));
  }
  if (request.has_query("continuation-token")) {
    xml += aws::xml_element("ContinuationToken", request.query("continuation-token"));
  }
  if (!found.next.empty()) xml += aws::xml_element("NextContinuationToken", found.next);
  xml += aws::xml_element("KeyCount", std::to_string(found.count)) +
         aws::xml_element("MaxKeys", std::to_string(listing->max_keys));
  if (!listing->delimiter.empty()) {
    xml += aws::xml_element("Delimiter", listing->shown(listing->delimiter));
  }
  if (listing->encoded) xml += aws::xml_element("EncodingType", "url");
  xml += aws::xml_element("IsTruncated", found.next.empty() ? "false" : "true");
  return xml_answer(xml + found.contents + found.prefixes + "</ListBucketResult>");
}

}  // namespace bedlam::s3
