// store/root_file.h - the file `root`: two slots, 64 KiB apart, each with a root blob beside it.
//
// 1. A slot is sound if its checksum holds and it names this store.
// 2. The slot written is the one that does not hold the newest root, never generation parity
//    (protocol.md rule 3).
// 3. The blob is written before its slot, so that within one running system a slot that is seen names a
//    blob that is there.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "os/fs.h"
#include "store/root.h"

namespace vstore {

struct TwoSlots {
  std::array<std::optional<Slot>, 2> at;  ///< nullopt: not sound

  bool both_sound() const { return at[0] && at[1]; }
  /// Position of the sound slot with the highest generation; nullopt if neither is sound.
  std::optional<int> newest() const;
};

/// Thread-safe for reading; writers hold the publish lock.
class RootFile {
 public:
  /// Creates the file with the same slot in both places and syncs it; the caller syncs the directory.
  static void create(os::Fs& fs, const std::string& path, const Slot& slot, ByteView blob);

  RootFile(os::Fs& fs, std::string path, const Nonce& store_id);

  TwoSlots read_slots() const;
  /// The blob beside a slot, or nullopt if it is not the one that the slot names.
  std::optional<Bytes> read_blob(int position, const Slot& slot) const;

  /// Writes slot and blob at `position`; not durable before sync().
  void write(int position, const Slot& slot, ByteView blob);
  /// The copy beside a slot alone, without touching the slot. Durable after sync().
  void write_blob(int position, ByteView blob);
  /// Makes durable what anybody wrote to the file.
  void sync() const;

 private:
  std::optional<Slot> read_slot(int position) const;

  os::Fs& fs_;
  std::string path_;
  Nonce store_id_;
  std::unique_ptr<os::File> file_;
};

}  // namespace vstore
