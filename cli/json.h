// cli/json.h - `--json`: standard output carries JSON only, one document, or one object a line where the
// output is a stream. docs/json.md has the shapes. nlohmann/json.hpp is in the precompiled header.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "vstore/id.h"
#include "vstore/object.h"

namespace vstore::cli {

class Output;

/// Keys stay in the order in which they are set.
using Json = nlohmann::ordered_json;

/// Sets `key` to a text that may not be UTF-8 (a path, a message). If it is not, bad bytes become U+FFFD
/// there and `<key>_base64` has the exact bytes.
void set_text(Json& object, const char* key, std::string_view bytes);

Json to_json(const Id& id);
/// {"name", "email"}
Json to_json(const Person& person);
/// "2026-05-01T12:00:00+02:00"
std::string iso_time(const Time& time);

/// In one line, without its end.
std::string json_text(const Json& value);
/// One line.
void print_json(Output& out, const Json& value);

}  // namespace vstore::cli
