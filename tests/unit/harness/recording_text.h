// Recordings as text, and answered again from it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/base/base64.h"
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

// The payloads of all frames that were recorded, in order.
inline std::vector<std::string> frame_payloads(const std::vector<script::Behaviour>& models) {
  std::vector<std::string> payloads;
  for (const script::Behaviour& model : models) {
    for (const script::Rule& rule : model.rules) {
      for (const script::Outcome& outcome : rule.outcomes) {
        const auto* answer = std::get_if<script::Answer>(&outcome.result);
        if (answer == nullptr) continue;
        for (const auto& frame : std::get<script::Verbatim>(answer->content).frames) {
          payloads.push_back(frame.payload);
        }
      }
    }
  }
  return payloads;
}

// What stands as base64 in a chunk of InvokeModelWithResponseStream; nullopt: it is no chunk.
inline std::optional<std::string> chunk_json(const std::string& payload) {
  const auto tree = parse_json(payload);
  const Json* bytes = tree.ok() ? find(*tree, "bytes") : nullptr;
  if (bytes == nullptr) return std::nullopt;
  return base64_decode(bytes->get<std::string>()).value_or("?");
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
