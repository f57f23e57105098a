#include "emulator/scenario/tree_builder.h"

#include <algorithm>

namespace bedlam::scenario {
namespace {

constexpr std::size_t kNodeBytes = 64;  // what a node weighs before its text

}  // namespace

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (started_) {
    const std::string_view line = source_.rest_of_line(
        source_.offset(static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column)));
    if (line.starts_with("---")) {
      throw Abandoned(at(mark), "a second document begins here", "a scenario file holds one");
    }
    throw Abandoned(at(mark), "this does not continue what stands above",
                    "lines that belong together begin in the same column");
  }
  started_ = true;
}

void TreeBuilder::grow(std::size_t bytes, Position position) {
  total_bytes_ += bytes;
  if (total_bytes_ > kMaxExpandedBytes) {
    throw Abandoned(position, "the file is too large with its aliases written out",
                    "put large data into files of its own");
  }
}

Node& TreeBuilder::make(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
  Node& node = document_.add();
  node.kind = kind;
  node.position = at(mark);
  node.expanded_bytes = kNodeBytes;
  if (anchor != YAML::NullAnchor) anchors_[anchor] = &node;
  grow(kNodeBytes, node.position);
  last_mark_ = mark;
  return node;
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Node& node = make(Node::Kind::kNull, mark, anchor);
  // The parser notices a missing value only where the next thing begins.
  const bool has_key = !open_.empty() && open_.back().key.has_value();
  if (has_key && open_.back().key->position.line != node.position.line) {
    node.position = open_.back().key->position;
  }
  attach(node, mark);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const Node* node = anchors_.at(anchor);
  const bool inside =
      std::any_of(open_.begin(), open_.end(), [&](const Open& open) { return open.node == node; });
  if (inside) throw Abandoned(at(mark), "an alias cannot stand inside its own anchor");
  if (open_.size() + node->height > kMaxNesting) throw Abandoned(at(mark), "nested too deeply");
  grow(node->expanded_bytes, at(mark));
  attach(*node, mark);
}

std::string TreeBuilder::function_of(const std::string& tag, std::string_view expected,
                                     Position position) {
  if (tag.empty() || tag == "?" || tag == "!" || tag == expected) return "";
  if (tags_ == Tags::kTemplate && tag.starts_with("!")) return tag.substr(1);
  constexpr std::string_view kStandard = "tag:yaml.org,2002:";
  const std::string shown = tag.starts_with(kStandard) ? "!!" + tag.substr(kStandard.size()) : tag;
  mistakes_.add(position, "the tag " + shown + " means nothing here",
                "leave it out, or put the text in quotes if it begins with !");
  return "";
}

// `!Sub` takes a text, or a list of it and its variables, `!Join` what stands between and a list of
// pieces; what any other gives is not known here.
void TreeBuilder::make_placeholder(Node& node, std::string_view function) {
  if (function == "Sub" && node.kind == Node::Kind::kScalar) return;
  if (function == "Sub" && node.kind == Node::Kind::kList && !node.items.empty()) {
    node.text = node.items[0]->text;
  } else if (function == "Join" && node.kind == Node::Kind::kList && node.items.size() == 2 &&
             node.items[1]->kind == Node::Kind::kList) {
    node.text.clear();
    for (const Node* piece : node.items[1]->items) {
      if (!node.text.empty()) node.text += node.items[0]->text;
      node.text += piece->kind == Node::Kind::kScalar ? piece->text : "${Join}";
    }
  } else {
    const bool named = node.kind == Node::Kind::kScalar && !node.text.empty();
    node.text = "${" + (named ? node.text : std::string(function)) + "}";
  }
  node.kind = Node::Kind::kScalar;
  node.plain = false;
  node.items.clear();
  node.members.clear();
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  Node& node = make(Node::Kind::kScalar, mark, anchor);
  node.text = value;
  node.plain = tag == "?" || tag == "tag:yaml.org,2002:int" || tag == "tag:yaml.org,2002:float" ||
               tag == "tag:yaml.org,2002:bool" || tag == "tag:yaml.org,2002:null";
  if (!node.plain) {
    const std::string function = function_of(tag, "tag:yaml.org,2002:str", node.position);
    if (!function.empty()) make_placeholder(node, function);
  }
  node.expanded_bytes += value.size();
  grow(value.size(), node.position);
  last_scalar_offset_ =
      source_.offset(static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column));
  last_scalar_bytes_ = value.size();
  attach(node, mark);
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
  Node& node = make(Node::Kind::kList, mark, anchor);
  open(node, style == YAML::EmitterStyle::Flow,
       function_of(tag, "tag:yaml.org,2002:seq", node.position));
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value style) {
  Node& node = make(Node::Kind::kMap, mark, anchor);
  open(node, style == YAML::EmitterStyle::Flow,
       function_of(tag, "tag:yaml.org,2002:map", node.position));
}

