// What fsck says about a stat cache. A damaged one costs hashing the files again, nothing more.
#include <sys/stat.h>

#include "vstore/workspace.h"
#include "workspace/lmdb_check.h"
#include "workspace/lmdb_env.h"
#include "workspace/stat_record.h"

namespace vstore {
namespace {

/// Records and listings that do not fit their path and store. Long paths are not in their keys; those are checked
/// in use.
std::uint64_t count_bad_records(const LmdbTxn& txn, MDB_dbi dbi, std::uint64_t seed) {
  const LmdbCursor cursor = open_cursor(txn, dbi);
  std::uint64_t bad = 0;
  MDB_val key, value;
  StatRecord record;
  for (MDB_cursor_op op = MDB_FIRST; cursor && mdb_cursor_get(cursor.get(), &key, &value, op) == 0; op = MDB_NEXT) {
    const std::string_view path = as_text(to_view(key));
    if (is_listing_key(path)) {
      bad += path.size() <= stat_key_path_max && !unseal_listing(path, to_view(value), seed);
    } else if (path.size() <= stat_key_path_max) {
      bad += !decode_stat_record(path, to_view(value), seed, record);
    }
  }
  return bad;
}

}  // namespace

std::optional<std::string> stat_cache_fault(const std::string& metadata_directory, const std::string& store_id) {
  const std::string directory = metadata_directory + "/statcache";
  const std::string data = directory + "/data.mdb";
  struct stat info;
  if (::stat(data.c_str(), &info) != 0) return std::nullopt;
  if (!lmdb_metas_sound(data)) return "the stat cache is damaged; it is made again when it is next needed";
  int err = 0;
  const auto env = LmdbEnv::open(directory, err);
  if (!env && !is_lmdb_damage(err)) return std::nullopt;  // it may not be opened here: nobody uses it either
  if (env) {
    const LmdbTxn txn(*env, MDB_RDONLY);
    if (txn && lmdb_snapshot_sound(data, mdb_txn_id(txn.get()))) {
      const std::uint64_t bad = count_bad_records(txn, env->dbi(), stat_seed(store_id));
      if (bad == 0) return std::nullopt;
      if (bad == 1) return "1 record of the stat cache is damaged; its files are hashed again";
      return std::to_string(bad) + " records of the stat cache are damaged; their files are hashed again";
    }
  }
  return "the stat cache is damaged; it is made again when it is next needed";
}

}  // namespace vstore
