// The answers of Converse and ConverseStream.
#include "emulator/bedrock/operations/replies.h"

namespace bedlam::bedrock {

rpc::Reply converse_reply(const Json& body, Usage usage, const Timeline& timeline) {
  rpc::Reply reply =
      rpc::plain_reply(200, {{"Content-Type", std::string(kJson)}}, to_text(body), timeline.last());
  note_usage(usage, reply.note);
  return reply;
}

rpc::Reply converse_stream_reply(Events events, Usage usage, const Timeline& timeline,
                                 const Random& random) {
  rpc::Reply reply =
      stream_reply({{"Content-Type", std::string(aws::kEventStreamType)}}, std::move(events),
                   timeline, random.derive("padding"), usage.output_tokens);
  note_usage(usage, reply.note);
  return reply;
}

}  // namespace bedlam::bedrock
