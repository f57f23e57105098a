// `bedlam eval`: one expression of a language of Step Functions, evaluated as a state would.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <random>
#include <variant>

#include "cli/commands.h"
#include "cli/files.h"
#include "emulator/states/language/intrinsic/call.h"
#include "emulator/states/language/jsonata/jsonata.h"
#include "emulator/states/language/path.h"

namespace bedlam::cli {
namespace {

constexpr std::string_view kInvalidDefinition = "SCHEMA_VALIDATION_FAILED";

// Why there is no value: the code of the error, and its text.
struct EvaluationError {
  std::string code, message;
};
using Evaluation = Result<std::optional<Json>, EvaluationError>;

struct Documents {
  std::optional<Json> input, bindings;
  const Json* given_input() const { return input ? &*input : nullptr; }
  const Json* given_bindings() const { return bindings ? &*bindings : nullptr; }
};

Evaluation evaluate_jsonata(const std::string& text, const Documents& documents, Random& random) {
  const auto expression = states::jsonata::compile(text);
  if (!expression.ok()) {
    return EvaluationError{expression.error().code, expression.error().message};
  }
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const states::jsonata::Environment environment{random, now.count()};
  auto outcome =
      expression->evaluate(documents.given_input(), documents.given_bindings(), environment);
  if (!outcome.ok()) return EvaluationError{outcome.error().code, outcome.error().message};
  return std::move(outcome->value);
}

Evaluation evaluate_path(const std::string& text, const states::Scope& scope) {
  const auto path = states::Path::parse(text);
  if (!path.ok()) return EvaluationError{std::string(kInvalidDefinition), path.error()};
  auto value = path->evaluate(scope);
  if (value.ok()) return std::optional(*std::move(value));
  return EvaluationError{"States.Runtime", "Invalid path '" + text + "' : " + value.error().reason};
}

Evaluation evaluate_intrinsic(const std::string& text, const states::Scope& scope) {
  const auto call = states::intrinsic::Call::parse(text);
  if (!call.ok()) return EvaluationError{std::string(kInvalidDefinition), call.error()};
  auto value = call->evaluate(scope);
  if (value.ok()) return std::optional(*std::move(value));
  return EvaluationError{value.error().error, value.error().cause.value_or("")};
}

Evaluation evaluate(const std::string& language, const std::string& text,
                    const Documents& documents) {
  Random random(std::random_device{}());
  if (language == "jsonata") return evaluate_jsonata(text, documents, random);
  const Json none = Json::object();
  const states::Scope scope{documents.input ? *documents.input : none, none, random,
                            documents.bindings ? &*documents.bindings : &none};
  return language == "jsonpath" ? evaluate_path(text, scope) : evaluate_intrinsic(text, scope);
}

// The JSON of a file, where one was named.
Result<std::optional<Json>, FileError> read_json(const std::string& path) {
  if (path.empty()) return std::optional<Json>();
  auto text = read_file(path);
  if (!text.ok()) return std::move(text).error();
  auto json = parse_json(*text);
  if (json.ok()) return std::optional(*std::move(json));
  const JsonError& error = json.error();
  return FileError{path + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) +
                   ": " + error.message};
}

int print(const Evaluation& evaluation) {
  if (!evaluation.ok()) {
    std::cerr << evaluation.error().code << ": " << evaluation.error().message << '\n';
    return kVerdictFailed;
  }
  if (*evaluation) std::cout << to_text(**evaluation) << '\n';
  return kAllHeld;
}

struct EvalOptions {
  std::string language, input, bindings;
};

int run_eval(const EvalOptions& options, const std::string& expression) {
  Documents documents;
  auto input = read_json(options.input);
  if (!input.ok()) return complain(input.error().message);
  auto bindings = read_json(options.bindings);
  if (!bindings.ok()) return complain(bindings.error().message);
  if (*bindings && !(*bindings)->is_object()) {
    return complain(options.bindings + ": bindings are an object: {\"name\": value}");
  }
  documents.input = *std::move(input);
  documents.bindings = *std::move(bindings);
  return print(evaluate(options.language, expression, documents));
}

}  // namespace

std::optional<std::string> take_expression(std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments[0] != "eval") return std::nullopt;
  bool language = false;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--input" || argument == "--bindings") {
      ++i;
    } else if (argument == "--") {
      arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i--));
    } else if (argument == "-h" || argument == "--help" || argument.starts_with("--input=") ||
               argument.starts_with("--bindings=") || !std::exchange(language, true)) {
      continue;
    } else {
      std::string expression = argument;
      arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i));
      return expression;
    }
  }
  return std::nullopt;
}

void add_eval(CLI::App& app, const std::optional<std::string>& expression, int& exit_status) {
  CLI::App* command = app.add_subcommand("eval", "Evaluate an expression: eval LANGUAGE EXPR");
  auto options = std::make_shared<EvalOptions>();
  command->add_option("LANGUAGE", options->language, "jsonata, jsonpath or intrinsic; then EXPR")
      ->required()
      ->check(CLI::IsMember({"jsonata", "jsonpath", "intrinsic"}));
  command->add_option("--input", options->input, "JSON file: the document that is asked");
  command->add_option("--bindings", options->bindings, "JSON file: an object of variables");
  command->callback([options, expression, &exit_status] {
    exit_status = expression ? run_eval(*options, *expression)
                             : complain("eval needs an expression: bedlam eval jsonata '$sum(x)'");
  });
}

}  // namespace bedlam::cli
