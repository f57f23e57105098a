#include "emulator/states/state/item_formats.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>

namespace bedlam::states {
namespace {

constexpr std::string_view kNotIterable = "Attempting to map over non-iterable node.";

// Reads rows of CSV, one character after the other.
class CsvReader {
 public:
  CsvReader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

  std::vector<std::vector<std::string>> rows(std::size_t limit) {
    std::vector<std::vector<std::string>> all;
    while (at_ < text_.size() && all.size() < limit) {
      if (skip_line_end()) continue;  // an empty row
      all.push_back(row());
    }
    return all;
  }

 private:
  bool skip_line_end() {
    if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
    if (text_[at_] != '\n' && text_[at_] != '\r') return false;
    ++at_;
    return true;
  }

  std::vector<std::string> row() {
    std::vector<std::string> fields(1);
    while (at_ < text_.size() && !skip_line_end()) {
      const char c = text_[at_++];
      if (c == delimiter_) {
        fields.emplace_back();
      } else if (c == '"' && fields.back().empty()) {
        quoted(fields.back());
      } else if (c == '\\') {
        escaped(fields.back());
      } else {
        fields.back() += c;
      }
    }
    return fields;
  }

  // Up to the closing quote; `""` is one.
  void quoted(std::string& field) {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') {
        if (at_ >= text_.size() || text_[at_] != '"') return;
        field += text_[at_++];
      } else if (c == '\\') {
        escaped(field);
      } else {
        field += c;
      }
    }
  }

  // "\" escapes itself, the quote and the delimiter; before anything else it vanishes.
  void escaped(std::string& field) {
    if (at_ >= text_.size()) return;
    const char c = text_[at_];
    if (c != '\\' && c != '"' && c != delimiter_) return;
    field += c;
    ++at_;
  }

  std::string_view text_;
  char delimiter_;
  std::size_t at_ = 0;
};

// java.lang.String.hashCode over UTF-16 units.
std::uint32_t java_hash(std::string_view text) {
  std::uint32_t hash = 0;
  const auto add = [&](std::uint32_t unit) { hash = hash * 31 + unit; };
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    constexpr std::array<unsigned, 4> kMasks{0x7f, 0x1f, 0x0f, 0x07};
    std::uint32_t point = lead & kMasks[more];
    for (std::size_t k = 1; k <= more && i + k < text.size(); ++k) {
      point = (point << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
    }
    if (point >= 0x10000) {
      add(0xd800 + ((point - 0x10000) >> 10U));
      add(0xdc00 + ((point - 0x10000) & 0x3ffU));
    } else {
      add(point);
    }
    i += more + 1;
  }
  return hash;
}

// Where a HashMap of that many entries keeps the text.
std::size_t java_bucket(std::string_view text, std::size_t entries) {
  std::size_t capacity = 16;                         // HashMap's first, doubled
  while (entries > capacity * 3 / 4) capacity *= 2;  // past a load of 0.75
  const std::uint32_t hash = java_hash(text);
  return (hash ^ (hash >> 16U)) & (capacity - 1);
}

ReadItems read_csv(const ItemReader& reader, const std::string& body, std::size_t limit) {
  const std::size_t rows_wanted = limit == SIZE_MAX ? limit : limit + 1;
  std::vector<std::vector<std::string>> rows = csv_rows(body, reader.delimiter, rows_wanted);
  std::vector<std::string> headers = reader.headers;
  std::size_t first = 0;
  if (!reader.headers_given) {
    if (rows.empty()) return std::vector<ReadItem>{};
    headers = rows.front();
    first = 1;
  }
  const std::set<std::string> distinct(headers.begin(), headers.end());
  if (distinct.size() < headers.size())
    return std::string("CSV headers cannot contain duplicates.");
  std::vector<ReadItem> items;
  for (std::size_t i = first; i < rows.size() && items.size() < limit; ++i) {
    items.push_back({std::nullopt, csv_item(headers, rows[i])});
  }
  return items;
}

ReadItems read_json_lines(const std::string& body, std::size_t limit) {
  std::vector<ReadItem> items;
  std::string_view rest = body;
  for (std::size_t line = 1; !rest.empty() && items.size() < limit; ++line) {
    const std::size_t end = rest.find('\n');
    const std::string_view text = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    Result<Json, JsonError> value = parse_json(text);
    if (!value) {
      return "Unable to parse line " + std::to_string(line) + " as JSON: " + value.error().message;
    }
    items.push_back({std::nullopt, *std::move(value)});
  }
  return items;
}

ReadItems read_json(const ItemReader& reader, const std::string& body, std::size_t limit) {
  Result<Json, JsonError> parsed = parse_json(body);
  if (!parsed) return "Unable to parse the object as JSON: " + parsed.error().message;
  Json* node = &*parsed;
  if (reader.items_pointer) {
    const auto pointer = Json::json_pointer(*reader.items_pointer);
    if (!node->contains(pointer)) {
      return "The ItemsPointer '" + *reader.items_pointer + "' does not match any node.";
    }
    node = &node->at(pointer);
  }
  std::vector<ReadItem> items;
  if (node->is_array()) {
    for (Json& value : *node) {
      if (items.size() == limit) break;
      items.push_back({std::nullopt, std::move(value)});
    }
  } else if (node->is_object()) {
    for (auto& [key, value] : node->get_ref<Json::object_t&>()) {
      if (items.size() == limit) break;
      items.push_back({key, std::move(value)});
    }
  } else {
    return std::string(kNotIterable);
  }
  return items;
}

}  // namespace

std::vector<std::vector<std::string>> csv_rows(std::string_view text, char delimiter,
                                               std::size_t limit) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return CsvReader(text, delimiter).rows(limit);
}

// Short rows are filled up with "", long ones cut.
Json csv_item(const std::vector<std::string>& headers, const std::vector<std::string>& row) {
  std::vector<std::size_t> order(headers.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return java_bucket(headers[a], headers.size()) < java_bucket(headers[b], headers.size());
  });
  Json item = Json::object();
  for (const std::size_t i : order) item[headers[i]] = i < row.size() ? row[i] : "";
  return item;
}

std::optional<std::string> unpacked(const std::string& body) {
  if (!body.starts_with("\x1f\x8b")) return body;
  z_stream stream{};
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  if (inflateInit2(&stream, kGzipOnly) != Z_OK) return std::nullopt;
  std::string packed = body;  // zlib's type takes no constant bytes
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string text;
  std::array<char, 65'536> piece{};
  int status = Z_OK;
  while (status == Z_OK && text.size() <= kMaxUnpackedBytes) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    status = inflate(&stream, Z_NO_FLUSH);
    text.append(piece.data(), piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END) return std::nullopt;
  return text;
}

ReadItems read_items(const ItemReader& reader, const std::string& body, std::size_t limit) {
  const std::optional<std::string> text = unpacked(body);
  if (!text) return std::string("The object could not be decompressed.");
  switch (reader.input) {
    case ItemReader::Input::kCsv:
      return read_csv(reader, *text, limit);
    case ItemReader::Input::kJsonl:
      return read_json_lines(*text, limit);
    case ItemReader::Input::kParquet:
      return std::string("Bedlam does not read Parquet: give it the same rows as CSV or JSONL.");
    case ItemReader::Input::kJson:
      break;
  }
  return read_json(reader, *text, limit);
}

}  // namespace bedlam::states
