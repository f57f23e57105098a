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
  std::string origin = "result of a call";  // whose it is, for the journal
};

// Puts an object; where there is nothing to put it into, does nothing. Says why it was refused, in
// S3's words; "" where it was not.
using PutObject = std::function<std::string(const StoredObject&)>;

// "s3://bucket/some/key" → bucket and key, and so for "https://s3.REGION.amazonaws.com/bucket/key"
// and "https://bucket.s3.REGION.amazonaws.com/key".
struct S3Location {
  std::string bucket, key;
};
S3Location parse_s3_uri(std::string_view uri);

struct FetchedObject {
  std::string body;
  std::string refusal;  // in S3's words; "" where there is none
};
// Gets an object for a call in `region`, which the journal knows as `origin`.
using GetObject = std::function<FetchedObject(const S3Location& location, const std::string& region,
                                              const std::string& origin)>;

// Through the dispatcher's service `s3`: operations PutObject and GetObject, resource "BUCKET/KEY".
// Borrow the dispatcher.
PutObject put_object_through(Dispatcher& dispatcher);
GetObject get_object_through(Dispatcher& dispatcher);

}  // namespace bedlam::rpc
