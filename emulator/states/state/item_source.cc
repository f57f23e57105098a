#include "emulator/states/state/item_source.h"

#include <charconv>
#include <utility>

#include "emulator/aws/xml.h"
#include "emulator/states/language/timestamp.h"

namespace bedlam::states {
namespace {

// One object of a listing, spelled as AWS does (recorded).
Json listed_object(std::string_view contents) {
  std::int64_t size = 0;
  const std::string digits = aws::xml_text(contents, "Size");
  std::from_chars(digits.data(), digits.data() + digits.size(), size);
  const auto modified = parse_timestamp(aws::xml_text(contents, "LastModified"));
  return {{"Etag", aws::xml_text(contents, "ETag")},
          {"Key", aws::xml_text(contents, "Key")},
          {"LastModified", modified ? modified->seconds : 0},
          {"Size", size},
          {"StorageClass", aws::xml_text(contents, "StorageClass")}};
}

// "Bucket, Key, Size" → {"Bucket", "Key", "Size"}
std::vector<std::string> schema_fields(const std::string& schema) {
  std::vector<std::string> fields(1);
  for (const char c : schema) {
    if (c == ',') {
      fields.emplace_back();
    } else if (c != ' ') {
      fields.back() += c;
    }
  }
  return fields;
}

}  // namespace

ItemSource::ItemSource(Strand& strand, const ItemReader& reader, const Json& parameters,
                       std::size_t limit)
    : strand_(strand), reader_(reader), limit_(limit) {
  const bool lists = reader.source == ItemReader::Source::kListObjects;
  const std::string bucket = text_member(parameters, "Bucket");
  const std::string key = text_member(parameters, lists ? "Prefix" : "Key");
  if (bucket.empty() || (key.empty() && !lists)) {
    failure_ = "The field '" + std::string(bucket.empty() ? "Bucket" : "Key") +
               "' is required but was missing";
    return;
  }
  const Want::Kind kind = lists             ? Want::Kind::kPage
                          : reader.manifest ? Want::Kind::kManifest
                                            : Want::Kind::kObject;
  wanted_.push_back({kind, bucket, key});
}

bool ItemSource::step() {
  while (true) {
    if (call_) {
      if (!answer_) return false;
      const ObjectAnswer answer = *std::exchange(answer_, std::nullopt);
      call_.reset();
      take(asked_, answer);
    }
    if (failure_ || wanted_.empty() || items_.size() >= limit_) return true;
    asked_ = std::move(wanted_.front());
    wanted_.pop_front();
    calling_ = true;
    call_ =
        std::make_unique<ObjectCall>(strand_, call_for(asked_), [this](const ObjectAnswer& answer) {
          answer_ = answer;
          if (!calling_) strand_.wake();
        });
    calling_ = false;
  }
}

rpc::Call ItemSource::call_for(const Want& want) const {
  if (want.kind == Want::Kind::kPage) return list_objects_call(want.bucket, want.key, want.token);
  return get_object_call(want.bucket, want.key);
}

void ItemSource::take(const Want& want, const ObjectAnswer& answer) {
  if (!answer.ok()) {
    failure_ = answer.complaint();
    return;
  }
  switch (want.kind) {
    case Want::Kind::kObject:
      return take_object(want, answer.body);
    case Want::Kind::kPage:
      return take_page(want, answer.body);
    case Want::Kind::kManifest:
      return take_manifest(want, answer.body);
  }
}

void ItemSource::take_object(const Want& want, const std::string& body) {
  ItemReader of_inventory;
  if (!want.headers.empty()) {
    of_inventory.input = ItemReader::Input::kCsv;
    of_inventory.headers_given = true;
    of_inventory.headers = want.headers;
  }
  ReadItems read =
      read_items(want.headers.empty() ? reader_ : of_inventory, body, limit_ - items_.size());
  if (!read) {
    failure_ = read.error();
    return;
  }
  for (ReadItem& item : *read) {
    add(std::move(item.value), std::move(item.key), "S3://" + want.bucket + "/" + want.key);
  }
}

void ItemSource::take_page(const Want& want, const std::string& xml) {
  for (const std::string_view contents : aws::xml_blocks(xml, "Contents")) {
    if (reader_.load_and_flatten) {
      wanted_.push_back({Want::Kind::kObject, want.bucket, aws::xml_text(contents, "Key")});
    } else if (items_.size() < limit_) {
      add(listed_object(contents), std::nullopt, "S3://" + want.bucket);
    }
  }
  const std::string next = aws::xml_text(xml, "NextContinuationToken");
  if (!next.empty()) wanted_.push_back({Want::Kind::kPage, want.bucket, want.key, next});
}

// An S3 Inventory's is JSON; what Athena's UNLOAD leaves is a list of s3:// URIs.
void ItemSource::take_manifest(const Want& want, const std::string& body) {
  const Result<Json, JsonError> json = parse_json(body);
  if (json && json->is_object()) return take_inventory(*json, want.bucket);
  constexpr std::string_view kScheme = "s3://";
  for (const auto& row : csv_rows(body, ',', SIZE_MAX)) {
    const std::string_view uri = row.front();
    const std::size_t slash = uri.find('/', kScheme.size());
    if (!uri.starts_with(kScheme) || slash == std::string_view::npos) {
      failure_ = "The manifest file is not valid: " + std::string(uri);
      return;
    }
    wanted_.push_back({Want::Kind::kObject,
                       std::string(uri.substr(kScheme.size(), slash - kScheme.size())),
                       std::string(uri.substr(slash + 1))});
  }
}

void ItemSource::take_inventory(const Json& manifest, const std::string& bucket) {
  const std::vector<std::string> fields = schema_fields(text_member(manifest, "fileSchema"));
  const Json* files = find(manifest, "files");
  if (fields.front().empty() || files == nullptr || !files->is_array()) {
    failure_ = "The manifest file is not valid: it has no fileSchema or no files";
    return;
  }
  std::string from = text_member(manifest, "destinationBucket");
  from = from.substr(from.rfind(':') + 1);  // an ARN, or the name itself
  for (const Json& file : *files) {
    wanted_.push_back(
        {Want::Kind::kObject, from.empty() ? bucket : from, text_member(file, "key"), "", fields});
  }
}

void ItemSource::add(Json value, std::optional<std::string> key, std::string source) {
  items_.push_back(
      {items_.size(), std::move(key), make_payload(std::move(value)), std::move(source)});
}

}  // namespace bedlam::states
