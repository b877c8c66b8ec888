// os/image.h - the whole content of a small directory tree as a value: what crash states are made of.
#pragma once

#include <map>
#include <set>
#include <string>

#include "os/fs.h"
#include "vstore/bytes.h"

namespace vstore::os {

/// Paths are relative to the tree's root, without leading '/'. Every directory is listed, the root is not.
struct Image {
  std::map<std::string, Bytes> files;
  std::set<std::string> directories;
  friend bool operator==(const Image&, const Image&) = default;

  /// Reads what lies below `root`.
  static Image read(Fs& fs, const std::string& root);
  /// Writes everything below `root`, which must exist and be empty. Syncs nothing.
  void write(Fs& fs, const std::string& root) const;
  /// Tells images apart, to skip states seen before; no protection against anybody.
  std::uint64_t fingerprint() const;
};

}  // namespace vstore::os
