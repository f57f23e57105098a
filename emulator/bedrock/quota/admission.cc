#include "emulator/bedrock/quota/admission.h"

#include <algorithm>

#include "emulator/bedrock/quota/burndown.h"
#include "emulator/bedrock/quota/explanation.h"
#include "emulator/clock/scheduler.h"
#include "emulator/script/model_id.h"

namespace bedlam::bedrock::quota {
namespace {

// Models that a client makes up do not fill the memory: beyond, those that are as new are dropped.
constexpr std::size_t kMaxLanes = 10'000;

// The quota with AWS's own limits, where there are any, in place of higher ones. They are of a
// minute.
script::Quota held_to(script::Quota quota, const script::HardLimit& hard) {
  const auto hold = [](std::optional<script::Rate>& rate, std::int64_t limit) {
    const script::Rate most{limit, std::chrono::minutes(1)};
    if (rate && script::is_above(*rate, most)) rate = most;
  };
  hold(quota.requests, hard.requests);
  hold(quota.tokens, hard.tokens);
  return quota;
}

bool exceeds(const script::Quota& quota, const script::HardLimit& hard) {
  const script::Quota held = held_to(quota, hard);
  return held.requests != quota.requests || held.tokens != quota.tokens;
}

// Where the call may go: its own Region first, if the profile has it.
std::vector<std::string> regions_for(const script::Quota& quota, const std::string& called) {
  if (quota.regions.empty()) return {called};
  std::vector<std::string> regions = quota.regions;
  std::stable_partition(regions.begin(), regions.end(),
                        [&](const std::string& region) { return region == called; });
  return regions;
}

std::int64_t charge(const Grant& grant, const Used& used) {
  if (!used.answered) return 0;
  const std::int64_t input = used.input_tokens - used.cached_input_tokens;
  return input + std::int64_t{used.output_tokens} * grant.burndown;
}

}  // namespace

Admission::Admission(const std::vector<script::Behaviour>& models, WallTime calendar)
    : calendar_(calendar.time_since_epoch()) {
  for (const script::Behaviour& model : models) {
    if (model.quota) entries_.push_back({entries_.size(), model.pattern, *model.quota});
  }
}

const Admission::Entry* Admission::find_entry(const std::string& resource) const {
  const auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
    return script::names_model(e.pattern, resource);
  });
  return entry == entries_.end() ? nullptr : &*entry;
}

std::shared_ptr<Lane> Admission::lane(const Entry& entry, const std::string& model,
                                      const std::string& region, Instant now) {
  const std::tuple key(entry.number, model, region);
  const auto known = lanes_.find(key);
  if (known != lanes_.end()) return known->second;
  if (lanes_.size() >= kMaxLanes) {
    std::erase_if(lanes_, [now](const auto& item) { return item.second->idle(now); });
  }
  const script::HardLimit* hard = script::find_hard_limit(model);
  const auto lane = std::make_shared<Lane>(
      hard == nullptr ? entry.quota : held_to(entry.quota, *hard), calendar_);
  lanes_.emplace(key, lane);
  return lane;
}

std::optional<Decision> Admission::ask(const Asked& asked, Instant now) {
  const Entry* entry = find_entry(asked.resource);
  if (entry == nullptr) return std::nullopt;
  const std::string model(script::bare_id(asked.resource));
  const script::HardLimit* hard = script::find_hard_limit(model);
  const int burndown = entry->quota.burndown.value_or(burndown_rate(asked.model));
  const Account account{model, asked.wish, burndown, now,
                        hard != nullptr && exceeds(entry->quota, *hard) ? hard : nullptr};
  Decision decision;
  std::vector<Visit> visits;
  for (const std::string& region : regions_for(entry->quota, asked.region)) {
    const std::shared_ptr<Lane> here = lane(*entry, model, region, now);
    Visit& visit = visits.emplace_back();
    visit.region = region;
    visit.standings = here->standings(asked.wish, now);
    if (visit.refusal() == nullptr) {
      decision.grant = {here, here->admit(asked.wish, now), asked.wish, burndown};
      decision.journal = explain(account, visits);
      return decision;
    }
    visit.forecast = here->forecast(asked.wish, now);
    visit.admissible_max_tokens = here->admissible_max_tokens(asked.wish, now);
  }
  decision.refused_by = decisive_visit(visits).refusal()->limit;
  decision.journal = explain(account, visits);
  return decision;
}

Json settle_at(const Grant& grant, Instant end, const Used& used, Scheduler& scheduler) {
  const std::int64_t charged = charge(grant, used);
  const int output = used.answered ? used.output_tokens : 0;
  if (end <= scheduler.now()) {
    grant.lane->settle(grant.call, charged, scheduler.now());
  } else {
    grant.lane->expect(grant.call, end, charged);
    scheduler.at(end, [lane = grant.lane, call = grant.call, charged, &scheduler] {
      lane->settle(call, charged, scheduler.now());
    });
  }
  return explain_settlement(grant.wish, charged, grant.burndown, output, end);
}

void settle_when_over(rpc::Reply& reply, Grant grant, Scheduler& scheduler) {
  // A scenario may count other tokens than were reserved.
  const Used whole{reply.note.outcome == "answer", reply.note.input_tokens,
                   reply.note.cached_input_tokens, reply.note.output_tokens};
  if (!reply.steps.empty() && !lasts_until_left(reply)) {
    grant.lane->expect(grant.call, scheduler.now() + last_due(reply), charge(grant, whole));
  }
  reply.when_over = [grant = std::move(grant), whole, &scheduler](const rpc::Ending& ending,
                                                                  rpc::Note& note) {
    Used used = whole;
    // A plain answer is sent when all of it is there; nothing sent is nothing generated.
    if (!ending.body_begun) used.output_tokens = 0;
    if (ending.generated) used.output_tokens = *ending.generated;
    note.quota["settled"] = settle_at(grant, ending.at, used, scheduler);
  };
}

}  // namespace bedlam::bedrock::quota
