// Reading a definition: where it is, what was found wrong, how fields are read. The texts are AWS's
// where they were recorded or measured; the others say it in the same manner (docs/fidelity.md).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/states/machine/definition.h"
#include "emulator/states/machine/state.h"

namespace bedlam::states {

class Fields;

// What the reading of one definition shares.
class Parse {
 public:
  explicit Parse(bool express) : express_(express) {}

  bool is_express() const { return express_; }
  bool is_jsonata() const { return jsonata_; }  // what states are that do not say
  void set_jsonata(bool jsonata) { jsonata_ = jsonata; }
  // Whether a state is to be run alone, which allows a mocked distributed Map.
  bool is_alone() const { return alone_; }
  void set_alone() { alone_ = true; }
  // Of what is read next: the children of a distributed Map have a type of their own.
  void set_express(bool express) { express_ = express; }
  std::vector<Finding>& findings() { return findings_; }

  void find(std::string code, std::string message, std::string location, std::string hint = {});
  // SCHEMA_VALIDATION_FAILED.
  void refuse(std::string message, std::string location);
  // What AWS accepts and this version does not run.
  void refuse_unsupported(const std::string& what, std::string location);

  // StartAt and States of the machine, a branch or an item processor.
  std::unique_ptr<StatesBlock> read_block(const Fields& fields);
  // One state; what it leads to comes from `elsewhere`, by name.
  std::unique_ptr<State> read_alone(
      const Json& json, const std::string& name,
      const std::function<const State*(const std::string&)>& elsewhere);
  // Sets `*target` to the state of that name in the block under way, once all of it is read.
  void link(const State** target, std::string name, std::string location);

 private:
  struct Link {
    const State** target;
    std::string name, location;
  };
  void resolve(StatesBlock& block, const std::vector<Link>& links);
  void check_reach(const StatesBlock& block, const std::string& location);

  bool express_;
  bool jsonata_ = false;
  bool alone_ = false;
  std::vector<Finding> findings_;
  std::set<std::string> names_;  // of all states: unique in the whole machine
  std::vector<Link> links_;      // of the block under way
};

// The members of one JSON object of the definition. Each reader says what is wrong with its field.
class Fields {
 public:
  // Borrows both. `location` is "" for the machine itself.
  Fields(Parse& the_parse, const Json& object, std::string place, bool in_jsonata = false)
      : parse(the_parse), json(object), location(std::move(place)), jsonata(in_jsonata) {}

  Parse& parse;
  const Json& json;
  const std::string location;
  const bool jsonata;  // the query language of the state around

  const Json* get(std::string_view name) const { return find(json, name); }
  bool has(std::string_view name) const { return get(name) != nullptr; }
  std::string at(std::string_view name) const { return location + "/" + std::string(name); }
  std::string here() const { return location.empty() ? "/" : location; }
  void refuse(std::string_view name, std::string message) const;

  // False, and one finding for all that are missing.
  bool require(const std::vector<std::string_view>& names) const;
  // At most one of them, or exactly one.
  bool at_most_one(const std::vector<std::string_view>& names) const;
  bool exactly_one(const std::vector<std::string_view>& names) const;

  std::optional<std::string> text(std::string_view name) const;
  std::optional<bool> boolean(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min,
                                      std::int64_t max) const;
  std::optional<double> number(std::string_view name, double min, double max) const;
  enum class PathKind { kAny, kReference };
  std::optional<Path> path(std::string_view name, PathKind kind) const;
  // In the language of the state.
  std::optional<Template> value_template(std::string_view name) const;
  // In a JSONata state: a field that is an expression; nothing where it is anything else.
  std::optional<JsonataTemplate> jsonata_expression(std::string_view name) const;
  std::optional<Expression> expression(std::string_view name) const;
  // The elements of an array, each an object; `non_empty`: one at least.
  std::vector<Fields> list(std::string_view name, bool non_empty) const;
};

// Seconds of timeouts and Wait (developer guide, "Task state").
inline constexpr std::int64_t kMaxSeconds = 99'999'999;
inline constexpr std::size_t kMaxStateName = 80;

// One type of state: how it is read, and which fields it may have beside those of all states.
struct StateType {
  const StateKind& kind;
  // nullptr where findings say why.
  std::unique_ptr<State> (*read)(const Fields& fields, std::string name);
  std::vector<std::string_view> fields;           // in both query languages
  std::vector<std::string_view> jsonpath_fields;  // in one of them only
  std::vector<std::string_view> jsonata_fields;
};

// Refuses a field of the other query language.
void refuse_language(const Fields& fields, std::string_view field);

// "QueryLanguage" of the machine or of a state.
std::optional<bool> read_is_jsonata(const Fields& fields);

// Fields that several types share; each reads what is there.
void read_input_output(const Fields& fields, State& state);  // InputPath, OutputPath
void read_result(const Fields& fields, State& state);        // ResultSelector, ResultPath
// What the expressions of a field may read of `$states` beside input and context; the rest is
// refused.
enum class Sees { kInput, kResult, kError };
// Assign, and Output of a JSONata state.
void read_ending(const Fields& fields, Sees sees, Ending& ending);
void check_states(const Fields& fields, std::string_view name, Sees sees);
void read_next(const Fields& fields, State& state);    // Next or End
void read_errors(const Fields& fields, State& state);  // Retry, Catch

}  // namespace bedlam::states
