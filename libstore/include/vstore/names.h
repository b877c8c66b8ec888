// vstore/names.h - which names are allowed: refs (git's check-ref-format) and paths in a snapshot.
#pragma once

#include <string>
#include <string_view>

namespace vstore {

/// Empty if `name` ("refs/heads/main", "workspaces/<id>/HEAD", ...) is a well-formed full ref name
/// by git-check-ref-format's rules plus "no component begins with '-'"; else what is wrong with it.
std::string ref_name_problem(std::string_view name);
/// Throws `usage` naming the ref.
void check_ref_name(std::string_view name);

/// Empty if `path` may stand in a snapshot: relative, not empty, components neither empty, "." nor
/// "..", no NUL, no component over 255 bytes, at most 4095 bytes in all, no component that any file
/// system could take for ".vstore" (any case, trailing dots or spaces, NTFS and HFS+ disguises);
/// a trailing '/' is allowed (an empty directory). Else what is wrong with it.
std::string path_problem(std::string_view path);

/// The text with control bytes and invalid UTF-8 as \ooo escapes, for terminals and messages.
std::string escape_for_terminal(std::string_view text);
/// In double quotes with C escapes if it has unusual bytes, as git prints paths; else as it is.
std::string quote_path(std::string_view path);

}  // namespace vstore
