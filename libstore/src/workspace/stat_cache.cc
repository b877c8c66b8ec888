// 1. A failure of LMDB never reaches the caller: a record that can't be read is not there, one that can't be
//    written is forgotten. The worst case is that files are hashed again.
// 2. A record counts only if its checksum fits its path and store.
// 3. Keys are plain path bytes, so LMDB's order is the order of a scan.
#include "workspace/stat_cache.h"

#include <algorithm>
#include <cstring>

#include "workspace/lmdb_env.h"
#include "workspace/lmdb_stamp.h"
#include "workspace/stat_record.h"

namespace vstore {
namespace {

constexpr std::size_t batch_ops_max = 128 * 1024;  // then a transaction is committed: bounds memory
constexpr int steps_before_search = 8;             // a merge moves by ones; a jump is a search

int compare(ByteView a, ByteView b) {
  const std::size_t common = std::min(a.size(), b.size());
  const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  if (order != 0) return order;
  return a.size() < b.size() ? -1 : a.size() > b.size();
}

void remove_files(const std::string& directory) {
  ::unlink((directory + "/data.mdb").c_str());
  ::unlink((directory + "/lock.mdb").c_str());
}

}  // namespace

struct StatCache::State {
  std::string directory;
  std::shared_ptr<LmdbEnv> env;  ///< null: forgets everything
  std::uint64_t seed = 0;        ///< from the store's id
  std::function<void(std::string_view)> warn;

  bool usable() const { return env != nullptr && env->usable(); }
};

/// What follows an attempt to write.
void StatCache::written(const State& state, int err) {
  if (err == 0) write_lmdb_stamp(state.directory);
  if (is_lmdb_damage(err)) remove_files(state.directory);  // the next one starts anew
  if (err != 0 && state.warn) state.warn(std::string("cannot write the stat cache: ") + mdb_strerror(err));
}

StatCache::StatCache(std::unique_ptr<State> state) : state_(std::move(state)) {}
StatCache::~StatCache() = default;

std::optional<StatRecord> StatCache::find(std::string_view path) const {
  if (!state_->usable() || path.empty()) return std::nullopt;
  const LmdbTxn txn(*state_->env, MDB_RDONLY);
  if (!txn) return std::nullopt;
  const StatKey stat_key(path);
  MDB_val key = to_val(stat_key.bytes());
  MDB_val value;
  StatRecord record;
  if (mdb_get(txn.get(), state_->env->dbi(), &key, &value) != 0) return std::nullopt;
  if (!decode_stat_record(path, to_view(value), state_->seed, record)) return std::nullopt;
  return record;
}

// ---- Cursor

struct StatCache::Cursor::State {
  const StatCache& cache;
  std::optional<LmdbTxn> txn;
  LmdbCursor cursor;
  MDB_val key = {}, value = {};
  bool at_end = true;
  StatRecord record;

  void move(MDB_cursor_op op) { at_end = mdb_cursor_get(cursor.get(), &key, &value, op) != 0; }
  /// Moves to the first key >= wanted; true if it is equal.
  bool advance(ByteView wanted) {
    for (int step = 0; !at_end; ++step) {
      const int order = compare(to_view(key), wanted);
      if (order >= 0) return order == 0;
      if (step < steps_before_search) {
        move(MDB_NEXT);
      } else {
        key = to_val(wanted);
        move(MDB_SET_RANGE);
      }
    }
    return false;
  }
};

StatCache::Cursor::Cursor(const StatCache& cache) : state_(new State{cache, {}, {}, {}, {}, true, {}}) {
  if (!cache.state_->usable()) return;
  state_->txn.emplace(*cache.state_->env, MDB_RDONLY);
  if (!*state_->txn) return;
  state_->cursor = open_cursor(*state_->txn, cache.state_->env->dbi());
  if (state_->cursor) state_->move(MDB_FIRST);
}

StatCache::Cursor::~Cursor() = default;

const StatRecord* StatCache::Cursor::seek(std::string_view path) {
  if (path.size() > stat_key_path_max) {
    const auto found = state_->cache.find(path);
    if (found) state_->record = *found;
    return found ? &state_->record : nullptr;
  }
  if (path.empty() || !state_->advance(as_bytes(path))) return nullptr;
  const std::uint64_t seed = state_->cache.state_->seed;
  return decode_stat_record(path, to_view(state_->value), seed, state_->record) ? &state_->record : nullptr;
}

// ---- Batch

struct StatCache::Batch::State {
  struct Op {
    std::uint64_t offset;
    std::uint32_t length;
    bool is_put;
    StatRecordBytes record;  ///< if is_put
  };
  StatCache& cache;
  std::vector<Op> ops;
  std::vector<std::uint8_t> keys;

