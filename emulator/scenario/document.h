// YAML as a tree with positions: what yaml-cpp's parser reports, checked and bounded, before
// anybody asks what it means. YAML 1.2 with the core schema (yaml.org/spec/1.2.2, chapter 10.3),
// anchors, aliases and merge keys (yaml.org/type/merge.html); one document, keys are scalars,
// written once.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/scenario/mistakes.h"

namespace bedlam::scenario {

// Bounds of one file, so that no input can take the machine's memory or the stack. Ours: a scenario
// is written by hand; larger data belongs into files beside it.
inline constexpr std::size_t kMaxFileBytes = 4 * 1024 * 1024;
inline constexpr std::size_t kMaxNesting = 100;  // yaml-cpp itself gives up at 500
inline constexpr std::size_t kMaxKeyBytes = 1024;
inline constexpr std::size_t kMaxExpandedBytes = 32 * 1024 * 1024;  // with every alias written out

struct Node;

struct Member {
  std::string name;
  Position position;  // of the key
  const Node* value;
};

struct Node {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  Position position;
  std::string text;    // of a scalar
  bool plain = false;  // a scalar without quotes: the core schema says what it is
  std::vector<const Node*> items;
  std::vector<Member> members;  // in order; merged ones behind the node's own
  // Of the node with every alias below it written out.
  std::size_t expanded_bytes = 0, height = 0;

  const Member* find(std::string_view name) const;
};

// Owns all nodes; an alias is a second pointer to one of them, and never makes a cycle.
class Document {
 public:
  Node& add() { return nodes_.emplace_back(); }
  const Node* root = nullptr;  // nullptr: the text has no content

 private:
  std::deque<Node> nodes_;
};

// What becomes of tags that YAML itself does not know. In templates of AWS CloudFormation they are
// its functions: there `!Sub text` is its text, `!Join` its pieces, and what any other gives, `!Ref
// X`, is the placeholder `${X}`.
enum class Tags { kMistakes, kTemplate };

// The document of `text`; nullptr where it is no YAML that we take, with the reason in `mistakes`.
// Duplicate keys and unknown tags are reported too, but leave a document to go on with.
std::unique_ptr<Document> read_document(const std::string& text, Mistakes& mistakes,
                                        Tags tags = Tags::kMistakes);

}  // namespace bedlam::scenario
