#include "harness/report/money_table.h"

#include <algorithm>

#include "emulator/base/utf8.h"

namespace bedlam::harness {
namespace {

using Row = std::vector<std::string>;

std::string amount(Money money) {
  std::string text = format_money(money);
  return text.substr(0, text.find(' '));  // the column's head names the currency
}

std::string grouped(std::int64_t count) {
  std::string digits = std::to_string(count);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

// "11 transitions", "1 Express, 20 s", "1 function, 30.8 s, of it 30.8 s waiting"
std::string runs(const Bill& bill) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  if (bill.transitions > 0) {
    add(grouped(static_cast<std::int64_t>(bill.transitions)) +
        (bill.transitions == 1 ? " transition" : " transitions"));
  }
  if (bill.express_requests > 0) {
    add(std::to_string(bill.express_requests) + " Express, " + format_duration(bill.express_time));
  }
  if (bill.invocations > 0) {
    add(std::to_string(bill.invocations) + " in a function, " +
        format_duration(bill.function_time));
    if (bill.function_waited > Duration{}) {
      text += ", of it " + format_duration(bill.function_waited) + " waiting";
    }
  }
  return text;
}

Row row_of(const std::string& name, const Bill& bill) {
  return {name,
          amount(bill.models),
          amount(bill.states),
          amount(bill.functions),
          amount(bill.total()),
          grouped(bill.input_tokens),
          grouped(bill.output_tokens),
          amount(bill.wasted),
          runs(bill)};
}

}  // namespace

std::string money_table(const ScenarioResult& result) {
  std::vector<Row> rows{{"step", "models USD", "workflows USD", "functions USD", "total USD",
                         "tokens in", "tokens out", "wasted USD", ""}};
  for (const StepResult& step : result.steps) {
    if (step.kind != "wait" && step.kind != "expect") rows.push_back(row_of(step.name, step.bill));
  }
  if (rows.size() == 1) return "";
  if (rows.size() > 2) rows.push_back(row_of("all", result.bill));
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], characters_in(row[i]));
    }
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line = "        ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - characters_in(row[i]), ' ');
      const bool to_the_left = i == 0 || i + 1 == row.size();
      line += (i == 0 ? "" : "  ") + (to_the_left ? row[i] + padding : padding + row[i]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  for (const std::string& model : result.bill.unpriced) {
    text += "        the prices do not name " + model + ": it counts as free\n";
  }
  return text + "        prices of " + result.prices_date + "\n";
}

}  // namespace bedlam::harness
