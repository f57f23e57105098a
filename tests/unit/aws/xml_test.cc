// Entities and elements (XML 1.0 sections 2.4, 2.11 and 4.6).
#include "emulator/aws/xml.h"

#include <gtest/gtest.h>

namespace bedlam::aws {
namespace {

TEST(Xml, EscapesAndBack) {
  EXPECT_EQ(escape_xml("a < b && c > \"d\" or 'e'\r\n"),
            "a &lt; b &amp;&amp; c &gt; &quot;d&quot; or &apos;e&apos;&#13;\n");
  for (const char* text : {"", "plain", "<&>\"'", "&amp;lt;", "é\r"}) {
    EXPECT_EQ(unescape_xml(escape_xml(text)), text);
  }
  EXPECT_EQ(unescape_xml("&unknown; & alone"), "&unknown; & alone");
  EXPECT_EQ(unescape_xml("&amp;lt;"), "&lt;") << "once";
}

TEST(Xml, ElementsByName) {
  const std::string listing = "<List><Key>a&amp;b</Key><Other>1</Other><Key>c</Key><Key>cut";
  EXPECT_EQ(xml_element("Key", "a&b"), "<Key>a&amp;b</Key>");
  EXPECT_EQ(xml_blocks(listing, "Key"), (std::vector<std::string_view>{"a&amp;b", "c"}));
  EXPECT_EQ(xml_texts(listing, "Key"), (std::vector<std::string>{"a&b", "c"}));
  EXPECT_EQ(xml_text(listing, "Other"), "1");
  EXPECT_EQ(xml_text(listing, "Key"), "a&b");
  EXPECT_EQ(xml_text(listing, "None"), "");
}

}  // namespace
}  // namespace bedlam::aws