void TreeBuilder::open(Node& node, bool flow, std::string function) {
  if (open_.size() == kMaxNesting) throw Abandoned(node.position, "nested too deeply");
  node.height = 1;
  open_.push_back({&node, flow, {}, false, {}, {}, std::move(function)});
}

void TreeBuilder::close() {
  Node& node = *open_.back().node;
  if (!open_.back().function.empty()) make_placeholder(node, open_.back().function);
  open_.pop_back();
  attach(node, last_mark_);
}

void TreeBuilder::OnMapEnd() {
  Open& map = open_.back();
  for (const Node* merged : map.merged) {
    for (const Member& member : merged->members) {
      if (!map.lines.emplace(member.name, member.position.line).second) continue;
      const std::size_t bytes = member.name.size() + member.value->expanded_bytes;
      grow(bytes, map.node->position);
      map.node->expanded_bytes += bytes;
      map.node->height = std::max(map.node->height, member.value->height + 1);
      map.node->members.push_back(member);
    }
  }
  close();
}

void TreeBuilder::attach(const Node& node, const YAML::Mark& mark) {
  if (open_.empty()) {
    document_.root = &node;
    return;
  }
  Open& parent = open_.back();
  if (parent.node->kind == Node::Kind::kMap && !parent.key) {
    take_key(parent, node, mark);
    return;
  }
  parent.node->expanded_bytes += node.expanded_bytes;
  parent.node->height = std::max(parent.node->height, node.height + 1);
  if (parent.node->kind == Node::Kind::kList) {
    parent.node->items.push_back(&node);
    return;
  }
  Member member = std::move(*parent.key);
  parent.key.reset();
  if (parent.merging) {
    take_merge(parent, node);
    return;
  }
  const auto [first, is_new] = parent.lines.emplace(member.name, member.position.line);
  if (!is_new) {
    mistakes_.add(member.position, "'" + member.name + "' stands here a second time",
                  "the first is in line " + std::to_string(first->second));
    return;
  }
  member.value = &node;
  parent.node->members.push_back(std::move(member));
}

void TreeBuilder::take_key(Open& parent, const Node& node, const YAML::Mark& mark) {
  std::string name = node.text;
  if (node.kind == Node::Kind::kNull) {
    // Only the words for null are keys; nothing at all is a mistake.
    const std::string_view rest = source_.rest_of_line(
        source_.offset(static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column)));
    for (const std::string_view word : {"null", "Null", "NULL", "~"}) {
      if (rest.starts_with(word)) name = word;
    }
    if (name.empty()) throw Abandoned(node.position, "a key is missing before ':'");
  } else if (node.kind != Node::Kind::kScalar) {
    throw Abandoned(node.position, "a key is a text, not a list or an object",
                    "a text that begins with { or [ stands in quotes");
  }
  if (name.size() > kMaxKeyBytes) throw Abandoned(node.position, "this key is too long");
  parent.merging = node.plain && name == "<<";
  parent.node->expanded_bytes += name.size();
  parent.key = Member{std::move(name), node.position, nullptr};
}

void TreeBuilder::take_merge(Open& parent, const Node& node) {
  const std::vector<const Node*> one{&node};
  for (const Node* merged : node.kind == Node::Kind::kList ? node.items : one) {
    if (merged->kind == Node::Kind::kMap) {
      parent.merged.push_back(merged);
    } else {
      mistakes_.add(merged->position, "'<<' merges an object, or a list of objects");
    }
  }
}

std::optional<Position> TreeBuilder::innermost_bracket() const {
  if (open_.empty() || !open_.back().flow) return std::nullopt;
  return open_.back().node->position;
}

const Member* Node::find(std::string_view name) const {
  const auto member =
      std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.name == name; });
  return member == members.end() ? nullptr : &*member;
}

}  // namespace bedlam::scenario
