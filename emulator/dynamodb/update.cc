// Updates: "Using update expressions in DynamoDB"; and projections.
#include <algorithm>

#include "emulator/dynamodb/errors.h"
#include "emulator/dynamodb/expression_parser.h"
#include "emulator/dynamodb/number.h"
#include "emulator/dynamodb/table.h"

namespace bedlam::dynamodb {
namespace {

constexpr std::string_view kUpdate = "UpdateExpression";
constexpr int kMaxValueDepth = 100;  // of functions within one another; ours

bool is_set(const std::string& type) {
  return type == "SS" || type == "NS" || type == "BS";
}

class Update : public ExpressionParser {
 public:
  Update(const std::string& text, const Json& item, Placeholders& placeholders)
      : ExpressionParser(text, kUpdate, item, placeholders), updated_{item, {}} {}

  Updated run() {
    if (at_end() && !error()) syntax_error();
    while (!at_end() && !error()) {
      if (take_word("SET")) {
        list([this] { set(); });
      } else if (take_word("REMOVE")) {
        list([this] { remove(path_named()); });
      } else if (take_word("ADD")) {
        list([this] { add(); });
      } else if (take_word("DELETE")) {
        list([this] { take_out(); });
      } else {
        syntax_error();
      }
    }
    return std::move(updated_);
  }

 private:
  template <typename Action>
  void list(Action action) {
    do {
      action();
    } while (take(","));
  }

  DocumentPath path_named() {
    DocumentPath at = path();
    if (!error()) updated_.attributes.insert(std::get<std::string>(at[0]));
    return at;
  }

  void set() {
    const DocumentPath at = path_named();
    expect("=");
    Operand result = set_value();
    while (!error() && (token() == "+" || token() == "-")) {
      const bool minus = token() == "-";
      next();
      result = arithmetic(result, set_value(), minus);
    }
    if (error()) return;
    if (result) put(at, *std::move(result));
  }

  Operand set_value() {
    if (++depth_ > kMaxValueDepth) fail("The expression is nested too deeply");
    Operand result = set_operand();
    --depth_;
    return result;
  }

  Operand set_operand() {
    if (is_call("if_not_exists")) {
      next();
      expect("(");
      const DocumentPath at = path();
      expect(",");
      Operand otherwise = set_value();
      expect(")");
      if (error()) return std::nullopt;
      const Json* there = value_at(item(), at);
      return there == nullptr ? otherwise : Operand(*there);
    }
    if (is_call("list_append")) {
      next();
      expect("(");
      const Operand first = set_value();
      expect(",");
      const Operand second = set_value();
      expect(")");
      if (error()) return std::nullopt;
      if (!first || !second) return std::nullopt;
      if (type_of(*first) != "L" || type_of(*second) != "L") return wrong_operand("list_append");
      Json joined = *first;
      for (const Json& element : second->at("L")) joined["L"].push_back(element);
      return joined;
    }
    const bool attribute = is_name();
    Operand result = operand();
    if (attribute && !result && !error()) no_such_attribute();
    return result;
  }

  Operand arithmetic(const Operand& a, const Operand& b, bool minus) {
    if (error() || !a || !b) return std::nullopt;
    if (type_of(*a) != "N" || type_of(*b) != "N") return wrong_operand(minus ? "-" : "+");
    return sum_of(*a, *b, minus);
  }

  Operand sum_of(const Json& a, const Json& b, bool minus) {
    const Number x = *Number::parse(a.at("N").get_ref<const std::string&>());
    const Number y = *Number::parse(b.at("N").get_ref<const std::string&>());
    const auto sum = Number::sum(x, minus ? y.negated() : y);
    if (!sum) {
      fail(
          "Number overflow. Attempting to store a number with magnitude larger than supported "
          "range");
      return std::nullopt;
    }
    return Json{{"N", sum->text()}};
  }

  Operand wrong_operand(std::string_view of) {
    fail("Incorrect operand type for operator or function; operator or function: " +
         std::string(of));
    return std::nullopt;
  }

  // Not the author's mistake but the item's: AWS says so without the expression's name.
  void no_such_attribute() {
    fail("The provided expression refers to an attribute that does not exist in the item");
  }

