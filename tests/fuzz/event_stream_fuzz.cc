// Event-stream messages from a peer: any bytes, cut anywhere, with and without signatures.
#include "emulator/aws/event_stream.h"
#include "emulator/aws/signed_events.h"
#include "tests/fuzz/fuzz_input.h"

namespace bedlam {
namespace {

struct Read {
  std::vector<aws::EventStreamMessage> messages;
  bool failed = false, cut = false;
};

// In pieces of that size.
template <typename Reader>
Read read_all(std::string_view bytes, std::size_t piece) {
  Reader reader;
  Read read;
  while (!bytes.empty() && !read.failed) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (true) {
      const auto message = reader.next();
      read.failed = !message.ok();
      if (read.failed || !*message) break;
      read.messages.push_back(**message);
    }
  }
  read.cut = !read.failed && reader.finish().has_value();
  return read;
}

void same(const Read& one, const Read& other) {
  fuzz::require(one.failed == other.failed && one.cut == other.cut, "the cut changes the outcome");
  fuzz::require(one.messages.size() == other.messages.size(), "the cut changes the messages");
  for (std::size_t i = 0; i < one.messages.size(); ++i) {
    fuzz::require(one.messages[i].headers == other.messages[i].headers &&
                      one.messages[i].payload == other.messages[i].payload,
                  "the cut changes a message");
  }
}

}  // namespace
}  // namespace bedlam

BEDLAM_FUZZ_TARGET(event_stream) {
  using namespace bedlam;
  fuzz::Input input(data, size);
  const std::size_t piece = input.choose(64) + 1;
  const std::string_view bytes = input.rest();
  const Read whole = read_all<aws::EventStreamDecoder>(bytes, bytes.size() + 1);
  same(whole, read_all<aws::EventStreamDecoder>(bytes, piece));
  same(read_all<aws::SignedEventReader>(bytes, bytes.size() + 1),
       read_all<aws::SignedEventReader>(bytes, piece));
  std::string again;
  for (const aws::EventStreamMessage& message : whole.messages) again += aws::encode(message);
  fuzz::require(bytes.substr(0, again.size()) == again, "what was read is not what is written");
  return 0;
}
