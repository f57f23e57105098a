// The `expect` of a step or of the file, compiled before anything runs and then checked against
// what was observed.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/expect/fields.h"
#include "harness/expect/verdict.h"

namespace bedlam::harness {

class Expectation {
 public:
  // Mistakes go to `mistakes`, with the positions of `source`. `earlier_steps`: names that a
  // comparison may use.
  static Expectation compile(const scenario::Located& source, const Fields& fields,
                             const std::string& file, const std::vector<std::string>& earlier_steps,
                             Diagnostics& mistakes);

  // A field that must be so although nobody wrote it; nothing where one of `unless` is expected.
  // `because` is shown with a failure.
  void assume(std::string field, Json value, std::vector<std::string> unless, Position position,
              std::string because);

  // The failed ones, in the order written.
  std::vector<Verdict> check(const Observed& observed, const Surroundings& around) const;
  std::size_t size() const { return fields_.size(); }
  bool expects(std::string_view field) const;

 private:
  struct Expected {
    std::string name;
    MatcherPtr matcher;
    std::string note;
  };
  std::vector<Expected> fields_;
};

}  // namespace bedlam::harness
