// Calls: of the library, of lambdas, partial application, chaining, and the transform operator.
#include "emulator/states/language/jsonata/evaluator.h"

namespace bedlam::states::jsonata {
namespace {

// The name of what is called, as errors mention it.
std::string_view callee_name(const Node& procedure) {
  switch (procedure.type) {
    case Type::kPath:
      return procedure.children[0]->token;
    case Type::kBlock:
    case Type::kLambda:
    case Type::kPartial:
    case Type::kCondition:
      return {};
    default:
      return procedure.type == Type::kVariable ? procedure.name->text : procedure.token;
  }
}

bool is_lambda(Value value) {
  return value.is_function() && value.function().kind == Function::Kind::kLambda;
}

}  // namespace

// What the reference fills in where the error does not say it itself.
Value Evaluator::blame(const Node& node, std::string_view name, Value result) {
  if (!result.failed() || !fault_) return result;
  if (fault_->position == Fault::kNowhere) fault_->at(node.position);
  if (!fault_->has_token && !name.empty()) fault_->named(std::string(name));
  return result;
}

Value Evaluator::call(const Node& node, Value input, Frame* frame, const Value* applied_to) {
  const Value callee = eval(*node.lhs, input, frame);
  if (callee.failed()) return callee;
  const std::string_view name = callee_name(*node.lhs);
  if (callee.is_undefined() && node.lhs->type == Type::kPath) {
    const Node& first = *node.lhs->children[0];
    if (first.name != nullptr && find_variable(*first.name, frame).is_defined()) {
      return fail(Fault("T1005").at(node.position).named(std::string(name)));
    }
  }
  Arguments arguments(arena_);
  if (applied_to != nullptr) arguments.push_back(*applied_to);
  for (const Node* argument : node.children) {
    const Value value = eval(*argument, input, frame);
    if (value.failed()) return value;
    arguments.push_back(value);
  }
  if (callee.is_function()) {
    callee.function().token = name;
    callee.function().position = node.position;
  }
  return blame(node, name, apply(callee, arguments, input, frame));
}

Value Evaluator::apply(Value callee, const Arguments& arguments, Value input, Frame* frame) {
  Value result = apply_once(callee, arguments, input, frame);
  // A function whose last act is a call has handed that call back: made here, it needs no stack.
  while (result.is_function() && result.function().kind == Function::Kind::kThunk) {
    const Function thunk = result.function();
    const Node& pending = *thunk.node->lhs;
    const Value next = eval(*pending.lhs, thunk.input, thunk.frame);
    if (next.failed()) return next;
    if (next.is_function()) {
      if (pending.lhs->type == Type::kVariable) next.function().token = pending.lhs->name->text;
      next.function().position = pending.lhs->position;
    }
    Arguments evaluated(arena_);
    for (const Node* argument : pending.children) {
      const Value value = eval(*argument, thunk.input, thunk.frame);
      if (value.failed()) return value;
      evaluated.push_back(value);
    }
    release_until(thunk.frame, thunk.second == nullptr ? nullptr : thunk.second->frame);
    if (!next.is_function()) {
      return fail(
          Fault("T1006").at(pending.position).named(std::string(callee_name(*pending.lhs))));
    }
    result = apply_once(next, evaluated, input, frame);
  }
  return result;
}

Value Evaluator::apply_once(Value callee, const Arguments& arguments, Value input, Frame* frame) {
  if (!callee.is_function()) return fail("T1006");
  Function& function = callee.function();
  Value result;
  if (function.signature == nullptr) {
    result = dispatch_call(function, arguments, input, frame);
  } else {
    Arguments validated(arena_);
    auto fault = function.signature->validate(arena_, arguments, input, validated);
    result = fault ? fail(*std::move(fault)) : dispatch_call(function, validated, input, frame);
  }
  if (result.failed() && fault_) {
    if (!fault_->has_token && !function.token.empty()) fault_->named(std::string(function.token));
    if (function.position > 0) fault_->at(function.position);
  }
  return result;
}

Value Evaluator::dispatch_call(Function& function, const Arguments& arguments, Value input,
                               Frame* frame) {
  switch (function.kind) {
    case Function::Kind::kLambda:
      return enter_lambda(function, arguments);
    case Function::Kind::kBuiltin: {
      Call call{*this, arguments, input, frame};
      return function.builtin->body(call);
    }
    case Function::Kind::kPartial:
      return apply_partial(function, arguments, input, frame);
    case Function::Kind::kChain: {
      Arguments first(arena_);
      first.push_back(arguments.at(0));
      const Value between = apply(Value(function.first), first, Value::null(), frame);
      if (between.failed()) return between;
      Arguments second(arena_);
      second.push_back(between);
      return apply(Value(function.second), second, Value::null(), frame);
    }
    case Function::Kind::kRegex:
      return regex_call(*this, *function.node, arguments.at(0), 0);
    case Function::Kind::kNextMatch:
      return next_match(*this, function);
    case Function::Kind::kTransform:
      return transform(function, arguments.at(0));
    default:
      return fail("T1006");
  }
}

Value Evaluator::enter_lambda(Function& function, const Arguments& arguments) {
  if (!descend()) return Value::failure();
  ascend();
  const Node& node = *function.node;
  const auto& parameters = node.children;
  Frame* frame = new_frame(function.frame, static_cast<std::uint32_t>(parameters.size()));
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    set_variable(frame, parameters[i]->name, arguments.at(i));
  }
  const Value result = eval(*node.lhs, function.input, frame);
  if (result.is_function() && result.function().kind == Function::Kind::kThunk) {
    if (result.function().second == nullptr) result.function().second = &function;
  } else {
    release(frame);
  }
  return result;
}