  ByteView key(const Op& op) const { return {keys.data() + op.offset, op.length}; }
  void add(std::string_view path, const StatRecord* record);
  void sort();
  int write();
  static int write_op(MDB_cursor* cursor, ByteView op_key, const Op& op, bool append);
};

void StatCache::Batch::State::add(std::string_view path, const StatRecord* record) {
  if (!cache.state_->usable() || path.empty()) return;
  const StatKey stat_key(path);
  const ByteView bytes = stat_key.bytes();
  Op& op = ops.emplace_back();
  op.offset = keys.size();
  op.length = static_cast<std::uint32_t>(bytes.size());
  op.is_put = record != nullptr;
  keys.insert(keys.end(), bytes.begin(), bytes.end());
  if (record != nullptr) encode_stat_record(path, *record, cache.state_->seed, op.record);
}

/// By key; of several ops on one key the last one counts, so their order is kept.
void StatCache::Batch::State::sort() {
  const auto less = [this](const Op& a, const Op& b) { return compare(key(a), key(b)) < 0; };
  if (!std::is_sorted(ops.begin(), ops.end(), less)) std::stable_sort(ops.begin(), ops.end(), less);
}

int StatCache::Batch::State::write_op(MDB_cursor* cursor, ByteView op_key, const Op& op, bool append) {
  MDB_val k = to_val(op_key);
  MDB_val v = to_val(op.record);
  if (op.is_put) return mdb_cursor_put(cursor, &k, &v, append ? MDB_APPEND : 0);
  const int err = append ? MDB_NOTFOUND : mdb_cursor_get(cursor, &k, &v, MDB_SET);
  if (err != 0) return err == MDB_NOTFOUND ? 0 : err;
  return mdb_cursor_del(cursor, 0);
}

int StatCache::Batch::State::write() {
  const LmdbEnv& env = *cache.state_->env;
  LmdbTxn txn(env, 0);
  if (!txn) return env.usable() ? EIO : ENOSPC;
  {
    const LmdbCursor cursor = open_cursor(txn, env.dbi());
    MDB_val last_key, value;
    if (!cursor) return EIO;
    int err = mdb_cursor_get(cursor.get(), &last_key, &value, MDB_LAST);
    // Past the last key LMDB appends: no search, full pages. The bytes of `last` are copied, because
    // writing moves pages.
    Bytes last;
    if (err == 0) last.assign(to_view(last_key).begin(), to_view(last_key).end());
    for (const Op& op : ops) {
      const bool append = compare(key(op), last) > 0;
      if ((err = write_op(cursor.get(), key(op), op, append)) != 0) return err;
      if (append && op.is_put) last.assign(key(op).begin(), key(op).end());
    }
  }
  return txn.commit();
}

StatCache::Batch::Batch(StatCache& cache) : state_(new State{cache, {}, {}}) {}

StatCache::Batch::~Batch() { commit(); }

void StatCache::Batch::put(std::string_view path, const StatRecord& record) {
  state_->add(path, &record);
  if (state_->ops.size() >= batch_ops_max) commit();
}

void StatCache::Batch::erase(std::string_view path) {
  state_->add(path, nullptr);
  if (state_->ops.size() >= batch_ops_max) commit();
}

void StatCache::Batch::commit() {
  State& state = *state_;
  if (!state.ops.empty() && state.cache.state_->usable()) {
    state.sort();
    written(*state.cache.state_, state.write());
  }
  state.ops.clear();
  state.keys.clear();
}

// ---- Listings

bool StatCache::find_listing(std::string_view directory, Bytes& out) const {
  if (!state_->usable()) return false;
  const LmdbTxn txn(*state_->env, MDB_RDONLY);
  if (!txn) return false;
  const std::string key = listing_key(directory);
  const StatKey stat_key(key);
  MDB_val k = to_val(stat_key.bytes());
  MDB_val v;
  if (mdb_get(txn.get(), state_->env->dbi(), &k, &v) != 0) return false;
  const auto value = unseal_listing(key, to_view(v), state_->seed);
  if (!value) return false;
  out.assign(value->begin(), value->end());
  return true;
}

void StatCache::write_listings(std::vector<Listing> listings) {
  if (!state_->usable()) return;
  std::ranges::sort(listings, {}, &Listing::directory);
  LmdbTxn txn(*state_->env, 0);
  if (!txn) return;
  int err = 0;
  for (Listing& listing : listings) {
    const std::string key = listing_key(listing.directory);
    const StatKey stat_key(key);
    seal_listing(key, listing.value, state_->seed);
    MDB_val k = to_val(stat_key.bytes());
    MDB_val v = to_val(listing.value);
    if ((err = mdb_put(txn.get(), state_->env->dbi(), &k, &v, 0)) != 0) break;
  }
  if (err == 0) err = txn.commit();
  written(*state_, err);
}

// ---- opening

std::unique_ptr<StatCache> open_stat_cache(const std::string& metadata_directory, const std::string& store_id,
                                           const std::function<void(std::string_view)>& warn) {
  auto state = std::make_unique<StatCache::State>();
  state->directory = metadata_directory + "/statcache";
  state->seed = stat_seed(store_id);
  state->warn = warn;
  int err = 0;
  state->env = LmdbEnv::open(state->directory, err);
  if (!state->env && is_lmdb_damage(err)) {
    remove_files(state->directory);
    if (warn) warn(std::string("the stat cache is damaged and built anew: ") + mdb_strerror(err));
    state->env = LmdbEnv::open(state->directory, err);
  }
  if (!state->env && warn) {
    warn(std::string("cannot use the stat cache, so every file will be read: ") + mdb_strerror(err));
  }
  return std::unique_ptr<StatCache>(new StatCache(std::move(state)));
}

}  // namespace vstore
