// What an answer of a function or a task is, given the event or the parameters; and JSON as other
// languages print it.
#pragma once

#include <string>

#include "emulator/script/script.h"

namespace bedlam::script {

// kAsIs: a text or a body. kEcho: what stands at a path of the event, null where nothing does.
// kTemplate: JSON in which a member `x.$` holds a path into the event and becomes `x`. kFormat: a
// text in which `{event}` and `{$.path}` stand for the event and its parts, as Python prints them.
Json value_of(const Answer& answer, const Json& event);

// As Python's json.dumps writes it: `{"a": 1, "b": [1, 2]}`. Functions in Python answer so.
std::string python_json(const Json& value);
// As Python's str() writes it: `{'a': 1, 'b': None}`; a text stands as it is.
std::string python_str(const Json& value);

}  // namespace bedlam::script