Value Evaluator::lambda(const Node& node, Value input, Frame* frame) {
  Function* function = arena_.make<Function>(Function::Kind::kLambda, &node, input, frame);
  if (node.type == Type::kRegex) {
    function->kind = Function::Kind::kRegex;
    function->arity = 2;
    return Value(function);
  }
  if (node.type == Type::kTransform) return transform_function(node, input, frame);
  if (node.thunk) {
    function->kind = Function::Kind::kThunk;
    return Value(function);
  }
  function->signature = node.signature;
  function->arity = static_cast<std::int32_t>(node.children.size());
  capture(frame);
  return Value(function);
}

Value Evaluator::partial(const Node& node, Value input, Frame* frame) {
  const auto count = static_cast<std::uint32_t>(node.children.size());
  Value* arguments = arena_.allocate_array<Value>(count);
  std::int32_t missing = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (node.children[i]->type == Type::kPlaceholder) {
      arguments[i] = Value(static_cast<Tuple*>(nullptr));
      ++missing;
      continue;
    }
    arguments[i] = eval(*node.children[i], input, frame);
    if (arguments[i].failed()) return arguments[i];
  }
  const Value callee = eval(*node.lhs, input, frame);
  if (callee.failed()) return callee;
  const std::string_view name = callee_name(*node.lhs);
  if (!callee.is_function()) {
    const bool path = callee.is_undefined() && node.lhs->type == Type::kPath;
    const Name* known = path ? node.lhs->children[0]->name : nullptr;
    const bool forgotten = known != nullptr && find_variable(*known, frame).is_defined();
    return fail(Fault(forgotten ? "T1007" : "T1008").at(node.position).named(std::string(name)));
  }
  Function* function = arena_.make<Function>(Function::Kind::kPartial);
  function->first = &callee.function();
  function->arguments = arguments;
  function->argument_count = count;
  function->arity = missing;
  return Value(function);
}

