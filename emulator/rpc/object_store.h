// The seam to object storage for services that leave their results there.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "emulator/rpc/dispatcher.h"

namespace bedlam::rpc {

struct StoredObject {
  std::string bucket, key;
  std::string content_type;
  std::string body;
  std::string region;
};

// Puts an object; where there is nothing to put it into, does nothing. Says why it was refused, in
// S3's words; "" where it was not.
using PutObject = std::function<std::string(const StoredObject&)>;

// Through the dispatcher's service `s3`: operation PutObject, resource "BUCKET/KEY".
// Borrows the dispatcher.
PutObject put_object_through(Dispatcher& dispatcher);

// "s3://bucket/some/key" → bucket and key.
struct S3Location {
  std::string bucket, key;
};
S3Location parse_s3_uri(std::string_view uri);

}  // namespace bedlam::rpc
