// workspace/lmdb_env.h - opening one LMDB environment with one database, and RAII for transactions.
#pragma once

#include <lmdb.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "vstore/bytes.h"

namespace vstore {

/// An open environment. Shared by everything in the process that opens the same directory, because LMDB
/// forbids opening it twice. Not to be used in a forked child: see usable().
///
/// Commits are atomic and sync the data once (MDB_NOMETASYNC): a power cut may lose the last ones but
/// leaves no torn tree, which LMDB, having no page checksums, could not notice. Without any sync a cut
/// could leave a tree that crashes its reader.
///
/// LMDB writes to its lock file through a map. Where the disk has no room for that (on btrfs even for what is there
/// already) it is a signal and no error. So calls that touch that file are guarded; after such a signal the
/// environment is not usable any more, and never closed.
class LmdbEnv {
 public:
  using DirectoryKey = std::pair<dev_t, ino_t>;

  /// Opens or creates it; nullptr if that fails, with LMDB's code or errno in `err`.
  static std::shared_ptr<LmdbEnv> open(const std::string& directory, int& err);
  ~LmdbEnv();
  LmdbEnv(const LmdbEnv&) = delete;
  LmdbEnv& operator=(const LmdbEnv&) = delete;

  MDB_env* env() const noexcept { return env_; }
  MDB_dbi dbi() const noexcept { return dbi_; }
  bool usable() const noexcept { return ::getpid() == pid_ && !broken_; }
  /// Runs calls of LMDB; false if the disk had no room for what they write to the lock file.
  template <class Calls>
  bool guarded(Calls&& calls) const noexcept {
    return run_guarded([](void* argument) { (*static_cast<std::remove_reference_t<Calls>*>(argument))(); }, &calls);
  }

 private:
  explicit LmdbEnv(DirectoryKey key) : key_(key) {}
  int open_at(const std::string& directory);
  bool run_guarded(void (*calls)(void*), void* argument) const noexcept;
  bool is_whole(const std::string& directory) const;
  bool is_sound(const std::string& directory) const;

  const DirectoryKey key_;
  MDB_env* env_ = nullptr;
  MDB_dbi dbi_ = 0;
  pid_t pid_ = ::getpid();
  mutable std::atomic<bool> broken_ = false;
};

/// True for the codes that mean the files are not what LMDB wrote.
bool is_lmdb_damage(int err) noexcept;

/// Aborted unless committed. Empty if it could not begin.
class LmdbTxn {
 public:
  LmdbTxn(const LmdbEnv& env, unsigned flags) noexcept : env_(env) {
    int err = 0;
    const bool ran = env.guarded([&] { err = mdb_txn_begin(env.env(), nullptr, flags, &txn_); });
    if (!ran || err != 0) txn_ = nullptr;
  }
  ~LmdbTxn() {
    if (txn_ != nullptr) env_.guarded([this] { mdb_txn_abort(txn_); });
  }
  LmdbTxn(const LmdbTxn&) = delete;
  LmdbTxn& operator=(const LmdbTxn&) = delete;
  explicit operator bool() const noexcept { return txn_ != nullptr; }
  MDB_txn* get() const noexcept { return txn_; }
  /// LMDB's return code; the transaction is over either way.
  int commit() noexcept {
    MDB_txn* const txn = txn_;
    txn_ = nullptr;
    int err = 0;
    return env_.guarded([&] { err = mdb_txn_commit(txn); }) ? err : ENOSPC;
  }

 private:
  const LmdbEnv& env_;
  MDB_txn* txn_ = nullptr;
};

struct LmdbCursorClose {
  void operator()(MDB_cursor* cursor) const { mdb_cursor_close(cursor); }
};
using LmdbCursor = std::unique_ptr<MDB_cursor, LmdbCursorClose>;

/// Empty on failure.
inline LmdbCursor open_cursor(const LmdbTxn& txn, MDB_dbi dbi) noexcept {
  MDB_cursor* cursor = nullptr;
  if (mdb_cursor_open(txn.get(), dbi, &cursor) != 0) return nullptr;
  return LmdbCursor(cursor);
}

inline MDB_val to_val(ByteView bytes) noexcept {
  return {bytes.size(), const_cast<std::uint8_t*>(bytes.data())};
}
inline ByteView to_view(const MDB_val& val) noexcept {
  return {static_cast<const std::uint8_t*>(val.mv_data), val.mv_size};
}

}  // namespace vstore
