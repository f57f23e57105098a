#include "emulator/s3/errors.h"

#include "emulator/s3/store.h"

namespace bedlam::s3::errors {

aws::Error no_such_bucket(std::string_view bucket) {
  return {"NoSuchBucket", 404, "The specified bucket does not exist", {{"BucketName", bucket}}};
}

aws::Error no_such_key(std::string_view key) {
  return {"NoSuchKey", 404, "The specified key does not exist.", {{"Key", key}}};
}

aws::Error bucket_already_owned_by_you(std::string_view bucket) {
  return {"BucketAlreadyOwnedByYou",
          409,
          "Your previous request to create the named bucket succeeded and you already own it.",
          {{"BucketName", bucket}}};
}

aws::Error bucket_not_empty(std::string_view bucket) {
  return {"BucketNotEmpty",
          409,
          "The bucket you tried to delete is not empty",
          {{"BucketName", bucket}}};
}

aws::Error invalid_bucket_name(std::string_view bucket) {
  return {"InvalidBucketName", 400, "The specified bucket is not valid.", {{"BucketName", bucket}}};
}

aws::Error too_many_buckets() {
  return {"TooManyBuckets", 400, "You have attempted to create more buckets than allowed"};
}

aws::Error key_too_long(std::size_t bytes) {
  return {"KeyTooLongError",
          400,
          "Your key is too long",
          {{"Size", bytes}, {"MaxSizeAllowed", kMaxKeyBytes}}};
}

aws::Error invalid_range(std::string_view range, std::size_t size) {
  return {"InvalidRange",
          416,
          "The requested range is not satisfiable",
          {{"RangeRequested", range}, {"ActualObjectSize", size}}};
}

aws::Error precondition_failed(std::string_view condition) {
  return {"PreconditionFailed",
          412,
          "At least one of the pre-conditions you specified did not hold",
          {{"Condition", condition}}};
}

aws::Error bad_digest() {
  return {"BadDigest", 400, "The CRC32 you specified did not match the calculated checksum."};
}

aws::Error invalid_argument(std::string_view name, std::string_view value, std::string message) {
  return {"InvalidArgument",
          400,
          std::move(message),
          {{"ArgumentName", name}, {"ArgumentValue", value}}};
}

aws::Error invalid_continuation_token() {
  return {"InvalidArgument",
          400,
          "The continuation token provided is incorrect",
          {{"ArgumentName", "continuation-token"}}};
}

aws::Error malformed_xml() {
  return {"MalformedXML", 400,
          "The XML you provided was not well-formed or did not validate against our published "
          "schema"};
}

aws::Error incomplete_body() {
  return {"IncompleteBody", 400, "The request body terminated unexpectedly"};
}

aws::Error method_not_allowed(std::string_view method) {
  return {"MethodNotAllowed",
          405,
          "The specified method is not allowed against this resource.",
          {{"Method", method}}};
}

aws::Error not_implemented(std::string_view header) {
  return {"NotImplemented",
          501,
          "A header you provided implies functionality that is not implemented",
          {{"Header", header}}};
}

aws::Error entity_too_large() {
  return {"EntityTooLarge", 400,
          "All objects of this emulator together may have " + std::to_string(kMaxStoredBytes) +
              " bytes"};
}

aws::Error invalid_request(std::string message) {
  return {"InvalidRequest", 400, std::move(message)};
}

}  // namespace bedlam::s3::errors
