// What a step turned out to be: the values that expectations look at.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "emulator/base/duration.h"
#include "emulator/base/json.h"
#include "harness/money/money.h"
#include "harness/partial/sent.h"
#include "harness/retry/policy.h"

namespace bedlam::harness {

// The pause between two attempts of a call: from one's end to the next one's start.
struct Pause {
  int retry = 0;  // from 0: the pause before attempt retry + 2
  Duration time;
  std::optional<Trouble> after{};  // what the attempt before it came to, where that is known
  // Of a workflow's task: what its state's Retry says, or why it says nothing.
  std::optional<Band> by_state{};
  std::string by_state_because{};
};
struct Gaps {
  std::vector<Pause> pauses;
};

struct CallRecord;
// Calls in the order of their first attempts. The attempts of an SDK's call are one call.
struct Calls {
  std::vector<CallRecord> records;
};

// What a program handed back to its user, and what of the models' answers was sent to it.
struct Shown {
  // By the place that it stands in: "stdout", "stderr", "text"; "output" of a workflow.
  std::map<std::string, Json, std::less<>> places;
  std::string directory;  // what files are relative to
  bool failed = false;    // it said itself that something went wrong
  // Of each request to a model, in order, what its attempts sent.
  std::vector<std::vector<SentAnswer>> requests;
};

// What stands in Amazon S3, by "bucket/key".
struct Objects {
  std::map<std::string, std::shared_ptr<const std::string>> bodies;
};

// Texts, numbers, truth values, documents and lists are Json; null where there is none.
using Value =
    std::variant<Json, Duration, Gaps, Calls, std::shared_ptr<const Shown>, Objects, Money>;

struct CallRecord {
  std::map<std::string, Value, std::less<>> fields;  // fields.h, call_fields()
};

struct Observed {
  std::string step;  // its name
  std::map<std::string, Value, std::less<>> fields;
  std::vector<std::string> notes;  // shown with every failed expectation of the step
  bool real_clock = false;         // it ran on the machine's clock: times are not exact
};

}  // namespace bedlam::harness
