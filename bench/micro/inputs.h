// micro/inputs.h - what the benchmarks work on: the same in every run.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>

#include "vstore/bytes.h"

namespace vstore::bench {

/// Bytes that no compressor makes smaller.
inline Bytes noise(std::size_t size, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  Bytes bytes(size);
  for (auto& b : bytes) b = static_cast<std::uint8_t>(random());
  return bytes;
}

/// The lines of a table: compresses about threefold, as measurements do.
inline Bytes table(std::size_t size, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  Bytes bytes;
  bytes.reserve(size + 80);
  for (std::uint64_t row = 0; bytes.size() < size; ++row) {
    char line[80];
    const int n = std::snprintf(line, sizeof line, "%09llu,2026-11-%02u,station-%03u,%u.%02u,%u\n",
                                static_cast<unsigned long long>(row), unsigned(random() % 30 + 1),
                                unsigned(random() % 500), unsigned(random() % 40), unsigned(random() % 100),
                                unsigned(random() % 1000));
    bytes.insert(bytes.end(), line, line + n);
  }
  bytes.resize(size);
  return bytes;
}

/// "d042/file-0001234.json": keys as a dataset of many files has them, ascending with `i`.
inline std::string key(std::uint64_t i) {
  char text[40];
  std::snprintf(text, sizeof text, "d%03u/file-%07u.json", unsigned(i / 1000), unsigned(i));
  return text;
}

/// A directory that goes away with its owner.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vstore-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace vstore::bench
