// Rules of a recording as lines of YAML: their conditions, and what they answer. All that a
// recorded model's rule can have is written, so that an edited recording stays what it is.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "emulator/script/script.h"
#include "harness/record/writer.h"

namespace bedlam::harness {

using YamlLines = std::vector<std::string>;

// Texts that stand beside the recording, under the name of what they belong to.
class Beside {
 public:
  // `name`: of the recording, without its extension.
  explicit Beside(std::string name) : name_(std::move(name)) {}
  // Gives the name that the recording calls it by.
  std::string add(const char* what, std::string text, const char* ending = ".json");
  std::vector<BesideFile> finish() && { return std::move(files_); }

 private:
  std::string name_;
  std::vector<BesideFile> files_;
};

YamlLines outcome_lines(const script::Outcome& outcome, Beside& beside);

// In flow style; "{}" where every call is taken.
std::string when_text(const script::When& when);
std::string headers_text(const std::map<std::string, std::string>& headers);
std::string latency_text(const script::Latency& latency);

// `lines` as an item of a list, so far to the right.
std::string list_item(const YamlLines& lines, std::size_t indent);

// A rule in the list of a model's replies.
std::string rule_text(const script::When& when, const std::vector<YamlLines>& outcomes);

}  // namespace bedlam::harness