Value Evaluator::apply_partial(Function& function, const Arguments& arguments, Value input,
                               Frame* frame) {
  Arguments complete(arena_);
  std::size_t next = 0;
  for (std::uint32_t i = 0; i < function.argument_count; ++i) {
    const bool missing = function.arguments[i].tag() == Tag::kTuple;
    complete.push_back(missing ? arguments.at(next++) : function.arguments[i]);
  }
  // The signature of a lambda does not reach its partial applications.
  if (is_lambda(Value(function.first))) return enter_lambda(*function.first, complete);
  return apply_once(Value(function.first), complete, input, frame);
}

Value Evaluator::apply_operator(const Node& node, Value input, Frame* frame) {
  const Value left = eval(*node.lhs, input, frame);
  if (left.failed()) return left;
  if (node.rhs->type == Type::kCall) return call(*node.rhs, input, frame, &left);
  const Value function = eval(*node.rhs, input, frame);
  if (function.failed()) return function;
  if (!function.is_function()) {
    Fault fault("T2006");
    if (function.is_defined()) fault.with("value", shown(function));
    return fail(std::move(fault.at(node.position)));
  }
  if (left.is_function()) {
    Function* chain = arena_.make<Function>(Function::Kind::kChain);
    chain->first = &left.function();
    chain->second = &function.function();
    chain->arity = 1;
    return Value(chain);
  }
  Arguments arguments(arena_);
  arguments.push_back(left);
  return apply(function, arguments, Value::null(), frame);
}

Value Evaluator::transform_function(const Node& node, Value input, Frame* frame) {
  Function* function = arena_.make<Function>(Function::Kind::kTransform, &node, input, frame);
  function->signature = transform_signature();
  function->arity = 1;
  capture(frame);
  return Value(function);
}

Value Evaluator::transform(Function& function, Value target) {
  if (target.is_undefined()) return target;
  const Node& node = *function.node;
  const Value copier = find_variable(*node.name, function.frame);
  if (!copier.is_function()) return fail(Fault("T2013").at(node.position));
  Arguments arguments(arena_);
  arguments.push_back(target);
  const Value copy = apply(copier, arguments, Value::null(), function.frame);
  if (copy.failed()) return copy;
  const Value matches = eval(*node.lhs, copy, function.frame);
  if (matches.failed()) return matches;
  if (matches.is_undefined()) return copy;
  if (!matches.is_array()) return transform_one(function, matches) ? copy : Value::failure();
  for (std::uint32_t i = 0; i < matches.array().size; ++i) {
    if (!transform_one(function, matches.array().at(arena_, i))) return Value::failure();
  }
  return copy;
}

bool Evaluator::transform_one(Function& function, Value match) {
  const Node& node = *function.node;
  const auto refuse = [this](std::string_view code, const Node& clause, Value value) {
    fail(Fault(code).at(clause.position).with("value", shown(value)));
    return false;
  };
  const Value update = eval(*node.rhs, match, function.frame);
  if (update.failed()) return false;
  if (update.is_defined()) {
    if (!update.is_object()) return refuse("T2011", *node.rhs, update);
    Object& added = update.object();
    const Member* members = added.all(arena_);
    const std::uint32_t count = added.size;
    for (std::uint32_t i = 0; i < count && match.is_object(); ++i) {
      match.object().set(arena_, members[i].name, members[i].value);
    }
  }
  if (node.third == nullptr) return true;
  const Value names = eval(*node.third, match, function.frame);
  if (names.failed()) return false;
  if (names.is_undefined()) return true;
  Array& list = names.is_array() ? names.array() : *make_sequence(arena_, names);
  for (std::uint32_t i = 0; i < list.size; ++i) {
    if (!list.at(arena_, i).is_string()) return refuse("T2012", *node.third, names);
  }
  for (std::uint32_t i = 0; i < list.size && match.is_object(); ++i) {
    match.object().erase(arena_, list.at(arena_, i).text());
  }
  return true;
}

}  // namespace bedlam::states::jsonata
