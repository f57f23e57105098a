// One file as `bedlam check` reads it: a scenario, a definition in Amazon States Language as JSON
// or YAML, or a template of AWS SAM or CloudFormation.
#pragma once

#include <string>

#include "emulator/base/diagnostic.h"
#include "harness/lint/lint.h"

namespace bedlam::harness {

// Every mistake and warning; where there is no mistake, what the linter says too. YAML is a
// scenario unless it holds definitions; every file of another name is JSON, a definition or a
// template.
// `text`: what the file holds.
Diagnostics check_file(const std::string& file, const std::string& text,
                       const LintSilence& silent = {});

}  // namespace bedlam::harness
