#include "harness/money/bill.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "emulator/base/glob.h"
#include "emulator/states/api/started_execution.h"
#include "harness/partial/sent.h"
#include "harness/runner/observe.h"

namespace bedlam::harness {
namespace {

using rpc::JournalEntry;

// Lambda bills by the millisecond, Express workflows by 100 of them (pricing pages).
constexpr Duration kFunctionUnit = std::chrono::milliseconds(1);
constexpr Duration kExpressUnit = std::chrono::milliseconds(100);
constexpr double kMbInGb = 1024;
constexpr double kThousand = 1'000, kMillion = 1'000'000;
constexpr std::string_view kAnswered = "answer";

// At least one: on the virtual clock work may take no time, on AWS none does.
Duration rounded_up(Duration time, Duration unit) {
  return std::max(unit, (time + unit - Duration(1)) / unit * unit);
}

// StartAsyncInvoke names its model in its body.
std::string billed_model(const JournalEntry& entry) {
  if (!entry.resource.empty()) return entry.resource;
  const auto body = parse_json(entry.request);
  return body ? text_member(*body, "modelId") : "";
}

// Pictures asked for: Titan Image Generator and Nova Canvas, imageGenerationConfig.
double pictures(const JournalEntry& entry) {
  const auto body = parse_json(entry.request);
  const Json* config = body ? find(*body, "imageGenerationConfig") : nullptr;
  const Json* number = config == nullptr ? nullptr : find(*config, "numberOfImages");
  return number != nullptr && number->is_number() ? number->get<double>() : 1;
}

Charge charge_of(const JournalEntry& entry, const Prices& prices, Bill& bill) {
  Charge charge{entry.id,
                billed_model(entry),
                entry.note.input_tokens,
                billed_output_tokens(entry),
                entry.note.cached_input_tokens,
                entry.note.cache_written_tokens,
                {},
                Charge::Waste::kNone};
  const ModelPrice* price = prices.find(charge.what);
  if (price == nullptr) {
    const auto known = std::find(bill.unpriced.begin(), bill.unpriced.end(), charge.what);
    if (known == bill.unpriced.end()) bill.unpriced.push_back(charge.what);
    return charge;
  }
  const int plain = charge.input_tokens - charge.cache_read_tokens - charge.cache_written_tokens;
  charge.cost = price_of_answer(
      *price, {plain, charge.output_tokens, charge.cache_read_tokens, charge.cache_written_tokens},
      price->image > 0 ? pictures(entry) : 0);
  return charge;
}

void add_charge(Charge charge, Bill& bill) {
  bill.models += charge.cost;
  bill.input_tokens += charge.input_tokens;
  bill.output_tokens += charge.output_tokens;
  bill.cache_read_tokens += charge.cache_read_tokens;
  bill.cache_written_tokens += charge.cache_written_tokens;
  if (charge.waste != Charge::Waste::kNone) {
    bill.wasted += charge.cost;
    bill.wasted_tokens += charge.input_tokens + charge.output_tokens;
  }
  bill.calls.push_back(std::move(charge));
}

// One call with all its attempts: the last answer that arrived whole is what it was made for.
void add_call(const Attempts& attempts, const Prices& prices, Bill& bill) {
  const JournalEntry* useful = nullptr;
  for (const JournalEntry* entry : attempts) {
    if (is_billed_answer(*entry) && arrived_whole(*entry)) useful = entry;
  }
  for (const JournalEntry* entry : attempts) {
    if (!is_billed_answer(*entry)) continue;
    Charge charge = charge_of(*entry, prices, bill);
    if (entry != useful && !entry->ended.empty()) {
      charge.waste = useful != nullptr ? Charge::Waste::kDuplicated : Charge::Waste::kAbandoned;
    }
    add_charge(std::move(charge), bill);
  }
}

void add_invocation(Bill& bill, Duration took, int memory_mb, const Prices& prices) {
  const Duration billed = rounded_up(took, kFunctionUnit);
  ++bill.invocations;
  bill.function_time += billed;
  bill.functions += price_of(1, prices.lambda_requests_1000000, kMillion) +
                    price_of(seconds(billed) * memory_mb / kMbInGb, prices.lambda_gb_second);
}

// A function that a scenario scripts. A refusal of Lambda's own is no invocation; one that its
// caller left runs on.
void add_function(const JournalEntry& entry, const std::vector<FunctionSize>& functions,
                  const Prices& prices, Bill& bill) {
  if (!entry.note.runs || entry.ended.empty()) return;
  constexpr std::string_view kFunction = "function:";
  std::string_view name = entry.resource;
  if (const std::size_t at = name.find(kFunction); at != std::string_view::npos) {
    name.remove_prefix(at + kFunction.size());
  }
  name = name.substr(0, name.find(':'));
  const auto size = std::find_if(functions.begin(), functions.end(), [&](const FunctionSize& f) {
    return glob_match(f.pattern, name);
  });
  add_invocation(bill, *entry.note.runs,
                 size == functions.end() ? FunctionSize{}.memory_mb : size->memory_mb, prices);
}

// States entered, and a further transition for each retry (Step Functions pricing). A retry starts
// again what the state had started: the event before it is not the state's entry.
std::uint64_t transitions_of(const states::History& history, const Scheduler& scheduler) {
  std::uint64_t transitions = 0;
  std::vector<bool> entries(history.size() + 1);  // by event id
  for (std::size_t i = 0; i < history.size(); ++i) {
    const Json event = history.event(i, scheduler, false);
    const auto& type = event["type"].get_ref<const std::string&>();
    if (type.ends_with("StateEntered")) {
      ++transitions;
      entries[i + 1] = true;
      continue;
    }
    const bool starts = type == "TaskScheduled" || type == "LambdaFunctionScheduled" ||
                        type == "ActivityScheduled" || type == "ParallelStateStarted" ||
                        type == "MapStateStarted";
    const auto previous = event["previousEventId"].get<std::size_t>();
    if (starts && previous <= history.size() && !entries[previous]) ++transitions;
  }
  return transitions;
}

void add_execution(const states::StartedExecution& started, const Scheduler& scheduler,
                   const Prices& prices, Bill& bill) {
  const states::Execution& execution = *started.execution;
  if (!started.express) {
    const std::uint64_t transitions = transitions_of(execution.history(), scheduler);
    bill.transitions += transitions;
    bill.states += price_of(static_cast<double>(transitions),
                            prices.transitions_1000_of(started.region), kThousand);
    return;
  }
  const Duration took =
      rounded_up(execution.stopped().value_or(scheduler.now()) - execution.started(), kExpressUnit);
  ++bill.express_requests;
  bill.express_time += took;
  bill.states +=
      price_of(1, prices.express_requests_1000000, kMillion) +
      price_of(seconds(took) * prices.express_memory_mb / kMbInGb, prices.express_gb_second);
}

std::string count_text(std::int64_t count) {
  std::string digits = std::to_string(count);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

}  // namespace

Bill& Bill::operator+=(const Bill& more) {
  calls.insert(calls.end(), more.calls.begin(), more.calls.end());
  models += more.models;
  states += more.states;
  functions += more.functions;
  input_tokens += more.input_tokens;
  output_tokens += more.output_tokens;
  cache_read_tokens += more.cache_read_tokens;
  cache_written_tokens += more.cache_written_tokens;
  wasted_tokens += more.wasted_tokens;
  wasted += more.wasted;
  transitions += more.transitions;
  express_requests += more.express_requests;
  express_time += more.express_time;
  invocations += more.invocations;
  function_time += more.function_time;
  function_waited += more.function_waited;
  for (const std::string& model : more.unpriced) {
    if (std::find(unpriced.begin(), unpriced.end(), model) == unpriced.end()) {
      unpriced.push_back(model);
    }
  }
  return *this;
}

bool is_billed_answer(const JournalEntry& entry) {
  constexpr std::array<std::string_view, 4> kFree{"CountTokens", "ApplyGuardrail", "GetAsyncInvoke",
                                                  "ListAsyncInvokes"};
  return entry.service == "bedrock-runtime" && entry.note.outcome == kAnswered &&
         !entry.note.repeated &&
         std::find(kFree.begin(), kFree.end(), entry.operation) == kFree.end();
}

// What the model had said when an exception took the place of the rest: it said no more.
int billed_output_tokens(const JournalEntry& entry) {
  const int whole = entry.note.output_tokens;
  return exception_in_stream(entry).empty() ? whole : std::min(entry.tokens_sent, whole);
}

Bill bill_of(const app::Emulator& emulator, const BilledWindow& window, const Prices& prices,
             const std::vector<FunctionSize>& functions) {
  Bill bill;
  const rpc::Journal& journal = emulator.journal();
  for (const Attempts& attempts : group_attempts(journal, window.first_entry, window.end_entry)) {
    add_call(attempts, prices, bill);
    for (const JournalEntry* entry : attempts) {
      if (entry->service == "lambda") add_function(*entry, functions, prices, bill);
    }
  }
  for (const auto& started : emulator.executions(window.first_execution)) {
    if (started.number >= window.end_execution) break;
    add_execution(started, emulator.scheduler(), prices, bill);
  }
  return bill;
}

void price_calls(Calls& calls, const rpc::Journal& journal, std::uint64_t first, std::uint64_t end,
                 const Bill& bill) {
  std::map<std::uint64_t, Money> by_entry;
  for (const Charge& charge : bill.calls) by_entry[charge.entry] += charge.cost;
  const std::vector<Attempts> groups = group_attempts(journal, first, end);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Money cost;
    for (const JournalEntry* entry : groups[i]) {
      const auto found = by_entry.find(entry->id);
      if (found != by_entry.end()) cost += found->second;
    }
    calls.records[i].fields["cost"] = cost;
  }
}

void add_function_time(Bill& bill, const rpc::Journal& journal, const BilledWindow& window,
                       Instant start, Duration took, int memory_mb, const Prices& prices) {
  add_invocation(bill, took, memory_mb, prices);
  std::vector<std::pair<Instant, Instant>> waits;
  for (const JournalEntry& entry : journal.entries()) {
    if (entry.id < window.first_entry || entry.id >= window.end_entry) continue;
    const Instant end = entry.ended.empty() ? start + took : entry.left_at.value_or(entry.ended_at);
    if (end > entry.at) waits.emplace_back(entry.at, std::min(end, start + took));
  }
  std::sort(waits.begin(), waits.end());
  Instant reached = start;
  for (const auto& [from, to] : waits) {
    if (to <= reached) continue;
    bill.function_waited += to - std::max(from, reached);
    reached = to;
  }
}

std::vector<std::string> bill_notes(const Bill& bill) {
  std::vector<std::string> notes;
  std::string models = "cost: models " + format_money(bill.models) + " (" +
                       count_text(bill.input_tokens) + " tokens in, " +
                       count_text(bill.output_tokens) + " out)";
  if (bill.states.picos > 0) models += ", workflows " + format_money(bill.states);
  if (bill.functions.picos > 0) models += ", functions " + format_money(bill.functions);
  notes.push_back(std::move(models));
  if (bill.wasted.picos > 0) {
    notes.push_back("of it wasted: " + format_money(bill.wasted) + ", " +
                    count_text(bill.wasted_tokens) +
                    " tokens of answers that nobody got whole, or "
                    "that were paid twice");
  }
  for (const std::string& model : bill.unpriced) {
    notes.push_back("the prices do not name " + model + ": it counts as free");
  }
  return notes;
}

Json to_json(const Bill& bill) {
  Json calls = Json::array();
  for (const Charge& charge : bill.calls) {
    Json call{{"entry", charge.entry},
              {"model", charge.what},
              {"input_tokens", charge.input_tokens},
              {"output_tokens", charge.output_tokens},
              {"usd", charge.cost.usd()}};
    if (charge.cache_read_tokens > 0) call["cache_read_tokens"] = charge.cache_read_tokens;
    if (charge.cache_written_tokens > 0) call["cache_written_tokens"] = charge.cache_written_tokens;
    if (charge.waste != Charge::Waste::kNone) {
      call["wasted"] = charge.waste == Charge::Waste::kAbandoned ? "abandoned" : "duplicated";
    }
    calls.push_back(std::move(call));
  }
  return {{"usd", bill.total().usd()},
          {"models_usd", bill.models.usd()},
          {"workflows_usd", bill.states.usd()},
          {"functions_usd", bill.functions.usd()},
          {"wasted_usd", bill.wasted.usd()},
          {"input_tokens", bill.input_tokens},
          {"output_tokens", bill.output_tokens},
          {"cache_read_tokens", bill.cache_read_tokens},
          {"cache_written_tokens", bill.cache_written_tokens},
          {"wasted_tokens", bill.wasted_tokens},
          {"state_transitions", bill.transitions},
          {"express_requests", bill.express_requests},
          {"express_ms", seconds(bill.express_time) * kThousand},
          {"function_invocations", bill.invocations},
          {"function_ms", seconds(bill.function_time) * kThousand},
          {"function_waited_ms", seconds(bill.function_waited) * kThousand},
          {"unpriced_models", bill.unpriced},
          {"calls", std::move(calls)}};
}

}  // namespace bedlam::harness
