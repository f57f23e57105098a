// Latencies: distributions as they are written, files of measured values, and named profiles.
#include <algorithm>

#include "emulator/scenario/sections.h"
#include "emulator/scenario/values.h"
#include "emulator/script/profiles.h"

namespace bedlam::scenario {
namespace {

constexpr std::size_t kMaxMeasuredValues = 1'000'000;  // of one file; 8 MB in memory
constexpr std::string_view kProfileWord = "profile ";

// `measured(file ttft.csv column ttft in ms)`.
struct MeasuredFile {
  std::string name, column, unit;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\"";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// Takes what stands behind ` word ` off the end.
std::string take_after(std::string_view& text, std::string_view word) {
  const std::size_t at = text.rfind(word);
  if (at == std::string_view::npos) return "";
  std::string after(trimmed(text.substr(at + word.size())));
  text = trimmed(text.substr(0, at));
  return after;
}

std::optional<MeasuredFile> measured_file(std::string_view text) {
  constexpr std::string_view kStart = "measured(file ";
  if (!text.starts_with(kStart) || !text.ends_with(')')) return std::nullopt;
  text = trimmed(text.substr(kStart.size(), text.size() - kStart.size() - 1));
  MeasuredFile file;
  file.unit = take_after(text, " in ");
  file.column = take_after(text, " column ");
  file.name = text;
  return file;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t end = text.find(at); end != std::string_view::npos; end = text.find(at)) {
    parts.push_back(trimmed(text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
  parts.push_back(trimmed(text));
  return parts;
}

// Reads the values of one file, each with the line it stands in.
class MeasuredReader {
 public:
  MeasuredReader(const FileText& file, const MeasuredFile& wanted, Reader& reader)
      : file_(file), wanted_(wanted), reader_(reader) {}

  std::optional<script::Distribution> read() {
    if (trimmed(file_.text.substr(0, file_.text.find('\n'))).starts_with('[')) {
      read_json();
    } else {
      read_lines();
    }
    if (failed_) return std::nullopt;
    if (values_.empty()) return refuse(1, "there is no value in the file", "");
    return script::measured(std::move(values_));
  }

 private:
  std::nullopt_t refuse(std::size_t line, std::string message, std::string hint) {
    failed_ = true;
    reader_.mistakes.add_in(file_.path, {line, 1}, std::move(message), std::move(hint));
    return std::nullopt;
  }

  // A number takes the file's unit, a duration has its own.
  std::optional<Duration> value_of(std::string_view text) const {
    if (const auto duration = parse_duration(text)) return duration;
    if (wanted_.unit.empty()) return std::nullopt;
    return parse_duration(std::string(text) + wanted_.unit);
  }

  void add(std::string_view text, std::size_t line) {
    const auto value = value_of(text);
    if (value && values_.size() < kMaxMeasuredValues) {
      values_.push_back(*value);
    } else if (value) {
      refuse(line, "more than " + std::to_string(kMaxMeasuredValues) + " values", "");
    } else {
      refuse(line, "'" + std::string(text) + "' is no duration",
             wanted_.unit.empty()
                 ? "for numbers without a unit write: measured(file " + wanted_.name + " in ms)"
                 : "");
    }
  }

  void read_json() {
    const std::optional<Json> json = parse_json_file(file_, reader_);
    failed_ = !json;
    if (failed_) return;
    for (const Json& value : *json) {
      if (failed_) return;
      add(value.is_string() ? value.get<std::string>() : to_text(value), 1);
    }
  }

  void read_lines() {
    std::optional<std::size_t> column;
    if (wanted_.column.empty()) column = 0;
    std::size_t line = 0;
    for (const std::string_view text : split(file_.text, '\n')) {
      ++line;
      if (text.empty() || text.starts_with('#') || failed_) continue;
      const std::vector<std::string_view> cells = split(text, ',');
      if (!column) {
        const auto named = std::find(cells.begin(), cells.end(), wanted_.column);
        if (named == cells.end()) {
          refuse(
              line,
              "there is no column '" + wanted_.column + "'" + did_you_mean(wanted_.column, cells),
              "");
          return;
        }
        column = static_cast<std::size_t>(named - cells.begin());
        continue;
      }
      if (wanted_.column.empty() && cells.size() > 1) {
        refuse(line, "there are several columns",
               "say which: measured(file " + wanted_.name + " column NAME)");
      } else if (values_.empty() && wanted_.column.empty() && !seen_header_ &&
                 !value_of(cells[0]) && !starts_as_number(cells[0])) {
        seen_header_ = true;  // the name of a single column
      } else if (cells.size() <= *column) {
        refuse(line, "there is no value in column '" + wanted_.column + "'", "");
      } else {
        add(cells[*column], line);
      }
    }
  }

  static bool starts_as_number(std::string_view text) {
    return !text.empty() && std::string_view("0123456789.-").find(text.front()) != text.npos;
  }

  const FileText& file_;
  const MeasuredFile& wanted_;
  Reader& reader_;
  std::vector<Duration> values_;
  bool failed_ = false, seen_header_ = false;
};

std::optional<script::Distribution> read_measured(const Node& node, const MeasuredFile& wanted,
                                                  std::string_view what, Reader& reader) {
  if (!wanted.unit.empty() && !parse_duration("1" + wanted.unit)) {
    reader.mistakes.add(node.position, "'" + wanted.unit + "' is no unit of time",
                        "units: ns, us, ms, s, m, h, d");
    return std::nullopt;
  }
  Node name = node;
  name.text = wanted.name;
  name.plain = false;
  const std::optional<FileText> file = read_named_file(name, what, reader);
  if (!file) return std::nullopt;
  return MeasuredReader(*file, wanted, reader).read();
}

// A ramp grows with the calls in flight, which are counted of models and endpoints only.
std::optional<script::Distribution> held_to_section(script::Distribution distribution,
                                                    Position position, Reader& reader) {
  const bool counted = reader.section == "models" || reader.section == "endpoints";
  if (counted || !std::holds_alternative<script::Ramp>(distribution)) return distribution;
  reader.mistakes.add(
      position,
      "a ramp grows with the calls in flight, which are not counted of " +
          std::string(reader.section),
      "ramps are for models and endpoints; write here 800ms, or a distribution such as "
      "uniform(1s, 2s)");
  return std::nullopt;
}

std::optional<script::Distribution> read_distribution(const Node& node, std::string_view what,
                                                      Reader& reader) {
  Mistakes ignored("");
  const bool scalar = node.kind == Node::Kind::kScalar;
  if (scalar && to_json(node, ignored).is_number()) {
    read_duration(node, what, reader.mistakes);  // says that the unit is missing
    return std::nullopt;
  }
  const std::optional<std::string> text = read_text(node, what, reader.mistakes);
  if (!text) return std::nullopt;
  if (const auto file = measured_file(*text)) return read_measured(node, *file, what, reader);
  if (auto distribution = script::parse_distribution(*text)) {
    return held_to_section(*std::move(distribution), node.position, reader);
  }
  const bool split_up =
      text->find('(') != std::string::npos && text->find(')') == std::string::npos;
  reader.mistakes.add(node.position, std::string(what) + " cannot be '" + *text + "'",
                      split_up
                          ? "inside { } a text with a comma stands in quotes: \"uniform(1s, 2s)\""
                          : "write " + std::string(script::kDistributionForms));
  return std::nullopt;
}

std::optional<script::Latency> read_profile(const Node& node, std::string_view name,
                                            Reader& reader) {
  if (const script::Profile* profile = script::find_profile(name)) {
    return script::latency_of(*profile);
  }
  std::vector<std::string_view> names;
  for (const script::Profile& profile : script::profiles()) names.push_back(profile.name);
  reader.mistakes.add(node.position,
                      "there is no profile '" + std::string(name) + "'" + did_you_mean(name, names),
                      "the profiles: " + enumerate(names));
  return std::nullopt;
}

}  // namespace

std::optional<script::Latency> read_latency(const Node& node, Reader& reader) {
  if (node.kind == Node::Kind::kScalar && node.text.starts_with(kProfileWord)) {
    return read_profile(node, trimmed(std::string_view(node.text).substr(kProfileWord.size())),
                        reader);
  }
  if (node.kind != Node::Kind::kMap) {
    const auto total = read_distribution(node, "latency", reader);
    if (!total) return std::nullopt;
    return script::Latency{*total, {}, {}};
  }
  const Fields fields(node, object("latency"), reader.mistakes);
  script::Latency latency;
  if (const Node* first = fields.get("first_token")) {
    latency.first_token = read_distribution(*first, "first_token", reader);
  }
  if (const Node* each = fields.get("per_token")) {
    latency.per_token = read_distribution(*each, "per_token", reader);
  }
  return latency;
}

}  // namespace bedlam::scenario
