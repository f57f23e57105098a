#include "harness/bench/page.h"

namespace bedlam::embedded {
extern const std::string_view kPageCss, kBenchHtml, kBenchCss, kBenchScript;
}

namespace bedlam::harness {

std::string bench_page(const Json& document) {
  std::string data;
  for (const char c : to_text(document)) {
    if (c == '<') {
      data += "\\u003c";  // nothing inside a <script> may look like its end
    } else {
      data += c;
    }
  }
  std::string page(embedded::kBenchHtml);
  const auto put = [&page](std::string_view mark, std::string_view text) {
    page.replace(page.find(mark), mark.size(), text);
  };
  put("/*STYLE*/", embedded::kPageCss);
  put("/*OWN STYLE*/", embedded::kBenchCss);
  put("/*SCRIPT*/", embedded::kBenchScript);
  put("/*DATA*/", data);  // the last: what it holds is never looked through
  return page;
}

}  // namespace bedlam::harness
