// buckets: what stands in Amazon S3 before the first step.
#include "emulator/aws/bucket_name.h"
#include "emulator/scenario/sections.h"
#include "emulator/scenario/shape_tables.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

// S3 user guide, "Naming Amazon S3 objects": "at most 1,024 bytes long".
constexpr std::size_t kMaxObjectKeyBytes = 1'024;
// All objects of a scenario together. Ours: a quarter of what the emulator's S3 holds.
constexpr std::size_t kMaxBucketBytes = std::size_t{256} * 1024 * 1024;
constexpr std::string_view kLineNumber = "{n}";

// `each` as often as is asked for, with the number of the line for {n}.
std::optional<std::string> read_generated_lines(const Node& node, Reader& reader) {
  const Fields fields(node, object("generated lines"), reader.mistakes);
  const Node* count_node = fields.get("count");
  const Node* each_node = fields.get("each");
  if (count_node == nullptr || each_node == nullptr) return std::nullopt;
  const auto count = read_integer(*count_node, 1, "count", reader.mistakes);
  const auto each = read_text(*each_node, "each", reader.mistakes);
  if (!count || !each) return std::nullopt;
  std::string text;
  if (const Node* header = fields.get("header")) {
    text = read_text(*header, "header", reader.mistakes).value_or("") + "\n";
  }
  for (int n = 1; n <= *count && text.size() <= kMaxBucketBytes; ++n) {
    std::size_t from = 0;
    for (std::size_t at = each->find(kLineNumber); at != std::string::npos;
         at = each->find(kLineNumber, from)) {
      text.append(*each, from, at - from);
      text += std::to_string(n);
      from = at + kLineNumber.size();
    }
    text.append(*each, from);
    text += '\n';
  }
  return text;
}

std::optional<std::string> read_body(const Fields& fields, Reader& reader) {
  if (const Node* text = fields.get("text")) return read_text(*text, "text", reader.mistakes);
  if (const Node* json = fields.get("json")) return to_text(to_json(*json, reader.mistakes));
  if (const Node* lines = fields.get("lines")) return read_generated_lines(*lines, reader);
  const Node* file = fields.get("file");
  auto read = file == nullptr ? std::nullopt : read_named_file(*file, "file", reader);
  return read ? std::optional(std::move(read->text)) : std::nullopt;
}

std::optional<StoredObject> read_object(const Member& member, Reader& reader) {
  if (member.name.empty() || member.name.size() > kMaxObjectKeyBytes) {
    reader.mistakes.add(member.position, "'" + member.name + "' cannot be the key of an object",
                        "a key has 1 to 1,024 bytes");
  }
  if (member.value->kind == Node::Kind::kScalar) {
    auto text = read_text(*member.value, "an object", reader.mistakes);
    if (!text) return std::nullopt;
    return StoredObject{member.name, std::move(*text), ""};
  }
  const Fields fields(*member.value, object("stored object"), reader.mistakes);
  std::optional<std::string> body = read_body(fields, reader);
  if (!body) return std::nullopt;
  StoredObject stored{member.name, std::move(*body), ""};
  if (const Node* type = fields.get("content_type")) {
    stored.content_type = read_text(*type, "content_type", reader.mistakes).value_or("");
  }
  return stored;
}

std::vector<StoredObject> read_objects(const Node& node, Reader& reader) {
  std::vector<StoredObject> objects;
  if (node.kind == Node::Kind::kScalar) {
    auto files = read_named_directory(node, "a bucket's directory", reader);
    if (!files) return objects;
    for (FileText& file : *files) {
      objects.push_back({std::move(file.path), std::move(file.text), ""});
    }
    return objects;
  }
  for (const Member& member : read_map(node, "a bucket", reader.mistakes)) {
    if (auto stored = read_object(member, reader)) objects.push_back(std::move(*stored));
  }
  return objects;
}

}  // namespace

std::vector<Bucket> read_buckets(const Node& node, Reader& reader) {
  std::vector<Bucket> buckets;
  std::size_t bytes = 0;
  for (const Member& member : read_map(node, "buckets", reader.mistakes)) {
    if (!aws::is_bucket_name(member.name)) {
      reader.mistakes.add(member.position, "'" + member.name + "' cannot be the name of a bucket",
                          "a name has 3 to 63 small letters, digits, periods and hyphens, and "
                          "begins and ends with a letter or digit");
    }
    Bucket bucket{member.name, read_objects(*member.value, reader)};
    for (const StoredObject& stored : bucket.objects) bytes += stored.body.size();
    if (bytes > kMaxBucketBytes) {
      reader.mistakes.add(member.position, "the objects of this scenario are too large",
                          "together they have at most 256 MiB");
      return buckets;
    }
    buckets.push_back(std::move(bucket));
  }
  return buckets;
}

std::vector<Object> bucket_objects() {
  return {
      {"stored object",
       "an object",
       "An object of a bucket.",
       {{"text", "text", "What it holds."},
        {"json", "any", "The same as JSON."},
        {"file", "path", "The same from a file."},
        {"lines", "generated lines", "Lines that are made, for long lists."},
        {"content_type", "text", "Its media type; S3's binary/octet-stream by default."}},
       {{true, {"text", "json", "file", "lines"}}}},
      {"generated lines",
       "generated lines",
       "A line many times over.",
       {{"count", "positive", "How many.", true},
        {"each", "text", "The line; `{n}` in it stands for its number, from 1.", true},
        {"header", "text", "A first line of its own."}},
       {}},
  };
}

}  // namespace bedlam::scenario
