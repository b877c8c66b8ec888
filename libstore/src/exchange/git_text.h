// exchange/git_text.h - the small forms of git's streams: quoted paths, persons with times.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "vstore/object.h"

namespace vstore {

/// "Name <email> 1700000000 +0100". Throws `damaged` if it has not this form.
std::pair<Person, Time> parse_signature(std::string_view text);
std::string signature(const Person& who, const Time& time);

/// A path as it stands in a stream, in double quotes with C escapes or as it is, from the front of `text`,
/// which is left behind it. Unquoted paths end at a space if `to_space`, else at the end.
std::string take_path(std::string_view& text, bool to_space);
/// In quotes where git would need them.
std::string stream_path(std::string_view path);

/// What metadata can hold: bytes that are no UTF-8 are taken for Latin 1, as git does for want of anything
/// better; NUL goes.
std::string metadata_text(std::string_view text);

}  // namespace vstore
