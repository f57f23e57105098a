#include "emulator/script/shadows.h"

#include <algorithm>

#include "emulator/base/glob.h"

namespace bedlam::script {
namespace {

// Whether every text that `narrow` matches is one that `wide` matches. A `*` of a glob stands for
// itself in the text that the other is held against, and only a `*` takes it.
bool covers(const std::string& wide, const std::string& narrow) {
  if (wide == narrow) return true;
  if (is_regex(narrow)) return wide == "*";
  if (is_regex(wide)) {
    return narrow.find('*') == std::string::npos && pattern_matches(wide, narrow);
  }
  return glob_match(wide, narrow);
}

bool covers(const std::optional<std::string>& wide, const std::optional<std::string>& narrow) {
  if (!wide || *wide == "*") return true;
  return narrow && covers(*wide, *narrow);
}

bool covers(const Json& wide, const Json& narrow) {
  if (wide.is_string() && narrow.is_string()) {
    return covers(wide.get_ref<const std::string&>(), narrow.get_ref<const std::string&>());
  }
  return wide == narrow;
}

// A member that both ask for, at the place where the first does.
template <typename Value>
bool all_covered(const std::map<std::string, Value>& wide,
                 const std::map<std::string, Value>& narrow) {
  return std::all_of(wide.begin(), wide.end(), [&](const auto& condition) {
    const auto same = narrow.find(condition.first);
    return same != narrow.end() && covers(condition.second, same->second);
  });
}

bool covers(const When& wide, const When& narrow) {
  if (wide.call) return false;  // it takes one call and leaves the others
  if (wide.attempt && wide.attempt != narrow.attempt) return false;
  if (wide.prompt_sha256 && wide.prompt_sha256 != narrow.prompt_sha256) return false;
  return covers(wide.prompt, narrow.prompt) && covers(wide.operation, narrow.operation) &&
         covers(wide.region, narrow.region) && covers(wide.state, narrow.state) &&
         covers(wide.workflow, narrow.workflow) && all_covered(wide.headers, narrow.headers) &&
         all_covered(wide.body, narrow.body);
}

}  // namespace

std::vector<Shadow> find_shadows(const std::vector<Behaviour>& behaviours) {
  struct Earlier {
    const Behaviour* behaviour;
    const Rule* rule;
  };
  std::vector<Earlier> earlier;
  std::vector<Shadow> shadows;
  for (const Behaviour& behaviour : behaviours) {
    for (const Rule& rule : behaviour.rules) {
      const auto by = std::find_if(earlier.begin(), earlier.end(), [&](const Earlier& first) {
        return covers(first.behaviour->pattern, behaviour.pattern) &&
               covers(first.rule->when, rule.when);
      });
      if (by != earlier.end()) shadows.push_back({rule.label, by->rule->label});
      earlier.push_back({&behaviour, &rule});
    }
  }
  return shadows;
}

}  // namespace bedlam::script
