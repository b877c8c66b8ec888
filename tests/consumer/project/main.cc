// A first program with vstore: makes a store, commits a file to it, opens it again and reads the file back.
#include <vstore/bytes.h>
#include <vstore/config.h>
#include <vstore/error.h>
#include <vstore/file.h>
#include <vstore/history.h>
#include <vstore/id.h>
#include <vstore/linediff.h>
#include <vstore/names.h>
#include <vstore/object.h>
#include <vstore/progress.h>
#include <vstore/revision.h>
#include <vstore/store.h>
#include <vstore/tree.h>
#include <vstore/version.h>
#include <vstore/workspace.h>

#include <cstdio>
#include <filesystem>
#include <string>

namespace {

const vstore::Person me{"Ada Lovelace", "ada@example.org"};
const std::string table = "city,inhabitants\nLondon,8799800\nParis,2102650\n";

void commit_table(vstore::Store& store) {
  vstore::Transaction transaction = store.begin();
  const vstore::Id content = transaction.put(vstore::ObjectType::chunk, vstore::as_bytes(table));
  vstore::TreeBuilder files(transaction);
  files.add("data/cities.csv", {vstore::Kind::file, table.size(), content});

  vstore::Commit commit;
  commit.tree = files.finish();
  commit.author = commit.committer = me;
  commit.message = "Add the cities\n";
  const vstore::Id id = transaction.put(vstore::ObjectType::commit, vstore::as_bytes(encode(commit)));
  const std::optional<vstore::RefValue> unborn;
  transaction.set_ref("refs/heads/main", unborn, vstore::RefValue::commit(id));
  transaction.publish({.who = me, .command = "first commit"});
}

std::string read_table(const vstore::Store& store) {
  const vstore::Snapshot snapshot = store.snapshot();
  const vstore::Resolved found = resolve(snapshot, {}, "main:data/cities.csv");
  std::string text;
  vstore::FileReader(snapshot, found.id).visit([&](vstore::ByteView bytes) {
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return true;
  });
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string directory = argv[1];
  std::filesystem::remove_all(directory);
  try {
    {
      vstore::Store store = vstore::Store::create(directory);
      commit_table(store);
    }
    const bool same = read_table(vstore::Store::open(directory)) == table;
    std::printf("vstore %s: %s\n", VSTORE_VERSION, same ? "read back what was committed" : "DIFFERENT");
    return same ? 0 : 1;
  } catch (const vstore::Error& error) {
    std::fprintf(stderr, "consumer: %s\n", error.what());
    return 1;
  }
}
