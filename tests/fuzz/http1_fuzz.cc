// HTTP/1.1 from a peer: any bytes. However they are cut, the same requests come of them.
#include "emulator/http/request_parser.h"
#include "tests/fuzz/fake_transport.h"

namespace bedlam {
namespace {

// What was read, as text.
std::string read_requests(std::string_view bytes, std::size_t piece) {
  const http::Limits limits;
  http::RequestParser parser(limits);
  std::string read;
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    while (!part.empty()) {
      const std::size_t used = parser.feed(part);
      fuzz::require(used <= part.size() && used > 0, "the parser takes what there is");
      part.remove_prefix(used);
      if (parser.refusal()) return read + "refused " + std::to_string(parser.refusal()->status);
      if (!parser.complete()) continue;
      const aws::HttpRequest request = parser.take();
      read += request.method + ' ' + request.target + ' ' + request.body + '\n';
      for (const auto& [name, value] : request.headers)
        read.append(name).append("=").append(value).append("\n");
    }
  }
  return read;
}

}  // namespace
}  // namespace bedlam

BEDLAM_FUZZ_TARGET(http1) {
  using namespace bedlam;
  fuzz::Input input(data, size);
  const std::size_t piece = input.choose(32) + 1;
  const std::string_view bytes = input.rest();
  fuzz::require(read_requests(bytes, bytes.size() + 1) == read_requests(bytes, piece),
                "the cut changes the requests");
  fuzz::serve(http::Sniffed::kHttp1, bytes, piece);
  return 0;
}
