// The error texts of Amazon S3, all of them (S3 API reference, "List of error codes"; those that
// the SDK tests of others quote are verbatim). S3 answers XML.
#pragma once

#include <string>
#include <string_view>

#include "emulator/aws/error.h"

namespace bedlam::s3::errors {

aws::Error no_such_bucket(std::string_view bucket);
aws::Error no_such_key(std::string_view key);
aws::Error bucket_already_owned_by_you(std::string_view bucket);
aws::Error bucket_not_empty(std::string_view bucket);
aws::Error invalid_bucket_name(std::string_view bucket);
aws::Error too_many_buckets();
aws::Error key_too_long(std::size_t bytes);
aws::Error invalid_range(std::string_view range, std::size_t size);
aws::Error precondition_failed(std::string_view condition);
aws::Error bad_digest();
aws::Error invalid_argument(std::string_view name, std::string_view value, std::string message);
aws::Error invalid_continuation_token();
aws::Error malformed_xml();
aws::Error incomplete_body();
aws::Error method_not_allowed(std::string_view method);
aws::Error not_implemented(std::string_view header);
aws::Error entity_too_large();  // the store is full; ours to say so
aws::Error invalid_request(std::string message);

}  // namespace bedlam::s3::errors
