// A Map state as it is written. map_fields.cc reads it, map.cc runs it inline, map_run_frame.cc
// distributed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/states/machine/definition.h"
#include "emulator/states/machine/parse.h"
#include "emulator/states/machine/strand.h"

namespace bedlam::states {

struct Trial;

// A number however it is written: plainly, as a path, or as an expression.
struct MapNumber {
  std::string name;
  bool is_float = false;
  std::optional<double> fixed;
  std::optional<Path> path;
  std::optional<JsonataTemplate> expression;

  bool is_given() const { return fixed || path || expression; }
  // 0 where it is not given.
  Result<double, Failure> value(Strand& strand, const Json& input) const;
};

// ItemReader (developer guide, "ItemReader (Map)").
struct ItemReader {
  enum class Source { kGetObject, kListObjects };
  enum class Input { kJson, kJsonl, kCsv, kParquet };

  Source source = Source::kGetObject;
  Input input = Input::kJson;          // of a manifest: of the files that it names
  bool manifest = false;               // what is read names the files to read
  std::optional<Template> parameters;  // or Arguments
  bool headers_given = false;          // CSVHeaderLocation GIVEN
  std::vector<std::string> headers;
  char delimiter = ',';
  std::optional<std::string> items_pointer;
  bool load_and_flatten = false;  // Transformation of a listing: what the objects hold
  MapNumber max_items;
};

// ItemBatcher: several items for one child execution.
struct ItemBatcher {
  MapNumber max_items, max_bytes;
  std::optional<Template> batch_input;
};

// ResultWriter: where results go, and in which form.
struct ResultWriter {
  enum class Transformation { kNone, kCompact, kFlatten };

  bool exports = false;                // has a Resource
  std::optional<Template> parameters;  // or Arguments: Bucket, Prefix
  std::optional<Transformation> transformation;
  bool json_lines = false;

  // By default as they are where they are exported, compact where not.
  Transformation form() const {
    return transformation.value_or(exports ? Transformation::kNone : Transformation::kCompact);
  }
};

// What a distributed Map has beside an inline one.
struct Distribution {
  std::string label;                             // "" : one is made up
  bool express = false;                          // the children
  std::shared_ptr<const Definition> definition;  // of the children
  std::optional<ItemReader> reader;
  std::optional<ItemBatcher> batcher;
  std::optional<ResultWriter> writer;
};

class Map final : public State {
 public:
  using State::State;
  Outcome run(Strand& strand) const override;

  std::optional<Path> items_path;
  std::optional<JsonataTemplate> items_expression;  // of a JSONata state
  MapNumber max_concurrency;                        // 0: as many as there may be
  MapNumber tolerated_count, tolerated_percentage;
  std::unique_ptr<StatesBlock> processor;  // null where it is distributed
  std::optional<Distribution> distribution;

  // MaxConcurrency; a failure where it is negative.
  Result<double, Failure> concurrency(Strand& strand, const Json& input) const;
  // The input of one item's iteration or child: as ItemSelector makes it. `input`: the state's.
  Result<Payload, Failure> item_input(Strand& strand, const Payload& input,
                                      const MapItem& item) const;

 private:
  Outcome run_alone(Strand& strand, const Json& input, Trial& trial) const;
  // map_run_frame.cc
  Outcome run_distributed(Strand& strand, const Payload& input) const;
  Outcome redrive_distributed(Strand& strand, const Payload& input, const KeptMapRun& kept) const;
  std::optional<Failure> note_items(Strand& strand, const Payload& input, const Trial& trial) const;
  bool fails_too_often(const Trial& trial) const;
  std::string not_a_list() const;
  Result<Json, Failure> list_of(Strand& strand, const Json& input) const;
  Result<std::vector<MapItem>, Failure> items_of(Strand& strand, const Json& input) const;
};

// "The Inline mode supports concurrent iterations of up to 40."
inline constexpr std::size_t kMaxInlineConcurrency = 40;
// "… runs up to 10,000 parallel child workflow executions" (developer guide, distributed mode).
inline constexpr std::size_t kMaxDistributedConcurrency = 10'000;

extern const StateKind kMapKind;
std::unique_ptr<State> read_map(const Fields& fields, std::string name);

}  // namespace bedlam::states
