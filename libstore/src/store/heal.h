// store/heal.h - puts back objects of which there is a copy somewhere.
#pragma once

#include "store/object_pool.h"
#include "vstore/progress.h"

namespace vstore {

/// Where a repair puts what it finds. One thread.
class Healer final : public ObjectWriter {
 public:
  Healer(os::Fs& fs, ObjectPool& pool, NewObjects& fresh, Progress* progress)
      : fs_(fs), pool_(pool), fresh_(fresh), progress_(progress) {}

  /// Out of the damaged packs of the pool: frames as they are, so that what was based stays small. Returns
  /// the number of objects.
  std::size_t salvage(const WantedObjects& wanted);
  /// Out of these files, sound packs or not.
  std::size_t heal_from_packs(const std::vector<std::string>& files, const WantedObjects& wanted);
  /// Out of the files below a directory.
  std::size_t heal_from_files(const std::string& directory, const WantedObjects& wanted);
  /// Takes an object if it is wanted.
  Id put(ObjectType type, ByteView bytes, const Id* displaced = nullptr) override;

 private:
  bool is_wanted(const Id& id) const;
  void copy_frame(EncodedFrame&& frame);
  template <class Take>
  void for_each_wanted(Take&& take) const;
  void heal_from_sound(std::vector<PackInSet> packs);
  void heal_from_damaged(const std::string& path);

  os::Fs& fs_;
  ObjectPool& pool_;
  NewObjects& fresh_;
  Progress* progress_;
  const WantedObjects* wanted_ = nullptr;
  std::size_t taken_ = 0;
};

}  // namespace vstore
