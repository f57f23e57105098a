#include "harness/report/page.h"

namespace bedlam::embedded {
extern const std::string_view kPageHtml, kPageCss, kPageTimeline, kPageScript;
}

namespace bedlam::harness {
namespace {

// Inside a <script> nothing may look like its end; in JSON a `<` can be written otherwise.
std::string in_script(const Json& document) {
  std::string escaped;
  for (const char c : to_text(document)) {
    if (c == '<') {
      escaped += "\\u003c";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string filled(const std::string& data) {
  std::string page(embedded::kPageHtml);
  const auto put = [&page](std::string_view mark, std::string_view text) {
    const std::size_t at = page.find(mark);
    page.replace(at, mark.size(), text);
  };
  put("/*STYLE*/", embedded::kPageCss);
  put("/*TIMELINE*/", embedded::kPageTimeline);
  put("/*SCRIPT*/", embedded::kPageScript);
  put("/*DATA*/", data);  // the last: what it holds is never looked through
  return page;
}

}  // namespace

std::string page_of(const Json& document) {
  return filled(in_script(document));
}

std::string live_page() {
  return filled("null");
}

}  // namespace bedlam::harness
