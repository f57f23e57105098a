#include "emulator/bedrock/quota/explanation.h"

#include <algorithm>

namespace bedlam::bedrock::quota {
namespace {

using script::format_amount;

double since_start(Instant instant) {
  return seconds(instant.time_since_epoch());
}

std::string_view in_words(Limit limit) {
  switch (limit) {
    case Limit::kRequests:
      return "requests";
    case Limit::kTokens:
      return "tokens";
    case Limit::kDailyTokens:
      return "tokens a day";
    case Limit::kConcurrent:
      return "calls at a time";
  }
  return "";
}

// "590 input and max_tokens 64,000"
std::string parts_of(const Wish& wish) {
  return format_amount(wish.input_tokens) + " input and max_tokens " +
         format_amount(wish.max_tokens);
}

std::string when_admitted(const Account& account, const Visit& visit) {
  if (visit.forecast.never) return "it is never admitted, since the quota is smaller";
  if (!visit.forecast.at) return "it would be admitted when a call under way ends";
  return "it would be admitted in " + format_duration(*visit.forecast.at - account.now);
}

bool is_hard(const Account& account, const Standing& standing) {
  if (account.hard == nullptr) return false;
  return (standing.limit == Limit::kRequests && standing.quota == account.hard->requests) ||
         (standing.limit == Limit::kTokens && standing.quota == account.hard->tokens);
}

// "us-east-1 has 12,000 of 100,000 tokens left, 64,590 were to be reserved (…); it would be
// admitted in 31.554 s, at once with max_tokens 11,410"
std::string sentence(const Account& account, const Visit& visit) {
  const Standing& refusal = *visit.refusal();
  std::string text = visit.region + " has " + format_amount(refusal.left) + " of " +
                     format_amount(refusal.quota) + " " + std::string(in_words(refusal.limit)) +
                     " left";
  if (is_hard(account, refusal)) text += " (AWS does not raise this quota)";
  const bool of_tokens = refusal.limit == Limit::kTokens || refusal.limit == Limit::kDailyTokens;
  if (of_tokens) {
    text += ", " + format_amount(refusal.asked) + " were to be reserved (" +
            parts_of(account.wish) + ")";
  }
  text += "; " + when_admitted(account, visit);
  const bool shorter_helps =
      of_tokens &&
      std::all_of(visit.standings.begin(), visit.standings.end(), [](const Standing& s) {
        return !s.refuses() || s.limit == Limit::kTokens || s.limit == Limit::kDailyTokens;
      });
  if (shorter_helps && visit.admissible_max_tokens) {
    text += ", at once with max_tokens " + format_amount(*visit.admissible_max_tokens);
  }
  return text;
}

Json standing_json(const Standing& standing) {
  return {{"quota", standing.quota}, {"asked", standing.asked}, {"left", standing.left}};
}

Json visit_json(const Visit& visit) {
  Json json{{"region", visit.region}};
  for (const Standing& standing : visit.standings) {
    json["limits"][std::string(name_of(standing.limit))] = standing_json(standing);
  }
  const Standing* refusal = visit.refusal();
  if (refusal == nullptr) return json;
  json["refused_by"] = name_of(refusal->limit);
  json["admitted_at"] = visit.forecast.at ? Json(since_start(*visit.forecast.at)) : Json();
  json["admitted_max_tokens"] =
      visit.admissible_max_tokens ? Json(*visit.admissible_max_tokens) : Json();
  return json;
}

const Visit& best_of(const std::vector<Visit>& visits) {
  return *std::min_element(visits.begin(), visits.end(), [](const Visit& a, const Visit& b) {
    if (!a.forecast.at || !b.forecast.at) return a.forecast.at.has_value() && !b.forecast.at;
    return *a.forecast.at < *b.forecast.at;
  });
}

}  // namespace

const Standing* Visit::refusal() const {
  const auto found = std::find_if(standings.begin(), standings.end(),
                                  [](const Standing& standing) { return standing.refuses(); });
  return found == standings.end() ? nullptr : &*found;
}

const Visit& decisive_visit(const std::vector<Visit>& visits) {
  return visits.back().refusal() == nullptr ? visits.back() : best_of(visits);
}

Json explain(const Account& account, const std::vector<Visit>& visits) {
  const bool admitted = visits.back().refusal() == nullptr;
  const Visit& decisive = decisive_visit(visits);
  Json json{{"admitted", admitted},
            {"model", account.model},
            {"input_tokens", account.wish.input_tokens},
            {"max_tokens", account.wish.max_tokens},
            {admitted ? "reserved" : "to_reserve", account.wish.tokens()},
            {"burndown", account.burndown}};
  json.update(visit_json(decisive));
  const auto hard = [&](const Standing& standing) { return is_hard(account, standing); };
  if (std::any_of(decisive.standings.begin(), decisive.standings.end(), hard)) {
    json["hard_limit"] = true;
  }
  // Of a profile that has several Regions: where it was refused before, or elsewhere.
  for (const Visit& visit : visits) {
    if (&visit != &decisive) json["other_regions"].push_back(visit_json(visit));
  }
  if (!admitted) json["because"] = account.model + ": " + sentence(account, decisive);
  return json;
}

Json explain_settlement(const Wish& wish, std::int64_t charged, int burndown, int output_tokens,
                        Instant at) {
  return {{"at", since_start(at)},
          {"output_tokens", output_tokens},
          {"charged", charged},
          {"burned_down", std::int64_t{output_tokens} * burndown},
          {"given_back", wish.tokens() - charged}};
}

}  // namespace bedlam::bedrock::quota
