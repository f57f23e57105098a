// Whether a call is within its quotas, and what it used of them: asked for each call of a model
// before the script is, settled when the reply is over.
//
// As AWS describes it (Amazon Bedrock user guide, "How tokens are counted in Amazon Bedrock", read
// 2026-11-22): at the start input tokens and max_tokens are reserved; at the end the call is
// charged its input and its output times the burndown rate, and what is left of the reservation
// goes back.
//
// Differs from AWS: nothing is adjusted while an answer is being generated; what a profile prefers
// among its Regions is our choice (docs/fidelity.md).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "emulator/bedrock/quota/lane.h"
#include "emulator/rpc/reply.h"
#include "emulator/script/script.h"

namespace bedlam {
class Scheduler;
}

namespace bedlam::bedrock::quota {

struct Asked {
  std::string resource;  // the model as called
  std::string region;    // that was called
  std::string model;     // its own id
  Wish wish;
};

// A call that was admitted, until its reply is over.
struct Grant {
  std::shared_ptr<Lane> lane;
  Lane::CallId call = 0;
  Wish wish;
  int burndown = 1;
};

// What a call used, as its answer counts.
struct Used {
  bool answered = false;        // an error's caller gets no tokens and pays for none
  int input_tokens = 0;         // all
  int cached_input_tokens = 0;  // of them, read from the prompt cache: reserved, not charged
  int output_tokens = 0;
};

struct Decision {
  std::optional<Limit> refused_by;
  Grant grant;   // where it was admitted
  Json journal;  // what the journal shows: docs/quotas.md
};

class Admission {
 public:
  Admission() = default;
  // `calendar`: the calendar time of Instant{}, for windows and days.
  Admission(const std::vector<script::Behaviour>& models, WallTime calendar);

  // Whether anything is limited: where not, ask() has no answer.
  bool limits() const { return !entries_.empty(); }
  // By the first entry that has a quota and matches; nullopt where none does.
  std::optional<Decision> ask(const Asked& asked, Instant now);

 private:
  struct Entry {
    std::size_t number;
    std::string pattern;
    script::Quota quota;
  };
  const Entry* find_entry(const std::string& resource) const;
  std::shared_ptr<Lane> lane(const Entry& entry, const std::string& model,
                             const std::string& region, Instant now);

  std::vector<Entry> entries_;
  Duration calendar_{};
  // By entry, model and Region.
  std::map<std::tuple<std::size_t, std::string, std::string>, std::shared_ptr<Lane>> lanes_;
};

// Settles the grant then, at once where that is now, with what it will have used. Gives what the
// journal says of it. May be told again, of another end, before the first has come.
Json settle_at(const Grant& grant, Instant end, const Used& used, Scheduler& scheduler);

// Has the grant settled when the reply is over, with what its note says, as far as the model came.
// The reply is whole: faults have been applied.
void settle_when_over(rpc::Reply& reply, Grant grant, Scheduler& scheduler);

}  // namespace bedlam::bedrock::quota
