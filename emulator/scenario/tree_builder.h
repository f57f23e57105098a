// Builds a Document's tree from what yaml-cpp's parser reports, within the bounds of document.h.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "emulator/scenario/document.h"
#include "emulator/scenario/source_text.h"

namespace bedlam::scenario {

// Ends the parse. An exception because that is the only way out of yaml-cpp's parser, as it ends
// itself; caught in read_document and nowhere else.
struct Abandoned : YAML::ParserException {
  Abandoned(Position where, std::string why, std::string how = "")
      : YAML::ParserException(YAML::Mark::null_mark(), why),
        position(where),
        message(std::move(why)),
        hint(std::move(how)) {}
  Position position;
  std::string message, hint;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const SourceText& source, Document& document, Mistakes& mistakes, Tags tags)
      : source_(source), document_(document), mistakes_(mistakes), tags_(tags) {}

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

  // For messages about what the parser refused.
  std::size_t last_scalar_offset() const { return last_scalar_offset_; }
  std::size_t last_scalar_end() const { return last_scalar_offset_ + last_scalar_bytes_; }
  std::optional<Position> innermost_bracket() const;

 private:
  struct Open {
    Node* node;
    bool flow;
    std::optional<Member> key;                 // waits for its value
    bool merging;                              // the key is <<
    std::map<std::string, std::size_t> lines;  // of the names so far
    std::vector<const Node*> merged;
    std::string function;  // of a template, that takes this node: "Join"
  };

  Position at(const YAML::Mark& mark) const {
    return source_.position(static_cast<std::size_t>(mark.line),
                            static_cast<std::size_t>(mark.column));
  }
  Node& make(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor);
  void open(Node& node, bool flow, std::string function);
  void close();
  static void make_placeholder(Node& node, std::string_view function);
  void attach(const Node& node, const YAML::Mark& mark);
  void take_key(Open& parent, const Node& node, const YAML::Mark& mark);
  void take_merge(Open& parent, const Node& node);
  void grow(std::size_t bytes, Position position);
  // "Sub" of the tag !Sub in a template; "" where the tag is none of those, which may be a mistake.
  std::string function_of(const std::string& tag, std::string_view expected, Position position);

  const SourceText& source_;
  Document& document_;
  Mistakes& mistakes_;
  Tags tags_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, const Node*> anchors_;
  YAML::Mark last_mark_;
  std::size_t last_scalar_offset_ = 0, last_scalar_bytes_ = 0;
  std::size_t total_bytes_ = 0;
  bool started_ = false;
};

}  // namespace bedlam::scenario
