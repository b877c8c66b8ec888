// The stat cache's file. What the check lets through can be read and written by LMDB, which trusts its pages: a
// mistake here is a signal, or one of its assertions.
#include <filesystem>
#include <fstream>
#include <string>

#include "fuzz/fuzz.h"
#include "unit/os/scratch.h"
#include "workspace/lmdb_env.h"

using namespace vstore;

namespace {

void read_all(const LmdbEnv& env) {
  const LmdbTxn txn(env, MDB_RDONLY);
  if (!txn) return;
  const LmdbCursor cursor = open_cursor(txn, env.dbi());
  MDB_val key, value;
  volatile std::size_t sum = 0;
  for (MDB_cursor_op op = MDB_FIRST; cursor && mdb_cursor_get(cursor.get(), &key, &value, op) == 0; op = MDB_NEXT) {
    for (const std::uint8_t byte : to_view(key)) sum = sum + byte;
    for (const std::uint8_t byte : to_view(value)) sum = sum + byte;
  }
}

/// Enough to split pages and to take some from the free list.
void change(const LmdbEnv& env) {
  LmdbTxn txn(env, 0);
  if (!txn) return;
  std::string text(300, 'v');
  for (int i = 0; i < 40; ++i) {
    std::string name = "path/" + std::to_string(i * 7919 % 100);
    MDB_val key{name.size(), name.data()}, value{text.size(), text.data()};
    if (mdb_put(txn.get(), env.dbi(), &key, &value, 0) != 0) return;
    if (i % 3 == 0 && mdb_del(txn.get(), env.dbi(), &key, nullptr) != 0) return;
  }
  txn.commit();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const test::Scratch scratch;
  const std::string directory = scratch / "cache";
  std::filesystem::remove_all(directory);
  std::filesystem::create_directory(directory);
  std::ofstream(directory + "/data.mdb", std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  int err = 0;
  const auto env = LmdbEnv::open(directory, err);
  if (!env) return 0;
  read_all(*env);
  change(*env);
  read_all(*env);
  return 0;
}
