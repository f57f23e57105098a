// The items of a distributed Map that its ItemReader reads from Amazon S3: an object, a listing, or
// the files that a manifest names, one call after the other.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/states/state/item_formats.h"
#include "emulator/states/state/object_call.h"

namespace bedlam::states {

class ItemSource {
 public:
  // Borrows both. `parameters`: Bucket, and Key or Prefix. At most `limit` items.
  ItemSource(Strand& strand, const ItemReader& reader, const Json& parameters, std::size_t limit);

  // Takes what was answered and asks for the next; the strand is woken when that is answered later.
  // True: everything is read, or it has failed.
  bool step();
  // The cause of States.ItemReaderFailed.
  const std::optional<std::string>& failure() const { return failure_; }
  std::vector<MapItem>& items() { return items_; }

 private:
  struct Want {
    enum class Kind { kObject, kPage, kManifest };
    Kind kind = Kind::kObject;
    std::string bucket, key;             // of a page: the prefix
    std::string token{};                 // of a page
    std::vector<std::string> headers{};  // of a file of an inventory
  };

  rpc::Call call_for(const Want& want) const;
  void take(const Want& want, const ObjectAnswer& answer);
  void take_object(const Want& want, const std::string& body);
  void take_page(const Want& want, const std::string& xml);
  void take_manifest(const Want& want, const std::string& body);
  void take_inventory(const Json& manifest, const std::string& bucket);
  void add(Json value, std::optional<std::string> key, std::string source);

  Strand& strand_;
  const ItemReader& reader_;
  std::size_t limit_;
  std::deque<Want> wanted_;
  Want asked_;
  std::unique_ptr<ObjectCall> call_;
  std::optional<ObjectAnswer> answer_;
  bool calling_ = false;
  std::vector<MapItem> items_;
  std::optional<std::string> failure_;
};

}  // namespace bedlam::states
