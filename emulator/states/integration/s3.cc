// Amazon S3 through aws-sdk integrations, whole objects and listings (recorded: getObject,
// putObject). Parameters become headers and a body of its REST protocol; its headers and XML become
// the members that the AWS SDK for Java has for them. Other actions are scripted ones.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "emulator/aws/xml.h"
#include "emulator/states/integration/generic.h"
#include "emulator/states/integration/s3_wire.h"

namespace bedlam::states {
namespace {

struct S3Header {
  std::string_view member, header;
};
// botocore s3/2006-03-01: locations of members, in the order in which AWS writes results.
constexpr std::array<S3Header, 11> kRequestHeaders{
    {{"CacheControl", "Cache-Control"},
     {"ContentDisposition", "Content-Disposition"},
     {"ContentEncoding", "Content-Encoding"},
     {"ContentLanguage", "Content-Language"},
     {"ContentType", "Content-Type"},
     {"CopySource", "x-amz-copy-source"},
     {"IfMatch", "If-Match"},
     {"IfNoneMatch", "If-None-Match"},
     {"MetadataDirective", "x-amz-metadata-directive"},
     {"Range", "Range"},
     {"ChecksumMode", "x-amz-checksum-mode"}}};
constexpr std::array<S3Header, 7> kQueryMembers{{{"Prefix", "?prefix"},
                                                 {"Delimiter", "?delimiter"},
                                                 {"MaxKeys", "?max-keys"},
                                                 {"StartAfter", "?start-after"},
                                                 {"ContinuationToken", "?continuation-token"},
                                                 {"EncodingType", "?encoding-type"},
                                                 {"FetchOwner", "?fetch-owner"}}};
constexpr std::array<S3Header, 12> kResultHeaders{
    {{"AcceptRanges", "Accept-Ranges"},
     {"CacheControl", "Cache-Control"},
     {"ChecksumCRC32", "x-amz-checksum-crc32"},
     {"ChecksumType", "x-amz-checksum-type"},
     {"ContentDisposition", "Content-Disposition"},
     {"ContentEncoding", "Content-Encoding"},
     {"ContentLength", "Content-Length"},
     {"ContentRange", "Content-Range"},
     {"ContentType", "Content-Type"},
     {"ETag", "ETag"},
     {"LastModified", "Last-Modified"},
     {"ServerSideEncryption", "x-amz-server-side-encryption"}}};

// Text as it is, everything else as JSON (recorded).
std::string as_body(const Json& value) {
  return value.is_string() ? value.get<std::string>() : bedlam::to_text(value);
}

Json number_of(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// "Fri, 04 Oct 2024 09:00:00 GMT" → "2024-10-04T09:00:00Z", as Java prints an Instant.
std::string as_instant(std::string_view given) {
  const std::string http_date(given);
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  constexpr std::size_t kLength = 29;
  if (http_date.size() != kLength) return http_date;
  const std::size_t month = kMonths.find(http_date.substr(8, 3)) / 3 + 1;
  return http_date.substr(12, 4) + (month < 10 ? "-0" : "-") + std::to_string(month) + "-" +
         http_date.substr(5, 2) + "T" + http_date.substr(17, 8) + "Z";
}

Json listing(const std::string& xml) {
  Json contents = Json::array();
  for (const std::string_view block : aws::xml_blocks(xml, "Contents")) {
    // "2024-10-04T09:00:00.000Z": Java leaves out a fraction that is zero.
    const std::string modified = aws::xml_text(block, "LastModified");
    contents.push_back(
        {{"ChecksumAlgorithm", Json::array({aws::xml_text(block, "ChecksumAlgorithm")})},
         {"ChecksumType", aws::xml_text(block, "ChecksumType")},
         {"ETag", aws::xml_text(block, "ETag")},
         {"Key", aws::xml_text(block, "Key")},
         {"LastModified", modified.substr(0, modified.find('.')) + "Z"},
         {"Size", number_of(aws::xml_text(block, "Size"))},
         {"StorageClass", aws::xml_text(block, "StorageClass")}});
  }
  Json prefixes = Json::array();
  for (const std::string_view block : aws::xml_blocks(xml, "CommonPrefixes")) {
    prefixes.push_back({{"Prefix", aws::xml_text(block, "Prefix")}});
  }
  Json result = Json::object();
  if (!prefixes.empty()) result["CommonPrefixes"] = std::move(prefixes);
  if (!contents.empty()) result["Contents"] = std::move(contents);
  result["IsTruncated"] = aws::xml_text(xml, "IsTruncated") == "true";
  for (const std::string_view name : {"KeyCount", "MaxKeys"}) {
    result[std::string(name)] = number_of(aws::xml_text(xml, name));
  }
  for (const std::string_view name :
       {"Name", "Delimiter", "NextContinuationToken", "StartAfter", "EncodingType"}) {
    if (!aws::xml_blocks(xml, name).empty()) result[std::string(name)] = aws::xml_text(xml, name);
  }
  // The first one is the listing's own.
  result["Prefix"] = aws::xml_text(xml, "Prefix");
  return result;
}

class S3Action final : public GenericIntegration {
 public:
  using GenericIntegration::GenericIntegration;

  std::optional<ParameterMistake> check(const Json& parameters) const override {
    if (is_listing()) return missing_field(parameters, {"Bucket"});
    return missing_field(parameters, {"Bucket", "Key"});
  }

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override {
    if (const auto missing = check(parameters)) return *missing;
    rpc::Call call;
    call.service = "s3";
    call.operation = respell(resource().action, Spelling::kPascal);
    call.resource = as_body(parameters.at("Bucket"));
    if (!is_listing()) call.resource += "/" + as_body(parameters.at("Key"));
    if (is_listing()) call.parameters.add("list-type", "2");
    for (const S3Header& line : kRequestHeaders) add(call, parameters, line);
    for (const S3Header& line : kQueryMembers) {
      if (is_listing()) add(call, parameters, line);
    }
    if (const Json* metadata = bedlam::find(parameters, "Metadata");
        metadata != nullptr && metadata->is_object()) {
      for (const auto& [name, value] : metadata->items()) {
        call.headers.add("x-amz-meta-" + name, as_body(value));
      }
    }
    if (const Json* body = bedlam::find(parameters, "Body")) call.body = as_body(*body);
    return call;
  }

  Result<Json, Failure> result(const ServiceAnswer& answer) const override {
    if (answer.status / 100 != 2) return s3_failure(answer);
    if (is_listing()) return listing(answer.body);
    if (resource().action == "copyObject") {
      return Json{{"CopyObjectResult",
                   {{"ETag", aws::xml_text(answer.body, "ETag")},
                    {"LastModified", aws::xml_text(answer.body, "LastModified")}}}};
    }
    return object_result(answer);
  }

 private:
  bool is_listing() const { return resource().action == "listObjectsV2"; }

  static void add(rpc::Call& call, const Json& parameters, const S3Header& line) {
    const Json* value = bedlam::find(parameters, line.member);
    if (value != nullptr) call.headers.add(std::string(line.header), as_body(*value));
  }

  Json object_result(const ServiceAnswer& answer) const {
    const bool reads = resource().action == "getObject" || resource().action == "headObject";
    Json result = Json::object();
    Json metadata = Json::object();
    for (const S3Header& line : kResultHeaders) {
      const auto value = answer.headers.find(line.header);
      const bool of_object = line.member.starts_with("Content") || line.member == "AcceptRanges";
      if (!value || (of_object && !reads)) continue;
      if (line.member == "ContentLength") {
        result[std::string(line.member)] = number_of(*value);
      } else {
        result[std::string(line.member)] =
            line.member == "LastModified" ? as_instant(*value) : std::string(*value);
      }
      if (reads && line.member == "LastModified") result["Metadata"] = Json::object();
    }
    constexpr std::string_view kMeta = "x-amz-meta-";
    for (const auto& [name, value] : answer.headers) {
      if (name.starts_with(kMeta)) metadata[name.substr(kMeta.size())] = value;
    }
    if (reads) result["Metadata"] = std::move(metadata);
    if (resource().action == "getObject") result["Body"] = answer.body;
    return result;
  }
};

}  // namespace

// Recorded: with the second of S3's two ids. The names that Java has no class for are S3's own.
Failure s3_failure(const ServiceAnswer& answer) {
  constexpr std::array<std::string_view, 6> kModelled{"NoSuchKey",
                                                      "NoSuchBucket",
                                                      "BucketAlreadyExists",
                                                      "InvalidObjectState",
                                                      "BucketAlreadyOwnedByYou",
                                                      "NotFound"};
  const std::string code = aws::xml_text(answer.body, "Code");
  const bool modelled = std::find(kModelled.begin(), kModelled.end(), code) != kModelled.end();
  return {"S3." + (modelled ? code : "S3") + "Exception",
          aws::xml_text(answer.body, "Message") +
              " (Service: S3, Status Code: " + std::to_string(answer.status) +
              ", Request ID: " + std::string(answer.headers.get("x-amz-request-id")) +
              ", Extended Request ID: " + std::string(answer.headers.get("x-amz-id-2")) + ")"};
}

std::shared_ptr<const Integration> sdk_s3(const Resource& resource) {
  constexpr std::array<std::string_view, 6> kBuilt{"getObject",  "putObject",    "headObject",
                                                   "copyObject", "deleteObject", "listObjectsV2"};
  if (std::find(kBuilt.begin(), kBuilt.end(), resource.action) == kBuilt.end()) {
    return std::make_shared<GenericIntegration>(resource);
  }
  return std::make_shared<S3Action>(resource);
}

}  // namespace bedlam::states
