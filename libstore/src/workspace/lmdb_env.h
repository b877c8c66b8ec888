// workspace/lmdb_env.h - opening one LMDB environment with one database, and RAII for transactions.
#pragma once

#include <lmdb.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "vstore/bytes.h"

namespace vstore {

/// An open environment. Shared by everything in the process that opens the same directory, because LMDB
/// forbids opening it twice. Not to be used in a forked child: see usable().
///
/// Commits are atomic and sync the data once (MDB_NOMETASYNC): a power cut may lose the last ones but
/// leaves no torn tree, which LMDB, having no page checksums, could not notice. Without any sync a cut
/// could leave a tree that crashes its reader.
class LmdbEnv {
 public:
  /// Opens or creates it; nullptr if that fails, with LMDB's code or errno in `err`.
  static std::shared_ptr<LmdbEnv> open(const std::string& directory, int& err);
  ~LmdbEnv();
  LmdbEnv(const LmdbEnv&) = delete;
  LmdbEnv& operator=(const LmdbEnv&) = delete;

  MDB_env* env() const noexcept { return env_; }
  MDB_dbi dbi() const noexcept { return dbi_; }
  bool usable() const noexcept { return ::getpid() == pid_; }

 private:
  LmdbEnv() = default;
  int open_at(const std::string& directory);
  bool is_whole(const std::string& directory) const;
  bool is_sound(const std::string& directory) const;

  MDB_env* env_ = nullptr;
  MDB_dbi dbi_ = 0;
  pid_t pid_ = ::getpid();
};

/// True for the codes that mean the files are not what LMDB wrote.
bool is_lmdb_damage(int err) noexcept;

/// Aborted unless committed. Empty if it could not begin.
class LmdbTxn {
 public:
  LmdbTxn(const LmdbEnv& env, unsigned flags) noexcept {
    if (mdb_txn_begin(env.env(), nullptr, flags, &txn_) != 0) txn_ = nullptr;
  }
  ~LmdbTxn() {
    if (txn_ != nullptr) mdb_txn_abort(txn_);
  }
  LmdbTxn(const LmdbTxn&) = delete;
  LmdbTxn& operator=(const LmdbTxn&) = delete;
  explicit operator bool() const noexcept { return txn_ != nullptr; }
  MDB_txn* get() const noexcept { return txn_; }
  /// LMDB's return code; the transaction is over either way.
  int commit() noexcept {
    MDB_txn* const txn = txn_;
    txn_ = nullptr;
    return mdb_txn_commit(txn);
  }

 private:
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
