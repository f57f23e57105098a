#include "emulator/scenario/document.h"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "emulator/scenario/source_text.h"
#include "emulator/scenario/tree_builder.h"
#include "emulator/scenario/yaml_error.h"

namespace bedlam::scenario {
namespace {

// Where a tab stands in the indentation of a line, if one does.
std::optional<std::size_t> indenting_tab(const SourceText& source, Position position) {
  const std::size_t start = source.offset(position.line - 1, 0);
  const std::size_t end = source.text().find_first_not_of(" \t", start);
  const std::size_t tab = source.text().find('\t', start);
  return tab < end ? std::optional(tab) : std::nullopt;
}

// What "end of map not found" is about: a text in quotes that ended too early, or indentation.
std::string hint_after_quote(const SourceText& source, std::size_t quote, Position position) {
  const std::size_t line = source.position_at(quote).line;
  if (line < position.line) {
    return "the text in quotes that begins in line " + std::to_string(line) +
           " ends just before: is a quote missing?";
  }
  return "nothing may follow a text in quotes; a quote inside it is written \\\" in double quotes "
         "and '' in single ones";
}

// What the parser refused, at the place where the author can mend it.
void report(const YAML::ParserException& error, const TreeBuilder& builder,
            const SourceText& source, Mistakes& mistakes) {
  const auto line = static_cast<std::size_t>(std::max(error.mark.line, 0));
  const auto column = static_cast<std::size_t>(std::max(error.mark.column, 0));
  Position position = source.position(line, column);
  const std::size_t offset = source.offset(line, column);
  YamlError words = explain_yaml_error(error.msg, source.rest_of_line(offset));
  const std::optional<std::size_t> quote = source.opening_quote(builder.last_scalar_offset());
  const std::optional<Position> bracket = builder.innermost_bracket();
  if (const auto tab = indenting_tab(source, position); tab && !bracket) {
    position = source.position_at(*tab);
    words = explain_yaml_error("illegal tab", "");
  } else if (error.msg.starts_with("illegal EOF in scalar")) {
    // The scalar has not arrived: its quote is the first behind the last one that has.
    const std::size_t opening = source.text().find_first_of("\"'", builder.last_scalar_end());
    if (opening != std::string_view::npos) position = source.position_at(opening);
  } else if (bracket &&
             source.text().find_first_not_of(" \t\r\n", offset) == std::string_view::npos) {
    position = *bracket;
    words = {"this bracket is never closed", ""};
  } else if (bracket && (error.msg.starts_with("end of map flow") ||
                         error.msg.starts_with("end of sequence flow"))) {
    words.hint = "the bracket that is open stands in line " + std::to_string(bracket->line) +
                 ", column " + std::to_string(bracket->column);
  } else if (quote && error.msg.starts_with("end of map not found")) {
    words.hint = hint_after_quote(source, *quote, position);
  }
  mistakes.add(position, std::move(words.message), std::move(words.hint));
}

}  // namespace

std::unique_ptr<Document> read_document(const std::string& text, Mistakes& mistakes, Tags tags) {
  if (text.size() > kMaxFileBytes) {
    mistakes.add({}, "the file is larger than " + std::to_string(kMaxFileBytes >> 20) + " MiB",
                 "put large data into files of its own");
    return nullptr;
  }
  const SourceText source(text);
  if (const auto foreign = source.foreign_byte()) {
    mistakes.add(foreign->first, "not a text file: " + std::string(foreign->second));
    return nullptr;
  }
  auto document = std::make_unique<Document>();
  TreeBuilder builder(source, *document, mistakes, tags);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Abandoned& reason) {
    mistakes.add(reason.position, reason.message, reason.hint);
    return nullptr;
  } catch (const YAML::ParserException& error) {
    report(error, builder, source, mistakes);
    return nullptr;
  }
  // yaml-cpp 0.7 takes the end of the file for the end of a quoted text.
  const auto quote = source.opening_quote(builder.last_scalar_offset());
  if (quote && !source.quote_closes(*quote)) {
    mistakes.add(source.position_at(*quote), "the quote is never closed");
    return nullptr;
  }
  return document;
}

}  // namespace bedlam::scenario
