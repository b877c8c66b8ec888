#include "history/path_filter.h"

namespace vstore {
namespace {

std::uint64_t mix(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

// FNV-1a, then mixed twice: two numbers that are as good as independent.
PathHash::PathHash(std::string_view path) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : path) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  first = mix(hash);
  step = mix(hash + 0x9e3779b97f4a7c15) | 1;
}

bool PathFilterBuilder::add(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  while (!path.empty() && !too_many() && paths_.emplace(path).second) {
    const std::size_t slash = path.rfind('/');
    path = slash == path.npos ? std::string_view() : path.substr(0, slash);
  }
  return !too_many();
}

Bytes PathFilterBuilder::finish() const {
  Bytes filter((paths_.size() * filter_bits_per_path + 7) / 8);
  for (const std::string& path : paths_) {
    const PathHash hash(path);
    for (int i = 0; i < filter_probes; ++i) {
      const std::uint64_t bit = (hash.first + static_cast<std::uint64_t>(i) * hash.step) % (filter.size() * 8);
      filter[bit / 8] = static_cast<std::uint8_t>(filter[bit / 8] | 1u << (bit % 8));
    }
  }
  return filter;
}

bool may_contain(ByteView filter, const PathHash& path) noexcept {
  if (filter.empty()) return false;
  const std::uint64_t bits = filter.size() * 8;
  for (int i = 0; i < filter_probes; ++i) {
    const std::uint64_t bit = (path.first + static_cast<std::uint64_t>(i) * path.step) % bits;
    if ((filter[bit / 8] >> (bit % 8) & 1) == 0) return false;
  }
  return true;
}

}  // namespace vstore
