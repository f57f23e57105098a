// Recordings as text, and answered again from it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "harness/record/writer.h"
#include "tests/unit/harness/passing.h"

namespace bedlam::harness {

inline constexpr const char* kHaiku = "anthropic.claude-3-haiku-20240307-v1:0";

inline scenario::Scenario scenario_of(const std::string& text) {
  auto scenario = scenario::parse_scenario(text, "recording.yaml");
  if (scenario.ok()) return *std::move(scenario);
  ADD_FAILURE() << format(scenario.error().front(), text) << "\n" << text;
  return {};
}

inline RecordingText recorded(const std::vector<PassedCall>& calls,
                              Prompts prompts = Prompts::kKeep,
                              std::vector<std::string> secrets = {}) {
  return write_recording(make_recording(calls, {prompts, std::move(secrets), "2026-11-23"}),
                         "recording");
}

// Everything that reaches a disk.
inline std::string all_text(const RecordingText& text) {
  std::string all;
  for (const std::string& part : text.parts) all += part;
  for (const BesideFile& file : text.beside) all += file.name + file.text;
  return all;
}

// The same request, asked of `replay`.
inline PassedCall asked_again(const PassedCall& call, app::Emulator& replay) {
  PassedCall again;
  auto receiver = std::make_shared<PassingReceiver>(replay.scheduler(), again);
  replay.dispatcher().dispatch(call.request, "test", receiver);
  replay.scheduler().run();
  return again;
}

}  // namespace bedlam::harness
