// A call as it passed: what a client asked, what came back, and when. What `bedlam record` gathers
// and `bedlam compare` makes again.
#pragma once

#include <string>
#include <vector>

#include "emulator/aws/http_message.h"
#include "emulator/base/duration.h"

namespace bedlam::harness {

// Bytes of an answer's body, and when they had come: since the request was sent on.
struct ReceivedBytes {
  Duration at;
  std::string bytes;
};

struct PassedCall {
  std::string operation;  // "ConverseStream"
  std::string resource;   // the model as the path names it, decoded
  std::string region;
  aws::HttpRequest request;   // as the client sent it
  aws::Headers sent_headers;  // what went out in place of its own

  int status = 0;  // 0: no answer came
  aws::Headers headers;
  std::vector<ReceivedBytes> body;
  Duration ended{};
  bool whole = false;  // the answer ended in order

  std::string text() const {
    std::string all;
    for (const ReceivedBytes& part : body) all += part.bytes;
    return all;
  }
};

}  // namespace bedlam::harness
