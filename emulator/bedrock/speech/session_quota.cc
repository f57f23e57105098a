#include "emulator/bedrock/speech/session_quota.h"

#include <algorithm>

namespace bedlam::bedrock {

std::optional<quota::Decision> SessionQuota::open() {
  std::optional<quota::Decision> decision = admission_.ask(asked_, scheduler_.now());
  if (!decision || decision->refused_by) return decision;
  journal_ = std::move(decision->journal);
  session_ = std::move(decision->grant);
  return std::nullopt;
}

std::optional<quota::Decision> SessionQuota::ask_turn(int input_tokens, int max_tokens) {
  quota::Asked turn = asked_;
  turn.wish = {input_tokens, max_tokens, true};
  std::optional<quota::Decision> decision = admission_.ask(turn, scheduler_.now());
  if (!decision) return std::nullopt;
  journal_["turns"].push_back(decision->journal);
  if (decision->refused_by) {
    // Of the call as a whole too: the last word.
    for (const char* name : {"refused_by", "because"}) journal_[name] = decision->journal[name];
    return decision;
  }
  next_turn_ = std::move(decision->grant);
  return std::nullopt;
}

void SessionQuota::begin_turn(const rpc::Reply& reply) {
  const Instant now = scheduler_.now();
  last_due_ = std::max(last_due_, now);
  Turn turn;
  for (const rpc::Step& step : reply.steps) {
    last_due_ = std::max(last_due_, now + step.due);
    const auto* bytes = std::get_if<rpc::Bytes>(&step.action);
    if (bytes != nullptr && bytes->frame)
      turn.marks.push_back({last_due_, bytes->frame->generated});
  }
  if (!next_turn_) return;
  turn.grant = *std::exchange(next_turn_, std::nullopt);
  turn.number = journal_["turns"].size() - 1;
  turn.used = {reply.note.outcome == "answer", reply.note.input_tokens, 0, 0};
  for (const Mark& mark : turn.marks) {
    turn.used.output_tokens = std::max(turn.used.output_tokens, mark.generated);
  }
  if (!lasts_until_left(reply)) {
    turn.end = last_due_;
    settle(turn, last_due_, turn.used);
  }
  std::erase_if(turns_, [now](const Turn& t) { return t.end && *t.end <= now; });
  turns_.push_back(std::move(turn));
}

void SessionQuota::end(Instant at) {
  for (const Turn& turn : turns_) {
    if (turn.end && *turn.end <= at) continue;
    quota::Used used = turn.used;
    used.output_tokens = 0;
    for (const Mark& mark : turn.marks) {
      if (mark.at <= at) used.output_tokens = std::max(used.output_tokens, mark.generated);
    }
    settle(turn, at, used);
  }
  turns_.clear();
  if (!session_) return;
  journal_["settled"] = quota::settle_at(*session_, at, {}, scheduler_);
  session_.reset();
}

void SessionQuota::settle(const Turn& turn, Instant end, const quota::Used& used) {
  journal_["turns"][turn.number]["settled"] = quota::settle_at(turn.grant, end, used, scheduler_);
}

}  // namespace bedlam::bedrock
