// HTTP/2 from a peer: any frames behind the preface.
#include "tests/fuzz/fake_transport.h"

BEDLAM_FUZZ_TARGET(http2) {
  using namespace bedlam;
  fuzz::Input input(data, size);
  const std::size_t piece = input.choose(64) + 1;
  const std::string bytes = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string(input.rest());
  fuzz::serve(http::Sniffed::kHttp2, bytes, piece);
  return 0;
}
