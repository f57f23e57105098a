// The answers of Converse and ConverseStream.
#include "emulator/bedrock/operations/replies.h"

namespace bedlam::bedrock {

rpc::Reply converse_reply(const Json& body, const Timeline& timeline) {
  return rpc::plain_reply(200, {{"Content-Type", std::string(kJson)}}, to_text(body),
                          timeline.last());
}

rpc::Reply converse_stream_reply(const std::vector<Event>& events, const Timeline& timeline,
                                 const Random& random) {
  return stream_reply({{"Content-Type", std::string(kEventStream)}}, events, timeline,
                      random.derive("padding"));
}

}  // namespace bedlam::bedrock
