// Definitions in Amazon States Language that are written in YAML: a file that is one (the AWS
// Toolkit's `.asl.yaml`), and the state machines of a template of AWS SAM or CloudFormation
// (AWS::Serverless::StateMachine, AWS::StepFunctions::StateMachine).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/base/diagnostic.h"
#include "emulator/base/result.h"
#include "emulator/scenario/scenario.h"

namespace bedlam::app {

struct YamlDefinitions {
  // One a state machine, in the order of the file; each knows where its parts stand. Of a template
  // the logical id is its name, placeholders stay, and a file named by DefinitionUri, relative to
  // the template, is read.
  std::vector<scenario::Workflow> machines;
  Diagnostics unread;  // one for each state machine of a template whose definition is not at hand
};

// Of YAML, which JSON is too. nullopt: the file holds neither States nor Resources, so it is of
// another kind, a scenario perhaps.
std::optional<Result<YamlDefinitions, Diagnostics>> read_yaml_definitions(const std::string& text,
                                                                          const std::string& file);

}  // namespace bedlam::app
