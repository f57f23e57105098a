// What a step turned out to be: the values that expectations look at.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "emulator/base/duration.h"
#include "emulator/base/json.h"

namespace bedlam::harness {

// The pause between two attempts of a call: from one's end to the next one's start.
struct Pause {
  int retry = 0;  // from 0: the pause before attempt retry + 2
  Duration time;
};
struct Gaps {
  std::vector<Pause> pauses;
};

struct CallRecord;
// Calls in the order of their first attempts. The attempts of an SDK's call are one call.
struct Calls {
  std::vector<CallRecord> records;
};

// Texts, numbers, truth values, documents and lists are Json; null where there is none.
using Value = std::variant<Json, Duration, Gaps, Calls>;

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
