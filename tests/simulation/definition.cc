#include "tests/simulation/definition.h"

#include "emulator/clock/instant.h"
#include "tests/simulation/world.h"

namespace bedlam::simulation {
namespace {

Json retriers_of(const Node& node) {
  constexpr double kQuarters = 4;
  Json list = Json::array();
  for (const PlannedRetrier& retrier : node.retriers) {
    Json json{{"ErrorEquals", retrier.errors},
              {"IntervalSeconds", retrier.interval_s},
              {"MaxAttempts", retrier.max_attempts},
              {"BackoffRate", static_cast<double>(retrier.rate_quarters) / kQuarters}};
    if (retrier.max_delay_s) json["MaxDelaySeconds"] = *retrier.max_delay_s;
    if (retrier.full_jitter) json["JitterStrategy"] = "FULL";
    list.push_back(std::move(json));
  }
  return list;
}

class Writer {
 public:
  Json block(const Chain& chain) {
    Json states = Json::object();
    write(states, chain, "");
    return {{"StartAt", chain.front().name}, {"States", std::move(states)}};
  }

 private:
  // `next` "": the end of the block.
  void write(Json& states, const Chain& chain, const std::string& next) {
    for (std::size_t i = 0; i < chain.size(); ++i) {
      write(states, chain[i], i + 1 < chain.size() ? chain[i + 1].name : next);
    }
  }

  void write(Json& states, const Node& node, const std::string& next) {
    Json state = fields_of(node);
    if (node.jsonata) state["QueryLanguage"] = "JSONata";
    if (node.kind == NodeKind::kChoice) {
      state["Choices"][0]["Next"] = first_of(states, node.inside[0], next);
      if (node.has_default) state["Default"] = first_of(states, node.inside[1], next);
    } else if (node.kind != NodeKind::kFail && node.kind != NodeKind::kSucceed) {
      next.empty() ? state["End"] = true : state["Next"] = next;
    }
    if (!node.retriers.empty()) state["Retry"] = retriers_of(node);
    for (const PlannedCatcher& catcher : node.catchers) {
      Json json{{"ErrorEquals", catcher.errors}, {"Next", first_of(states, catcher.handler, next)}};
      node.jsonata ? json["Output"] = "{% $states.input %}" : json["ResultPath"] = nullptr;
      state["Catch"].push_back(std::move(json));
    }
    states[node.name] = std::move(state);
  }

  // Writes a chain that goes on at `next`; where it begins.
  std::string first_of(Json& states, const Chain& chain, const std::string& next) {
    if (chain.empty()) return next;
    write(states, chain, next);
    return chain.front().name;
  }

  Json fields_of(const Node& node) {
    switch (node.kind) {
      case NodeKind::kPass:
        return {{"Type", "Pass"}};
      case NodeKind::kWait:
        return wait(node);
      case NodeKind::kTask:
        return task(node);
      case NodeKind::kChoice:
        return choice(node);
      case NodeKind::kParallel:
        return parallel(node);
      case NodeKind::kMap:
        return map(node);
      case NodeKind::kFail:
        return {{"Type", "Fail"}, {"Error", node.error}};
      case NodeKind::kSucceed:
        break;
    }
    return {{"Type", "Succeed"}};
  }

  static Json wait(const Node& node) {
    Json state{{"Type", "Wait"}};
    const std::string seconds = std::to_string(node.wait_s);
    switch (node.wait_form) {
      case WaitForm::kSeconds:
        state["Seconds"] = node.wait_s;
        break;
      case WaitForm::kExpression:
        node.jsonata ? state["Seconds"] = "{% " + seconds + " + $count([]) %}"
                     : state["SecondsPath"] = "$.seconds[" + seconds + "]";
        break;
      case WaitForm::kTimestamp:
        state["Timestamp"] = to_iso8601(kEpoch + std::chrono::seconds(node.wait_s));
        break;
      case WaitForm::kMissing:
        node.jsonata ? state["Seconds"] = "{% $states.input.missing %}"
                     : state["SecondsPath"] = "$.missing";
        break;
    }
    return state;
  }

