// rates/lmdb_env.h - as much of LMDB as is measured.
#pragma once

#include <lmdb.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace vstore::bench {

inline void check_lmdb(int code) {
  if (code != 0) throw std::runtime_error(std::string("LMDB: ") + mdb_strerror(code));
}

/// An environment with one database. Not to be used across fork().
class LmdbEnv {
 public:
  explicit LmdbEnv(const std::string& directory, unsigned flags = 0) {
    check_lmdb(mdb_env_create(&env_));
    check_lmdb(mdb_env_set_mapsize(env_, std::size_t{4} << 30));
    check_lmdb(mdb_env_open(env_, directory.c_str(), flags, 0666));
    MDB_txn* txn = nullptr;
    check_lmdb(mdb_txn_begin(env_, nullptr, 0, &txn));
    check_lmdb(mdb_dbi_open(txn, nullptr, 0, &database_));
    check_lmdb(mdb_txn_commit(txn));
  }
  ~LmdbEnv() { mdb_env_close(env_); }
  LmdbEnv(const LmdbEnv&) = delete;

  /// put(key, value) in one transaction, made durable if the environment is.
  template <class Puts>
  void write(Puts&& puts) {
    MDB_txn* txn = nullptr;
    check_lmdb(mdb_txn_begin(env_, nullptr, 0, &txn));
    puts([&](std::string_view key, std::string_view value) {
      MDB_val k = value_of(key), v = value_of(value);
      check_lmdb(mdb_put(txn, database_, &k, &v, 0));
    });
    check_lmdb(mdb_txn_commit(txn));
  }

  MDB_env* env() const { return env_; }
  MDB_dbi database() const { return database_; }
  static MDB_val value_of(std::string_view text) { return {text.size(), const_cast<char*>(text.data())}; }

 private:
  MDB_env* env_ = nullptr;
  MDB_dbi database_ = 0;
};

}  // namespace vstore::bench
