// The page: one HTML file that needs nothing else, no network, no server. Its parts are under page/
// and stand in the program (cmake/embed.cmake).
#pragma once

#include <string>

#include "emulator/base/json.h"

namespace bedlam::harness {

// With a document (document.h) in it.
std::string page_of(const Json& document);

// Without: it asks `report` beside it for one, again and again.
std::string live_page();

}  // namespace bedlam::harness
