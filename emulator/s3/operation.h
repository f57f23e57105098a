// An operation of S3 as its function sees it. All of them stand in operations.cc; buckets and
// objects have a file each.
#pragma once

#include <string>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/base/result.h"
#include "emulator/rpc/call.h"
#include "emulator/s3/store.h"

namespace bedlam::s3 {

struct Request {
  const rpc::Call& call;
  std::string bucket, key;  // "" where the path names none
  WallTime now;             // whole seconds, as S3 keeps times

  std::string_view header(std::string_view name) const { return call.headers.get(name); }
  std::string_view query(std::string_view name, std::string_view otherwise = {}) const {
    return call.parameters.get(name, otherwise);
  }
  bool has_query(std::string_view name) const { return call.parameters.find(name).has_value(); }
};

struct Answered {
  int status = 200;
  aws::Headers headers;
  std::string body;
};
using Answer = Result<Answered, aws::Error>;

struct Operation {
  std::string_view name;
  Answer (*answer)(Store&, const Request&);
};
// nullptr: there is none of that name.
const Operation* find_operation(std::string_view name);

Answer xml_answer(std::string body, int status = 200);

// buckets.cc
Answer list_buckets(Store&, const Request&);
Answer create_bucket(Store&, const Request&);
Answer head_bucket(Store&, const Request&);
Answer get_bucket_location(Store&, const Request&);
Answer delete_bucket(Store&, const Request&);
Answer list_objects_v2(Store&, const Request&);

// objects.cc
Answer put_object(Store&, const Request&);
Answer copy_object(Store&, const Request&);
Answer get_object(Store&, const Request&);
Answer head_object(Store&, const Request&);
Answer delete_object(Store&, const Request&);
Answer delete_objects(Store&, const Request&);

}  // namespace bedlam::s3
