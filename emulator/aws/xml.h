// The little XML that AWS's older protocols are: elements without attributes, found by name, and
// the five entities. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bedlam::aws {

// A carriage return is escaped too: readers would turn it into a line end (XML 1.0 section 2.11).
std::string escape_xml(std::string_view text);
std::string unescape_xml(std::string_view text);

// "<Name>text</Name>", escaped.
std::string xml_element(std::string_view name, std::string_view text);

// What stands in the elements of that name, in order; entities as they are. Not for nested ones of
// one name.
std::vector<std::string_view> xml_blocks(std::string_view xml, std::string_view name);
// Their texts, unescaped; and the first of them, "" where there is none.
std::vector<std::string> xml_texts(std::string_view xml, std::string_view name);
std::string xml_text(std::string_view xml, std::string_view name);

}  // namespace bedlam::aws
