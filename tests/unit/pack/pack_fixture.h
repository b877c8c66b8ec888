// What the pack tests share: a scratch directory, a seed, random objects with bases, and a little world of
// objects kept beside the packs in a std::map.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "os/fs.h"
#include "pack/fold.h"
#include "pack/pack_set.h"
#include "pack/pack_writer.h"
#include "support/seed.h"
#include "vstore/error.h"

namespace vstore::test {

/// Made for one test, removed with everything in it. Packs are written in tmp() and moved into packs().
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vstore-pack-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
    std::filesystem::create_directory(tmp());
    std::filesystem::create_directory(packs());
  }
  ~ScratchDirectory() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }
  std::string tmp() const { return path_ + "/tmp"; }
  std::string packs() const { return path_ + "/packs"; }

 private:
  std::string path_;
};

using Random = std::mt19937_64;

/// Text-like bytes (compressible) or noise, of any size that matters.
inline Bytes random_bytes(Random& random) {
  static constexpr std::size_t sizes[] = {0, 1, 63, 64, 300, 5000, 33000, 120000};
  Bytes bytes(sizes[random() % std::size(sizes)] + random() % 20);
  const bool noise = random() % 4 == 0;
  for (auto& b : bytes) b = static_cast<std::uint8_t>(noise ? random() : 'a' + random() % 5);
  return bytes;
}

/// A few bytes changed, inserted or removed.
inline Bytes edited(Bytes bytes, Random& random) {
  for (int i = 0; i < 3 && !bytes.empty(); ++i) {
    const auto at = static_cast<std::ptrdiff_t>(random() % bytes.size());
    switch (random() % 3) {
      case 0:
        bytes[static_cast<std::size_t>(at)] ^= 1;
        break;
      case 1:
        bytes.insert(bytes.begin() + at, 'x');
        break;
      default:
        bytes.erase(bytes.begin() + at);
        break;
    }
  }
  return bytes;
}

inline ObjectType random_type(Random& random) { return static_cast<ObjectType>(1 + random() % 7); }

struct Known {
  ObjectType type;
  Bytes bytes;
};
using World = std::map<Id, Known>;

inline FrameObject object_of(ObjectType type, ByteView bytes, std::uint32_t offset = 0) {
  return {hash_object(type, bytes), type, offset, static_cast<std::uint32_t>(bytes.size())};
}

/// One object in a frame of its own.
inline Id append_one(PackWriter& writer, FrameEncoder& encoder, ObjectType type, ByteView bytes) {
  const FrameObject object = object_of(type, bytes);
  writer.append(encoder.encode(bytes, frame_class_of(type), {object}));
  return object.id;
}

inline PackInSet open_pack(os::Fs& fs, const std::string& path) {
  return {PackReader::open(fs, path), nullptr};
}

/// A pack with what fill(PackWriter&) appends, finished, moved and opened.
template <class Fill>
PackInSet make_pack(const ScratchDirectory& scratch, Fill&& fill, ByteView root = {}) {
  os::Fs& fs = os::real_fs();
  const PackName name = PackName::random(fs);
  PackWriter writer(fs, scratch.tmp(), name);
  fill(writer);
  writer.finish(root);
  writer.move_into(scratch.packs());
  return open_pack(fs, scratch.packs() + "/" + name.hex() + ".pack");
}

}  // namespace vstore::test
