// quota and regions of a model.
#include <algorithm>

#include "emulator/scenario/sections.h"
#include "emulator/scenario/values.h"
#include "emulator/script/model_id.h"

namespace bedlam::scenario {
namespace {

bool is_whole_number(const Node& node) {
  return !node.text.empty() && node.text.find_first_not_of("0123456789") == std::string::npos;
}

std::optional<script::Rate> read_rate(const Node& node, std::string_view what, Reader& reader) {
  if (node.kind == Node::Kind::kScalar && is_whole_number(node)) {
    reader.mistakes.add(node.position, std::string(what) + " needs a time",
                        "write " + node.text + "/min");
    return std::nullopt;
  }
  const std::optional<std::string> text = read_text(node, what, reader.mistakes);
  if (!text) return std::nullopt;
  if (const auto rate = script::parse_rate(*text)) return rate;
  reader.mistakes.add(node.position, std::string(what) + " cannot be '" + *text + "'",
                      "write " + std::string(script::kRateForms) +
                          "; a whole number, with k, M or G, and s, min or h");
  return std::nullopt;
}

std::optional<std::int64_t> read_amount(const Node& node, std::string_view what, Reader& reader) {
  const bool scalar = node.kind == Node::Kind::kScalar;
  const std::optional<std::string> text =
      scalar ? std::optional(node.text) : read_text(node, what, reader.mistakes);
  if (!text) return std::nullopt;
  if (const auto amount = script::parse_amount(*text)) return amount;
  reader.mistakes.add(node.position, std::string(what) + " cannot be '" + *text + "'",
                      "write " + std::string(script::kAmountForms));
  return std::nullopt;
}

void read_refill(const Node& node, script::Quota& quota, Reader& reader) {
  const auto word = read_choice(node, choice("refill"), "refill", reader.mistakes);
  if (word && *word == "window") quota.refill = script::Refill::kWindow;
}

// The name of an inference profile, or a pattern or ARN that may be one.
bool may_be_profile(std::string_view pattern) {
  return pattern.starts_with('*') || pattern.starts_with("arn:") ||
         !script::profile_prefix(pattern).empty();
}

void read_regions(const Node& node, const std::string& pattern, script::Quota& quota,
                  Reader& reader) {
  if (!may_be_profile(pattern)) {
    reader.mistakes.add(node.position,
                        "'" + pattern + "' names a model, which is served where it is called",
                        "an inference profile goes to several Regions: us." + pattern);
    return;
  }
  for (const Node* item : read_list(node, "regions", reader.mistakes)) {
    const auto region = read_region(*item, "a Region", reader.mistakes);
    if (!region) continue;
    if (std::find(quota.regions.begin(), quota.regions.end(), *region) != quota.regions.end()) {
      reader.mistakes.add(item->position, *region + " stands twice", "name each Region once");
      continue;
    }
    quota.regions.push_back(*region);
  }
}

// AWS does not raise some quotas, whoever asks.
void check_hard_limits(const Fields& fields, const std::string& pattern, const script::Quota& quota,
                       Reader& reader) {
  const script::HardLimit* hard = script::find_hard_limit(pattern);
  if (hard == nullptr) return;
  const auto check = [&](std::string_view name, const std::optional<script::Rate>& rate,
                         std::int64_t limit) {
    const script::Rate most{limit, std::chrono::minutes(1)};
    if (!rate || !script::is_above(*rate, most)) return;
    reader.mistakes.add(fields.get(name)->position,
                        pattern + " has " + script::format_rate(most) + " at most, not " +
                            script::format_rate(*rate),
                        "AWS does not raise this quota: " + std::string(hard->source));
  };
  check("requests", quota.requests, hard->requests);
  check("tokens", quota.tokens, hard->tokens);
}

void check_whole(const Fields& fields, Reader& reader) {
  const auto has = [&](std::string_view name) { return fields.get(name) != nullptr; };
  // A misspelt field is the missing one, most likely.
  for (const Member& member : fields.node().members) {
    if (object("quota").find(member.name) == nullptr) return;
  }
  const bool of_tokens = has("tokens") || has("daily_tokens");
  if (!of_tokens && !has("requests") && !has("concurrent")) {
    reader.mistakes.add(fields.node().position, "the quota limits nothing",
                        "it has at least one of requests, tokens, daily_tokens or concurrent");
  } else if (has("burndown") && !of_tokens) {
    reader.mistakes.add(fields.key("burndown"), "'burndown' is about a quota of tokens",
                        "add tokens or daily_tokens, or leave it out");
  }
}

}  // namespace

std::optional<script::Quota> read_quota(const Fields& model, const std::string& pattern,
                                        Reader& reader) {
  const Node* node = model.get("quota");
  const Node* regions = model.get("regions");
  if (node == nullptr) {
    if (regions == nullptr) return std::nullopt;
    reader.mistakes.add(model.key("regions"), "'regions' says where a quota goes on",
                        "add a quota, which each of the Regions has");
    return std::nullopt;
  }
  const Fields fields(*node, object("quota"), reader.mistakes);
  if (!fields.ok()) return std::nullopt;
  script::Quota quota;
  if (const Node* rate = fields.get("requests")) {
    quota.requests = read_rate(*rate, "requests", reader);
  }
  if (const Node* rate = fields.get("tokens")) quota.tokens = read_rate(*rate, "tokens", reader);
  if (const Node* amount = fields.get("daily_tokens")) {
    quota.daily_tokens = read_amount(*amount, "daily_tokens", reader);
  }
  if (const Node* calls = fields.get("concurrent")) {
    quota.concurrent = read_integer(*calls, 1, "concurrent", reader.mistakes);
  }
  if (const Node* rate = fields.get("burndown")) {
    quota.burndown = read_integer(*rate, 1, "burndown", reader.mistakes);
  }
  if (const Node* refill = fields.get("refill")) read_refill(*refill, quota, reader);
  if (regions != nullptr) read_regions(*regions, pattern, quota, reader);
  check_whole(fields, reader);
  check_hard_limits(fields, pattern, quota, reader);
  return quota;
}

}  // namespace bedlam::scenario
