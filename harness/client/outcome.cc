#include "harness/client/outcome.h"

namespace bedlam::harness {

std::string outcome_of(Ending ending, bool saw_marks, const Heard& heard, const CallError& error) {
  if (ending == Ending::kWhole) return saw_marks ? "complete" : "partial";
  if (!heard.text.empty()) return "partial";
  if (ending == Ending::kError) return error.name;
  return "timed out";
}

}  // namespace bedlam::harness
