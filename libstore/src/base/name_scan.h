// base/name_scan.h - a quick look at many paths at once, which spares nearly all of them the rules of
// path_problem() one by one.
//
// A path passes path_problem() if it has at most kScannedPathMax bytes, begins with neither a dot nor a
// slash, and has no unusual bytes. Ordinary names in ASCII are such paths.
#pragma once

#include <cstddef>
#include <string_view>

namespace vstore {

inline constexpr std::size_t kScannedPathMax = 255;  ///< no component of such a path is too long

/// True for a byte that makes the component behind a slash, or at a path's begin, one to be looked at.
inline bool is_dot_or_slash(char c) noexcept { return (c | 1) == '/'; }

/// Does the text hold a NUL, a byte outside ASCII, a backslash, a tilde, or a slash with a dot or slash
/// behind it?
bool has_unusual_bytes(std::string_view text) noexcept;

/// `path` is not empty.
inline bool is_ordinary_path(std::string_view path) noexcept {
  return path.size() <= kScannedPathMax && !is_dot_or_slash(path.front()) && !has_unusual_bytes(path);
}

}  // namespace vstore
