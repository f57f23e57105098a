// Reading a Map state: what both modes share, and what only Distributed mode has.
#include <algorithm>
#include <array>
#include <set>

#include "emulator/states/state/catalog.h"
#include "emulator/states/state/map.h"

namespace bedlam::states {
namespace {

// "MaxItems … up to 100,000,000"; larger ones are accepted and mean all (recorded).
constexpr std::int64_t kMaxWritten = INT64_MAX;
// Developer guide, "ItemBatcher (Map)": MaxInputBytesPerBatch.
constexpr std::int64_t kMaxBatchBytes = 262'144;
constexpr std::size_t kMaxLabel = 40;

template <typename Value>
struct Word {
  std::string_view word;
  Value value;
};

// nullopt: MANIFEST, whose files are CSV.
constexpr std::array<Word<std::optional<ItemReader::Input>>, 5> kInputTypes{
    {{"CSV", ItemReader::Input::kCsv},
     {"JSON", ItemReader::Input::kJson},
     {"JSONL", ItemReader::Input::kJsonl},
     {"MANIFEST", std::nullopt},
     {"PARQUET", ItemReader::Input::kParquet}}};
constexpr std::array<Word<char>, 5> kDelimiters{
    {{"COMMA", ','}, {"PIPE", '|'}, {"SEMICOLON", ';'}, {"SPACE", ' '}, {"TAB", '\t'}}};
constexpr std::array<Word<ResultWriter::Transformation>, 3> kTransformations{
    {{"NONE", ResultWriter::Transformation::kNone},
     {"COMPACT", ResultWriter::Transformation::kCompact},
     {"FLATTEN", ResultWriter::Transformation::kFlatten}}};
constexpr std::array<Word<bool>, 2> kOutputTypes{{{"JSON", false}, {"JSONL", true}}};
constexpr std::array<Word<bool>, 2> kHeaderLocations{{{"FIRST_ROW", false}, {"GIVEN", true}}};
constexpr std::array<Word<bool>, 2> kExecutionTypes{{{"STANDARD", false}, {"EXPRESS", true}}};
constexpr std::array<Word<bool>, 2> kListTransformations{
    {{"NONE", false}, {"LOAD_AND_FLATTEN", true}}};

// One of the words; refused in AWS's manner where it is another.
template <typename Value, std::size_t Count>
std::optional<Value> read_word(const Fields& fields, std::string_view name,
                               const std::array<Word<Value>, Count>& words) {
  const std::optional<std::string> text = fields.text(name);
  if (!text) return std::nullopt;
  std::string allowed;
  for (const Word<Value>& word : words) {
    if (word.word == *text) return word.value;
    allowed += (allowed.empty() ? "" : ", ") + std::string(word.word);
  }
  fields.refuse(name, "The field '" + std::string(name) + "' should have one of these values: [" +
                          allowed + "]");
  return std::nullopt;
}

// The object of that name; nothing where it is absent or something else.
std::optional<Fields> inner(const Fields& fields, std::string_view name) {
  const Json* json = fields.get(name);
  if (json == nullptr) return std::nullopt;
  if (json->is_object()) return Fields(fields.parse, *json, fields.at(name), fields.jsonata);
  fields.refuse(name, "Expected value of type Object");
  return std::nullopt;
}

MapNumber read_number(const Fields& fields, std::string_view name, std::string_view path_name,
                      bool is_float = false, std::int64_t max = kMaxWritten) {
  MapNumber number;
  number.name = name;
  number.is_float = is_float;
  number.expression = fields.jsonata_expression(name);
  if (!number.expression) {
    if (is_float) {
      constexpr double kMaxPercentage = 100;
      number.fixed = fields.number(name, 0, kMaxPercentage);
    } else if (const auto fixed = fields.integer(name, 0, max)) {
      number.fixed = static_cast<double>(*fixed);
    }
  }
  if (fields.jsonata) return number;
  fields.at_most_one({name, path_name});
  number.path = fields.path(path_name, Fields::PathKind::kReference);
  return number;
}

// Items or ItemsPath, and what becomes of each.
void read_items(const Fields& fields, Map& map) {
  if (fields.jsonata) {
    map.flow.parameters = fields.value_template("ItemSelector");
    if (auto items = fields.value_template("Items")) {
      map.items_expression = std::get<JsonataTemplate>(*std::move(items));
    }
    check_states(fields, "Items", Sees::kInput);
    check_states(fields, "ItemSelector", Sees::kInput);
    return;
  }
  fields.at_most_one({"ItemSelector", "Parameters"});
  map.flow.parameters =
      fields.value_template(fields.has("ItemSelector") ? "ItemSelector" : "Parameters");
  map.items_path = fields.path("ItemsPath", Fields::PathKind::kReference);
}

// The part of a Resource behind "arn:<partition>:states:::".
std::string resource_of(const Fields& fields) {
  const std::string text = fields.text("Resource").value_or("");
  constexpr std::string_view kStates = ":states:::";
  const std::size_t at = text.find(kStates);
  if (!text.starts_with("arn:") || at == std::string::npos) return "";
  return text.substr(at + kStates.size());
}

void refuse_resource(const Fields& fields) {
  if (!fields.has("Resource")) return;
  fields.refuse("Resource", "The resource provided " + fields.text("Resource").value_or("") +
                                " is not recognized. The value is not a valid resource ARN, or the "
                                "resource is not available in this region.");
}

void read_csv_fields(const Fields& config, ItemReader& reader) {
  reader.headers_given = read_word(config, "CSVHeaderLocation", kHeaderLocations).value_or(false);
  reader.delimiter = read_word(config, "CSVDelimiter", kDelimiters).value_or(',');
  const Json* headers = config.get("CSVHeaders");
  if (headers == nullptr) {
    if (reader.headers_given) config.require({"CSVHeaders"});
    return;
  }
  const bool is_list =
      headers->is_array() && std::all_of(headers->begin(), headers->end(),
                                         [](const Json& header) { return header.is_string(); });
  if (is_list) {
    reader.headers = headers->get<std::vector<std::string>>();
  } else {
    config.refuse("CSVHeaders", "Expected value of type Array of Strings");
  }
}

// RFC 6901; the root is none that AWS takes.
bool is_json_pointer(std::string_view text) {
  if (!text.starts_with('/')) return false;
  for (std::size_t at = text.find('~'); at != std::string_view::npos; at = text.find('~', at + 1)) {
    if (at + 1 >= text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return false;
  }
  return true;
}

void read_reader_config(const Fields& config, ItemReader& reader) {
  const bool lists = reader.source == ItemReader::Source::kListObjects;
  if (lists) {
    reader.load_and_flatten =
        read_word(config, "Transformation", kListTransformations).value_or(false);
    if (reader.load_and_flatten) config.require({"InputType"});
  } else if (!config.has("ManifestType")) {
    config.require({"InputType"});
  }
  const auto type = read_word(config, "InputType", kInputTypes);
  reader.manifest = config.has("ManifestType") || (type && !*type);
  reader.input = type              ? type->value_or(ItemReader::Input::kCsv)
                 : reader.manifest ? ItemReader::Input::kCsv
                                   : ItemReader::Input::kJson;
  read_csv_fields(config, reader);
  reader.items_pointer = config.text("ItemsPointer");
  if (reader.items_pointer && !is_json_pointer(*reader.items_pointer)) {
    config.refuse("ItemsPointer", "Value is not a JSON Pointer: " + *reader.items_pointer);
    reader.items_pointer.reset();
  }
  reader.max_items = read_number(config, "MaxItems", "MaxItemsPath");
}

void read_item_reader(const Fields& map, Distribution& distribution) {
  const auto fields = inner(map, "ItemReader");
  if (!fields || !fields->require({"Resource"})) return;
  ItemReader reader;
  const std::string resource = resource_of(*fields);
  if (resource == "s3:listObjectsV2") {
    reader.source = ItemReader::Source::kListObjects;
  } else if (resource != "s3:getObject") {
    refuse_resource(*fields);
    return;
  }
  reader.max_items.name = "MaxItems";
  reader.parameters = fields->value_template(map.jsonata ? "Arguments" : "Parameters");
  const auto config = inner(*fields, "ReaderConfig");
  if (config) {
    read_reader_config(*config, reader);
  } else if (reader.source == ItemReader::Source::kGetObject) {
    fields->require({"ReaderConfig"});
  }
  distribution.reader = std::move(reader);
}

void read_item_batcher(const Fields& map, Distribution& distribution) {
  const auto fields = inner(map, "ItemBatcher");
  if (!fields) return;
  ItemBatcher batcher;
  batcher.max_items = read_number(*fields, "MaxItemsPerBatch", "MaxItemsPerBatchPath");
  batcher.max_bytes = read_number(*fields, "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath",
                                  false, kMaxBatchBytes);
  batcher.batch_input = fields->value_template("BatchInput");
  if (!batcher.max_items.is_given() && !batcher.max_bytes.is_given()) {
    fields->parse.refuse(
        "One of these fields is required: [MaxItemsPerBatch, MaxItemsPerBatchPath, "
        "MaxInputBytesPerBatch, MaxInputBytesPerBatchPath]",
        fields->here());
  }
  distribution.batcher = std::move(batcher);
}

void read_result_writer(const Fields& map, Distribution& distribution) {
  const auto fields = inner(map, "ResultWriter");
  if (!fields) return;
  ResultWriter writer;
  const std::string_view parameters = map.jsonata ? "Arguments" : "Parameters";
  if (fields->has("Resource")) {
    writer.exports = resource_of(*fields) == "s3:putObject";
    if (!writer.exports) refuse_resource(*fields);
    fields->require({parameters});
    writer.parameters = fields->value_template(parameters);
  } else if (!fields->has("WriterConfig")) {
    fields->parse.refuse("One of these fields is required: [Resource, WriterConfig]",
                         fields->here());
  }
  if (const auto config = inner(*fields, "WriterConfig")) {
    config->require({"Transformation", "OutputType"});
    writer.transformation = read_word(*config, "Transformation", kTransformations);
    writer.json_lines = read_word(*config, "OutputType", kOutputTypes).value_or(false);
  }
  distribution.writer = std::move(writer);
}

void read_label(const Fields& map, Distribution& distribution) {
  const auto label = map.text("Label");
  if (!label) return;
  constexpr std::string_view kForbidden = " \t\r\n?*<>{}[]:;,\\|^~$#%&`\"";
  if (label->empty() || label->size() > kMaxLabel ||
      label->find_first_of(kForbidden) != std::string::npos) {
    map.refuse("Label", "Value is not a valid label: " + *label);
  }
  distribution.label = *label;
}

// Names what only Distributed mode has.
void refuse_distributed_fields(const Fields& fields) {
  if (fields.parse.is_alone()) return;
  for (const std::string_view name : {"ItemReader", "ItemBatcher", "ResultWriter"}) {
    if (!fields.has(name)) continue;
    fields.refuse(name, "Field '" + std::string(name) +
                            "' is only supported with ProcessorConfig.Mode DISTRIBUTED");
  }
}

void read_distributed(const Fields& fields, const Fields& processor, const Fields& config,
                      Map& map) {
  if (fields.parse.is_express()) {
    processor.refuse("ProcessorConfig",
                     "Express state machine does not support Map state with mode 'DISTRIBUTED'");
  }
  Distribution distribution;
  config.require({"ExecutionType"});
  distribution.express = read_word(config, "ExecutionType", kExecutionTypes).value_or(false);
  read_label(fields, distribution);
  read_item_reader(fields, distribution);
  read_item_batcher(fields, distribution);
  read_result_writer(fields, distribution);
  const bool around = fields.parse.is_express();
  fields.parse.set_express(distribution.express);
  auto block = fields.parse.read_block(processor);
  fields.parse.set_express(around);
  if (!block) return;
  distribution.definition = Definition::of_block(std::move(block), distribution.express);
  map.distribution = std::move(distribution);
}

void read_processor(const Fields& fields, Map& map) {
  if (!fields.exactly_one({"ItemProcessor", "Iterator"})) return;
  const std::string_view name = fields.has("ItemProcessor") ? "ItemProcessor" : "Iterator";
  const Json& json = *fields.get(name);
  if (!json.is_object()) {
    fields.refuse(name, "Expected value of type Object");
    return;
  }
  const Fields processor(fields.parse, json, fields.at(name));
  if (processor.has("QueryLanguage")) {
    fields.parse.refuse("Field 'QueryLanguage' is not supported", processor.location);
  }
  const auto config = inner(processor, "ProcessorConfig");
  const Json* mode = config ? config->get("Mode") : nullptr;
  if (mode != nullptr && *mode == "DISTRIBUTED") {
    read_distributed(fields, processor, *config, map);
  } else {
    refuse_distributed_fields(fields);
    map.processor = fields.parse.read_block(processor);
  }
}

}  // namespace

Result<double, Failure> MapNumber::value(Strand& strand, const Json& input) const {
  if (expression) {
    const Result<Json, Failure> evaluated = evaluate_as(strand, *expression, "number");
    if (!evaluated) return evaluated.error();
    return evaluated->get<double>();
  }
  if (!path) return fixed.value_or(0);
  const Result<Json, Failure> found = value_at(strand, *path, input);
  if (!found) return found.error();
  if (found->is_number_integer() || (is_float && found->is_number())) {
    return found->get<double>();
  }
  // Recorded: text that holds a number will do.
  if (found->is_string()) {
    const auto parsed = parse_json(found->get_ref<const std::string&>());
    if (parsed && (parsed->is_number_integer() || (is_float && parsed->is_number()))) {
      return parsed->get<double>();
    }
  }
  const std::string shown = found->is_string() ? found->get<std::string>() : to_text(*found);
  return strand.runtime_failure("The " + name + "Path field refers to value \"" + shown +
                                "\" which is not a valid " + (is_float ? "float: " : "integer: ") +
                                path->text());
}

std::unique_ptr<State> read_map(const Fields& fields, std::string name) {
  auto state = std::make_unique<Map>(std::move(name), kMapKind);
  read_input_output(fields, *state);
  read_items(fields, *state);
  read_result(fields, *state);
  read_ending(fields, Sees::kResult, state->ending);
  state->max_concurrency = read_number(fields, "MaxConcurrency", "MaxConcurrencyPath");
  state->tolerated_count =
      read_number(fields, "ToleratedFailureCount", "ToleratedFailureCountPath");
  state->tolerated_percentage =
      read_number(fields, "ToleratedFailurePercentage", "ToleratedFailurePercentagePath", true);
  read_processor(fields, *state);
  read_errors(fields, *state);
  read_next(fields, *state);
  return state->processor || state->distribution ? std::move(state) : nullptr;
}

}  // namespace bedlam::states
