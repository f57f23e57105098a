// A bench as one HTML file that needs nothing else, in the style of the reports' page.
#pragma once

#include <string>

#include "emulator/base/json.h"

namespace bedlam::harness {

// `document`: bench_document(), and "comparison" in it where there is one.
std::string bench_page(const Json& document);

}  // namespace bedlam::harness