  static Json task(const Node& node) {
    constexpr const char* kFunctionArn = "arn:aws:lambda:us-east-1:123456789012:function:work";
    Json state{{"Type", "Task"}};
    const Json key =
        node.jsonata ? Json{{"key", "{% $states.input.key %}"}} : Json{{"key.$", "$.key"}};
    Json parameters;
    switch (node.task_form) {
      case TaskForm::kFunction:
        state["Resource"] = kFunctionArn;
        parameters = key;
        break;
      case TaskForm::kInvoke:
        state["Resource"] = "arn:aws:states:::lambda:invoke";
        parameters = {{"FunctionName", kFunctionArn}, {"Payload", key}};
        break;
      case TaskForm::kService:
        state["Resource"] = "arn:aws:states:::aws-sdk:sqs:listQueues";
        parameters = key;
        break;
      case TaskForm::kCallback:
        state["Resource"] = "arn:aws:states:::lambda:invoke.waitForTaskToken";
        parameters = {{"FunctionName", kFunctionArn}, {"Payload", key}};
        node.jsonata ? parameters["Payload"]["token"] = "{% $states.context.Task.Token %}"
                     : parameters["Payload"]["token.$"] = "$$.Task.Token";
        break;
      case TaskForm::kNested:
        state["Resource"] = "arn:aws:states:::states:startExecution.sync:2";
        parameters = nested(node);
        break;
    }
    state[node.jsonata ? "Arguments" : "Parameters"] = std::move(parameters);
    if (node.timeout_s) state["TimeoutSeconds"] = *node.timeout_s;
    if (node.heartbeat_s) state["HeartbeatSeconds"] = *node.heartbeat_s;
    keep_input(state, node);
    return state;
  }

  static Json nested(const Node& node) {
    const std::string suffix = nested_key(node, "");
    Json input;
    if (node.jsonata) {
      input = {{"key", "{% $states.input.key & '" + suffix + "' %}"},
               {"lists", "{% $states.input.lists %}"},
               {"seconds", "{% $states.input.seconds %}"}};
    } else {
      input = {{"key.$", "States.Format('{}" + suffix + "', $.key)"},
               {"lists.$", "$.lists"},
               {"seconds.$", "$.seconds"}};
    }
    return {{"StateMachineArn",
             std::string("arn:aws:states:us-east-1:123456789012:stateMachine:") + kNestedMachine},
            {"Input", std::move(input)}};
  }

  static Json choice(const Node& node) {
    Json rule;
    if (node.jsonata) {
      rule["Condition"] = "{% $substring($states.input.key, -" +
                          std::to_string(node.marker.size()) + ") = '" + node.marker + "' %}";
    } else {
      rule = {{"Variable", "$.key"}, {"StringMatches", "*" + node.marker}};
    }
    return {{"Type", "Choice"}, {"Choices", Json::array({std::move(rule)})}};
  }

  Json parallel(const Node& node) {
    Json state{{"Type", "Parallel"}, {"Branches", Json::array()}};
    for (const Chain& branch : node.inside) state["Branches"].push_back(block(branch));
    keep_input(state, node);
    return state;
  }

  Json map(const Node& node) {
    Json state{{"Type", "Map"}, {"ItemProcessor", block(node.inside[0])}};
    Json& mode = state["ItemProcessor"]["ProcessorConfig"];
    mode["Mode"] = node.distributed ? "DISTRIBUTED" : "INLINE";
    if (node.distributed) mode["ExecutionType"] = node.express ? "EXPRESS" : "STANDARD";
    const std::string items = std::to_string(node.items);
    if (node.jsonata) {
      state["Items"] = node.items == 0 ? "{% [] %}" : "{% [1.." + items + "] %}";
      state["ItemSelector"] = {
          {"key", "{% $states.input.key & '/' & $string($states.context.Map.Item.Index) %}"},
          {"lists", "{% $states.input.lists %}"},
          {"seconds", "{% $states.input.seconds %}"}};
    } else {
      state["ItemsPath"] = "$.lists[" + items + "]";
      state["ItemSelector"] = {{"key.$", "States.Format('{}/{}', $.key, $$.Map.Item.Index)"},
                               {"lists.$", "$.lists"},
                               {"seconds.$", "$.seconds"}};
    }
    state["MaxConcurrency"] = node.concurrency;
    if (node.tolerated > 0) state["ToleratedFailureCount"] = node.tolerated;
    keep_input(state, node);
    return state;
  }

  static void keep_input(Json& state, const Node& node) {
    node.jsonata ? state["Output"] = "{% $states.input %}" : state["ResultPath"] = nullptr;
  }
};

}  // namespace

Json definition_of(const Plan& plan) {
  Json definition = Writer().block(plan.chain);
  if (plan.timeout_s) definition["TimeoutSeconds"] = *plan.timeout_s;
  return definition;
}

Json nested_definition_of(const Plan& plan) {
  return Writer().block(plan.nested);
}

Json input_of(const std::string& key) {
  Json input{{"key", key}, {"lists", Json::array({Json::array()})}, {"seconds", Json::array()}};
  for (std::size_t i = 1; i <= kLongestList; ++i) {
    input["lists"].push_back(input["lists"].back());
    input["lists"].back().push_back(i);
  }
  for (std::int64_t i = 0; i <= kLongestWaitSeconds; ++i) input["seconds"].push_back(i);
  return input;
}

}  // namespace bedlam::simulation
