// The live view: the page of a run (report/page.h) while the emulator is served.
//
//   GET /_bedlam/         the page, for a browser
//   GET /_bedlam/report   the document that it shows (report/document.h)
#pragma once

#include "harness/served/judge.h"

namespace bedlam::harness {

// As many as a browser reads every second without falling behind; the journal has the others.
inline constexpr std::uint64_t kLiveCalls = 2'000;
inline constexpr std::uint64_t kLiveExecutions = 200;

// Adds its requests to the emulator's control plane. All live equally long. `title` stands above.
void show_live(app::Emulator& emulator, const Judge& judge, const std::string& title,
               bool real_clock);

}  // namespace bedlam::harness
