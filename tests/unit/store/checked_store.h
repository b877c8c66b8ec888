// A store in memory that can be spoilt, checked and repaired.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>

#include "os/mem_fs.h"
#include "store/pack_files.h"
#include "unit/store/fixture.h"
#include "vstore/file.h"
#include "vstore/fsck.h"

namespace vstore::test {

struct Checked {
  os::MemFs fs;
  StoreOptions options;
  std::string path = "/s";

  Checked() {
    set_options();
    Store::create(path, options);
  }
  explicit Checked(const os::Image& image) : fs(image, "/s") { set_options(); }

  void set_options() {
    options.fs = &fs;
    options.allow_other_owner = true;
    options.lock_timeout_ms = 0;
  }
  Store open() { return Store::open(path, options); }
  FsckReport check(FsckOptions with = {}) {
    with.store = options;
    with.threads = 1;
    return fsck(path, with);
  }
  RepairReport mend(std::vector<std::string> from = {}) {
    RepairOptions with;
    with.store = options;
    with.threads = 1;
    with.from = std::move(from);
    return repair(path, with);
  }
  os::Image image() { return os::Image::read(fs, path); }

  std::vector<std::string> packs() {
    std::vector<std::string> files;
    for (const PackName& name : packs_present(fs, {path})) files.push_back("packs/" + name.hex() + ".pack");
    return files;
  }
  void flip(const std::string& file, std::uint64_t offset, std::uint8_t mask = 0xff) {
    const auto open_file = fs.open_write(path + "/" + file);
    std::uint8_t byte[1];
    open_file->pread(offset, byte);
    byte[0] ^= mask;
    open_file->pwrite(offset, byte);
  }
  /// Spoils the stored bytes of an object; returns the pack's file.
  std::string spoil(const Id& id) {
    const Snapshot now = open().snapshot();
    const auto found = now.state().packs->locate(id);
    REQUIRE(found);
    const PackReader& pack = *now.state().packs->packs()[found->pack].reader;
    const FrameInfo frame = pack.frame(found->location.frame);
    const std::string file = "packs/" + pack.name().hex() + ".pack";
    for (std::uint32_t i = 0; i < frame.stored_size; i += 7) flip(file, frame.offset + i);
    return file;
  }
};

inline bool has(const FsckReport& report, DamageKind kind) {
  return std::ranges::any_of(report.damage, [&](const Damage& d) { return d.kind == kind; });
}

inline const Damage* about(const FsckReport& report, const Id& id) {
  const auto found = std::ranges::find_if(report.damage, [&](const Damage& d) { return d.object == id; });
  return found == report.damage.end() ? nullptr : &*found;
}

inline bool hits(const Damage& damage, const std::string& label) {
  return std::ranges::count(damage.hits, label) > 0;
}

/// Publishes a commit of this tree.
inline Id publish_tree(Transaction& txn, const Id& tree, const std::string& ref = "refs/heads/main") {
  Commit commit;
  commit.tree = tree;
  commit.message = "m";
  const Id id = txn.put(ObjectType::commit, as_bytes(encode(commit)));
  txn.set_ref(ref, std::nullopt, RefValue::commit(id));
  txn.publish({{"tester", "t@example.org"}, "test", Time{1, 0}});
  return id;
}

/// A tiny store with a little of everything.
inline void fill(Store& store) {
  commit_to(store, "refs/heads/main", "one");
  commit_to(store, "refs/heads/main", text_of(40'000, 1));
  Transaction txn = store.begin();
  ListBuilder list(txn);
  for (int i = 0; i < 3; ++i)
    list.add(txn.put(ObjectType::chunk, as_bytes(text_of(900, 7u + unsigned(i)))), 900);
  TreeBuilder tree(txn);
  tree.add("data/cars.json", {Kind::file, 2700, list.finish()});
  publish_tree(txn, tree.finish(), "refs/tags/v1");
}

}  // namespace vstore::test