  // A number to a number, elements to a set; where there is nothing, the value itself.
  void add() {
    const DocumentPath at = path_named();
    const Operand given = value();
    if (error()) return;
    const std::string type = type_of(*given);
    if (type != "N" && !is_set(type)) return static_cast<void>(wrong_operand("ADD"));
    const Json* there = value_at(item(), at);
    if (there == nullptr) return put(at, *given);
    if (type_of(*there) != type) return static_cast<void>(wrong_operand("ADD"));
    if (type == "N") {
      if (const Operand sum = sum_of(*there, *given, false)) put(at, *sum);
      return;
    }
    Json joined = *there;
    Json& elements = joined[type];
    for (const Json& element : given->at(type)) {
      if (std::find(elements.begin(), elements.end(), element) == elements.end()) {
        elements.push_back(element);
      }
    }
    put(at, std::move(joined));
  }

  // Elements out of a set; an empty set is no value.
  void take_out() {
    const DocumentPath at = path_named();
    const Operand given = value();
    if (error()) return;
    const std::string type = type_of(*given);
    const Json* there = value_at(item(), at);
    if (!is_set(type) || (there != nullptr && type_of(*there) != type)) {
      return static_cast<void>(wrong_operand("DELETE"));
    }
    if (there == nullptr) return;
    Json left = Json::array();
    const Json& gone = given->at(type);
    for (const Json& element : there->at(type)) {
      if (std::find(gone.begin(), gone.end(), element) == gone.end()) left.push_back(element);
    }
    if (left.empty()) return remove(at);
    put(at, Json{{type, std::move(left)}});
  }

  // The container of the path's last step in the new item; nullptr where there is none.
  Json* container_of(const DocumentPath& at) {
    DocumentPath parent(at.begin(), at.end() - 1);
    if (parent.empty()) return &updated_.item;
    auto* value = const_cast<Json*>(value_at(updated_.item, parent));
    const bool named = std::holds_alternative<std::string>(at.back());
    const std::string type = named ? "M" : "L";
    return value != nullptr && value->contains(type) ? &(*value)[type] : nullptr;
  }

  void put(const DocumentPath& at, Json value) {
    Json* container = container_of(at);
    if (container == nullptr) {
      return fail("The document path provided in the update expression is invalid for update");
    }
    if (const auto* name = std::get_if<std::string>(&at.back())) {
      (*container)[*name] = std::move(value);
      return;
    }
    const std::size_t index = std::get<std::size_t>(at.back());
    if (index < container->size()) {
      (*container)[index] = std::move(value);
    } else {
      container->push_back(std::move(value));
    }
  }

  void remove(const DocumentPath& at) {
    if (error()) return;
    Json* container = container_of(at);
    if (container == nullptr) return;
    if (const auto* name = std::get_if<std::string>(&at.back())) {
      container->erase(*name);
    } else if (const std::size_t index = std::get<std::size_t>(at.back());
               index < container->size()) {
      container->erase(index);
    }
  }

  Updated updated_;
  int depth_ = 0;
};

class Projection : public ExpressionParser {
 public:
  using ExpressionParser::ExpressionParser;

  Json run() {
    Json projected = Json::object();
    do {
      const DocumentPath at = path();
      const Json* value = error() ? nullptr : value_at(item(), at);
      if (value != nullptr) place(projected, at, 0, *value);
    } while (take(","));
    if (!at_end()) syntax_error();
    return projected;
  }

 private:
  // Maps around the value are made anew; of a list only what was asked for remains.
  static void place(Json& map, const DocumentPath& at, std::size_t step, const Json& value) {
    Json& slot = map[std::get<std::string>(at[step])];
    place_in(slot, at, step + 1, value);
  }
  static void place_in(Json& slot, const DocumentPath& at, std::size_t step, const Json& value) {
    if (step == at.size()) {
      slot = value;
    } else if (std::holds_alternative<std::string>(at[step])) {
      if (!slot.contains("M")) slot = Json{{"M", Json::object()}};
      place(slot["M"], at, step, value);
    } else {
      if (!slot.contains("L")) slot = Json{{"L", Json::array()}};
      slot["L"].push_back(Json());
      place_in(slot["L"].back(), at, step + 1, value);
    }
  }
};

}  // namespace

Result<Updated, aws::Error> update(const std::string& expression, const Json& item,
                                   Placeholders& placeholders) {
  Update update(expression, item, placeholders);
  Updated result;
  if (!update.error()) result = update.run();
  if (update.error()) return *update.error();
  return result;
}

Result<Json, aws::Error> project(const std::string& expression, const Json& item,
                                 Placeholders& placeholders) {
  Projection projection(expression, "ProjectionExpression", item, placeholders);
  Json result;
  if (!projection.error()) result = projection.run();
  if (projection.error()) return *projection.error();
  return result;
}

}  // namespace bedlam::dynamodb
