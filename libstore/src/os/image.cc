#include "os/image.h"

#include <array>
#include <cstring>

#include "vstore/error.h"

namespace vstore::os {
namespace {

void read_below(Fs& fs, const std::string& root, const std::string& prefix, Image& image) {
  const auto names = fs.list(root + "/" + prefix);
  if (!names) throw_errno(ENOENT, "read directory", root + "/" + prefix);
  for (const std::string& name : *names) {
    const std::string relative = prefix + name;
    const std::string path = root + "/" + relative;
    if (fs.stat(path)->is_directory) {
      image.directories.insert(relative);
      read_below(fs, root, relative + "/", image);
      continue;
    }
    const auto file = fs.open_read(path);
    Bytes& bytes = image.files[relative];
    bytes.resize(file->size());
    file->pread(0, bytes);
  }
}

/// FNV-1a of words, in four lanes: images are mostly the root file, and thousands are made a second.
class Fingerprint {
 public:
  void mix(std::uint64_t word) { add(lanes_[0], word); }
  void mix(ByteView bytes) {
    constexpr std::size_t stride = 8 * std::tuple_size_v<Lanes>;
    std::size_t at = 0;
    for (Lanes words; at + stride <= bytes.size(); at += stride) {
      std::memcpy(words.data(), bytes.data() + at, stride);
      for (std::size_t i = 0; i < words.size(); ++i) add(lanes_[i], words[i]);
    }
    for (; at < bytes.size(); ++at) mix(std::uint64_t{bytes[at]});
    mix(std::uint64_t{bytes.size()});
  }
  std::uint64_t value() const {
    std::uint64_t all = 0;
    for (const std::uint64_t lane : lanes_) add(all, lane);
    return all;
  }

 private:
  using Lanes = std::array<std::uint64_t, 4>;
  static void add(std::uint64_t& lane, std::uint64_t word) {
    lane = (lane ^ word) * 1099511628211u;
    lane ^= lane >> 29;
  }
  Lanes lanes_ = {1, 2, 3, 4};
};

}  // namespace

std::uint64_t Image::fingerprint() const {
  Fingerprint print;
  for (const auto& [path, bytes] : files) {
    print.mix(as_bytes(path));
    print.mix(bytes);
  }
  for (const std::string& path : directories) print.mix(as_bytes(path));
  return print.value();
}

Image Image::read(Fs& fs, const std::string& root) {
  Image image;
  read_below(fs, root, "", image);
  return image;
}

void Image::write(Fs& fs, const std::string& root) const {
  for (const std::string& directory : directories)
    fs.make_directory(root + "/" + directory);  // parents first
  for (const auto& [path, bytes] : files) fs.create(root + "/" + path)->pwrite(0, bytes);
}

}  // namespace vstore::os
