#include "emulator/states/language/jsonata/jsonata.h"

#include "emulator/states/language/jsonata/evaluator.h"
#include "emulator/states/language/jsonata/functions.h"
#include "emulator/states/language/jsonata/parser.h"

namespace bedlam::states::jsonata {
namespace {

Result<std::shared_ptr<const Program>, Fault> program_of(std::string_view text) {
  auto program = std::make_shared<Program>();
  program->text = text;
  if (auto fault = parse(*program)) return *std::move(fault);
  if (auto fault = analyse(*program)) return *std::move(fault);
  for (Name& name : program->names) {
    name.plain = find_builtin(name.text, Dialect::kPlain);
    name.step_functions = find_builtin(name.text, Dialect::kStepFunctions);
  }
  return std::shared_ptr<const Program>(std::move(program));
}

}  // namespace

Result<Expression, Error> compile(std::string_view text) {
  auto program = program_of(text);
  if (!program.ok()) return to_error(program.error(), text);
  Expression expression;
  expression.program_ = *std::move(program);
  return expression;
}

const std::string& Expression::text() const {
  return program_->text;
}

Expression::Outcome Expression::evaluate(const Json* input, const Json* bindings,
                                         const Environment& environment) const {
  return Evaluator(*program_, environment).run(input, bindings);
}

// The syntax and the run-time errors of the inner text have codes of their own.
Value Evaluator::eval_text(std::string_view text, Value input, Frame* frame) {
  auto program = program_of(text);
  if (!program.ok()) {
    return fail(Fault("D3120").with("value", to_error(program.error(), text).message));
  }
  evaluated_.push_back(*program);
  const Value result = eval(*evaluated_.back()->root, input, frame);
  if (!result.failed() || !fault_ || fault_->code == "U1001") return result;
  const Fault inner = take_fault();
  return fail(Fault("D3121").with("value", to_error(inner, text).message));
}

}  // namespace bedlam::states::jsonata
