// A failed expectation, ready to be shown.
#pragma once

#include <string>
#include <vector>

#include "emulator/base/diagnostic.h"

namespace bedlam::harness {

struct Verdict {
  Position position;               // of the expected value in the scenario
  std::string step;                // "parallel"; "" for the file's own expectations
  std::string field;               // "takes", "output $.tagline"
  std::string expected;            // "19.2 s"
  std::string actual;              // a clause: "it took 24.4 s"
  std::vector<std::string> notes;  // "critical path: Describe 7.2 s → Advert 12 s"
};

}  // namespace bedlam::harness
