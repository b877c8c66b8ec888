// os/crash_model.h - every state in which a power cut may leave a file system.
//
// Play a trace up to some operation, then ask for the states: what was synced is there, what was not is
// made of *units*, each of which may have reached the disk or not, independently of the others:
//
// - a piece of a write (writes are cut at multiples of 4096 or 512 bytes); a lost piece reads as what
//   was there before, as zeros or as garbage;
// - a change of a file's size;
// - a change of one name: create, unlink, mkdir; a rename within a directory is one unit, a rename to
//   another directory two (the new name, the old name).
//
// datasync makes a file's pieces and size durable, not its name; sync_directory makes the names in that
// directory durable, not the names above or below and nobody's data. That is less than any common
// file system promises, on purpose.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "os/image.h"
#include "os/trace.h"

namespace vstore::os {

enum class LostReads : std::uint8_t { old_bytes, zeros, garbage };

class CrashModel {
 public:
  /// `trace` must outlive the model. piece_size: 4096 or 512.
  CrashModel(const Trace& trace, std::size_t piece_size);

  /// Plays the next operation; false at the end.
  bool step();
  std::size_t position() const { return position_; }

  /// Units that are not durable at this point.
  std::size_t unit_count() const { return pending_.size(); }
  /// True if some piece of a write is lost: only then does the kind of loss make a difference.
  bool loses_bytes(const std::vector<bool>& kept) const;
  /// The state in which unit i survived if kept[i]. `seed` makes the garbage.
  Image state(const std::vector<bool>& kept, LostReads lost, std::uint64_t seed = 1) const;
  /// The state if only the process dies: everything is there.
  Image state_after_kill() const { return state(std::vector<bool>(pending_.size(), true), LostReads::zeros); }

 private:
  struct Unit {
    enum class Kind : std::uint8_t { piece, size, names } kind;
    std::uint64_t file;     ///< piece, size; names: the file that `bind` shall name (0: a directory)
    std::uint64_t offset;   ///< piece; size: the new size
    bool shrinks;           ///< size: bytes past it are gone
    ByteView data;          ///< piece
    std::string unbind;     ///< names: goes away, if not empty
    std::string bind;       ///< names: comes, if not empty
    std::string directory;  ///< names: the directory that holds both
  };
  struct Disk;

  void play(const TraceOp& op);
  void add_write(const TraceOp& op);
  void add_names(std::uint64_t file, std::string unbind, std::string bind);
  /// Makes the pending units durable that `matches` selects.
  void settle(const std::function<bool(const Unit&)>& matches);

  const Trace& trace_;
  std::size_t piece_size_;
  std::size_t position_ = 0;
  std::map<std::uint64_t, Bytes> durable_data_;         ///< by file number
  std::map<std::string, std::uint64_t> durable_names_;  ///< 0: a directory
  std::map<std::uint64_t, std::uint64_t> size_now_;
  std::vector<Unit> pending_;  ///< in the order they were made
};

/// Calls `check` with choices of surviving units: all 2^n for n <= 10; else none, all, each alone, all but
/// one, pairs (at most 64 units), and 256 random ones.
void for_each_choice(std::size_t units, std::uint64_t seed,
                     const std::function<void(const std::vector<bool>& kept)>& check);

/// The main loop of a crash test: at every point of the trace, for pieces of 4096 and 512 bytes, every
/// choice and kind of loss, each distinct state once per point. `check` gets the number of operations
/// played before the cut.
void for_each_crash_state(const Trace& trace, std::uint64_t seed,
                          const std::function<void(std::size_t position, const Image& state)>& check);

}  // namespace vstore::os
