#include "workspace/lmdb_env.h"

#include <sys/stat.h>

#include <cerrno>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "os/mapped.h"
#include "vstore/error.h"
#include "workspace/lmdb_check.h"
#include "workspace/lmdb_stamp.h"

namespace vstore {
namespace {

/// Address space, not memory: room for some 500 million records. Halved where a limit forbids that much.
constexpr std::size_t map_size_wanted = std::size_t{64} << 30;
constexpr std::size_t map_size_min = std::size_t{64} << 20;
constexpr unsigned env_flags = MDB_NOMETASYNC | MDB_NOTLS;

/// Where LMDB mapped its lock file it does not say.
class EveryAddress final : public os::MappedFile {
 public:
  ByteView bytes() const override {
    constexpr std::size_t first = 1u << 16, last = std::size_t{1} << 47;
    return {reinterpret_cast<const std::uint8_t*>(first), last - first};
  }
  const std::string& path() const override { return path_; }

 private:
  const std::string path_ = "the stat cache's lock file";
};

std::mutex registry_mutex;
std::map<LmdbEnv::DirectoryKey, std::weak_ptr<LmdbEnv>>& registry() {
  static std::map<LmdbEnv::DirectoryKey, std::weak_ptr<LmdbEnv>> open_environments;
  return open_environments;
}

/// Environments that were left in the middle of a call: what LMDB held then, it holds until the process ends.
std::mutex broken_mutex;
std::set<LmdbEnv::DirectoryKey>& broken_directories() {
  static std::set<LmdbEnv::DirectoryKey> broken;
  return broken;
}
bool is_broken(const LmdbEnv::DirectoryKey& key) {
  const std::lock_guard hold(broken_mutex);
  return broken_directories().contains(key);
}

}  // namespace

bool is_lmdb_damage(int err) noexcept {
  return err == MDB_CORRUPTED || err == MDB_INVALID || err == MDB_VERSION_MISMATCH ||
         err == MDB_PAGE_NOTFOUND || err == MDB_PANIC || err == MDB_INCOMPATIBLE || err == MDB_BAD_DBI ||
         err == MDB_PAGE_FULL || err == MDB_CURSOR_FULL || err == MDB_BAD_TXN;
}

bool LmdbEnv::run_guarded(void (*calls)(void*), void* argument) const noexcept {
  static const EveryAddress everywhere;
  try {
    os::run_guarded(everywhere, calls, argument);
    return true;
  } catch (const Error&) {
    broken_ = true;
    const std::lock_guard hold(broken_mutex);
    broken_directories().insert(key_);
    return false;
  }
}

int LmdbEnv::open_at(const std::string& directory) {
  int err = 0;
  if (!lmdb_metas_sound(directory + "/data.mdb")) return MDB_CORRUPTED;
  for (std::size_t size = map_size_wanted; size >= map_size_min; size /= 2) {
    if ((err = mdb_env_create(&env_)) != 0) return err;
    mdb_env_set_mapsize(env_, size);
    if (!guarded([&] { err = mdb_env_open(env_, directory.c_str(), env_flags, 0666); })) return ENOSPC;
    if (err != ENOMEM) break;
    mdb_env_close(std::exchange(env_, nullptr));
  }
  if (err != 0) return err;
  if (!is_whole(directory) || !is_sound(directory)) return broken_ ? ENOSPC : MDB_CORRUPTED;
  int dead = 0;
  guarded([&] { mdb_reader_check(env_, &dead); });  // forget readers that were killed: they would pin old pages
  LmdbTxn txn(*this, 0);
  if (!txn) return broken_ ? ENOSPC : MDB_CORRUPTED;
  if ((err = mdb_dbi_open(txn.get(), nullptr, 0, &dbi_)) != 0) return err;
  return txn.commit();
}

/// A file cut short would raise SIGBUS when read.
bool LmdbEnv::is_whole(const std::string& directory) const {
  MDB_envinfo info;
  MDB_stat shape;
  struct stat file;
  if (mdb_env_info(env_, &info) != 0 || mdb_env_stat(env_, &shape) != 0) return false;
  if (::stat((directory + "/data.mdb").c_str(), &file) != 0) return false;
  return static_cast<std::size_t>(file.st_size) >= (info.me_last_pgno + 1) * shape.ms_psize;
}

bool LmdbEnv::is_sound(const std::string& directory) const {
  if (lmdb_stamp_fits(directory)) return true;
  const LmdbTxn txn(*this, MDB_RDONLY);
  if (!txn || !lmdb_snapshot_sound(directory + "/data.mdb", mdb_txn_id(txn.get()))) return false;
  write_lmdb_stamp(directory);
  return true;
}

std::shared_ptr<LmdbEnv> LmdbEnv::open(const std::string& directory, int& err) {
  struct stat info;
  if ((::mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST) || ::stat(directory.c_str(), &info) != 0) {
    err = errno;
    return nullptr;
  }
  const std::lock_guard hold(registry_mutex);
  const DirectoryKey key{info.st_dev, info.st_ino};
  std::weak_ptr<LmdbEnv>& known = registry()[key];
  if (auto open_already = known.lock(); open_already && open_already->usable()) return open_already;
  if (is_broken(key)) {
    err = ENOSPC;
    return nullptr;
  }
  const std::shared_ptr<LmdbEnv> fresh(new LmdbEnv(key));
  err = fresh->open_at(directory);
  if (err != 0) return nullptr;
  known = fresh;
  return fresh;
}

LmdbEnv::~LmdbEnv() {
  // A forked child must not close its parent's environment: that would drop the parent's locks.
  if (env_ != nullptr && usable()) guarded([this] { mdb_env_close(env_); });
}

}  // namespace vstore
