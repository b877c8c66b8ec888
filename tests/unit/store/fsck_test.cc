// Checking a store: each pass, and every byte of a tiny store.
#include "tree/node_writer.h"
#include "unit/store/checked_store.h"

using namespace vstore;
using namespace vstore::test;

TEST_CASE("a sound store has no damage, and everything was looked at") {
  Checked s;
  Store store = s.open();
  fill(store);
  const FsckReport report = s.check();
  CHECK(report.sound());
  CHECK(report.complete);
  CHECK(report.notes.empty());
  CHECK(report.generation == 4);
  CHECK(report.packs == 4);
  CHECK(report.operations == 4);
  CHECK(report.refs == 3);
  CHECK(report.objects >= closure_of(store.snapshot()).size());
  CHECK(report.bytes_raw > 40'000);
}

TEST_CASE("the check changes nothing") {
  Checked s;
  Store store = s.open();
  fill(store);
  s.flip("root", 3);
  const os::Image before = s.image();
  s.check();
  CHECK(s.image() == before);
}

TEST_CASE("a damaged chunk is named, and whom it hits") {
  Checked s;
  Store store = s.open();
  fill(store);
  const Snapshot now = store.snapshot();
  const Id chunk = hash_object(ObjectType::chunk, as_bytes(text_of(900, 8)));
  const auto found = now.state().packs->locate(chunk);
  REQUIRE(found);
  const PackReader& pack = *now.state().packs->packs()[found->pack].reader;
  const std::string file = "packs/" + pack.name().hex() + ".pack";
  s.flip(file, pack.frame(found->location.frame).offset + 40);
  const FsckReport report = s.check();
  REQUIRE(!report.sound());  // the chunk, or another one of its frame
  for (const Damage& damage : report.damage) {
    CHECK(damage.kind == DamageKind::object);
    CHECK(damage.file == file);
    CHECK(damage.type == ObjectType::chunk);
    CHECK(hits(damage, "v1:data/cars.json"));
    CHECK(!hits(damage, "main:file"));
  }
}

TEST_CASE("several damaged objects are all named") {
  Checked s;
  Store store = s.open();
  for (unsigned i = 0; i < 5; ++i) commit_to(store, "refs/heads/b" + std::to_string(i), text_of(40'000, i));
  const Snapshot now = store.snapshot();
  for (unsigned i = 0; i < 5; i += 2) {
    const auto found =
        now.state().packs->locate(hash_object(ObjectType::chunk, as_bytes(text_of(40'000, i))));
    const PackReader& pack = *now.state().packs->packs()[found->pack].reader;
    s.flip("packs/" + pack.name().hex() + ".pack", pack.frame(found->location.frame).offset + 99);
  }
  const FsckReport report = s.check();
  for (unsigned i = 0; i < 5; ++i) {
    const Damage* damage = about(report, hash_object(ObjectType::chunk, as_bytes(text_of(40'000, i))));
    CHECK((damage != nullptr) == (i % 2 == 0));
    if (damage) CHECK(hits(*damage, "b" + std::to_string(i) + ":file"));
  }
}

TEST_CASE("damage in the history and in old operations is traced") {
  Checked s;
  Store store = s.open();
  const Id old = commit_to(store, "refs/heads/main", text_of(40'000, 1));
  commit_to(store, "refs/heads/main", "newer");
  const Id gone = commit_to(store, "refs/heads/gone", text_of(40'000, 2));
  delete_ref(store, "refs/heads/gone");
  const Snapshot now = store.snapshot();
  for (const unsigned seed : {1u, 2u}) {
    const auto found =
        now.state().packs->locate(hash_object(ObjectType::chunk, as_bytes(text_of(40'000, seed))));
    const PackReader& pack = *now.state().packs->packs()[found->pack].reader;
    s.flip("packs/" + pack.name().hex() + ".pack", pack.frame(found->location.frame).offset + 99);
  }
  const FsckReport report = s.check();
  const Damage* first = about(report, hash_object(ObjectType::chunk, as_bytes(text_of(40'000, 1))));
  const Damage* second = about(report, hash_object(ObjectType::chunk, as_bytes(text_of(40'000, 2))));
  REQUIRE((first && second));
  CHECK(first->hits.front() == old.abbrev() + ":file");
  REQUIRE(second->hits.size() == 1);
  CHECK(second->hits[0].starts_with("operation "));
  CHECK(second->hits[0].ends_with(": gone:file"));
  CHECK(gone != old);
}

TEST_CASE("objects that are named and missing") {
  Checked s;
  Store store = s.open();
  Transaction txn = store.begin();
  const Id nowhere = hash_object(ObjectType::chunk, as_bytes("never stored"));
  TreeBuilder tree(txn);
  tree.add("a/lost", {Kind::file, 12, nowhere});
  publish_tree(txn, tree.finish());
  const FsckReport report = s.check();
  const Damage* damage = about(report, nowhere);
  REQUIRE(damage != nullptr);
  CHECK(damage->kind == DamageKind::missing);
  CHECK(hits(*damage, "main:a/lost"));
}

TEST_CASE("an object of the wrong type, and a size that is not the content's") {
  Checked s;
  Store store = s.open();
  Transaction txn = store.begin();
  const Id chunk = txn.put(ObjectType::chunk, as_bytes("12345"));
  TreeBuilder inner(txn);
  inner.add("x", {Kind::file, 5, chunk});
  const Id tree_id = inner.finish();
  TreeBuilder tree(txn);
  tree.add("size", {Kind::file, 4, chunk});
  tree.add("type", {Kind::file, 5, tree_id});
  publish_tree(txn, tree.finish());
  const FsckReport report = s.check();
  CHECK(about(report, tree_id));
  CHECK(has(report, DamageKind::canonical));
}

TEST_CASE("trees and lists that no writer would make") {
  Checked s;
  Store store = s.open();
  Transaction txn = store.begin();
  const Id chunk = txn.put(ObjectType::chunk, as_bytes("12345"));
  Id tree;
  SUBCASE("a leaf that ends before its boundary, and is not the last") {
    NodeWriter left(0), right(0), top(1);
    left.add("a", {Kind::file, {1, 5}, chunk}, false);
    const NodeEntry first = left.flush(txn, nullptr);
    right.add("b", {Kind::file, {1, 5}, chunk}, false);
    const NodeEntry second = right.flush(txn, nullptr);
    top.add("a", first, false);
    top.add("b", second, false);
    tree = top.flush(txn, nullptr).id;
  }
  SUBCASE("a parent that miscounts") {
    NodeWriter leaf(0), top(1);
    leaf.add("a", {Kind::file, {1, 5}, chunk}, false);
    NodeEntry entry = leaf.flush(txn, nullptr);
    entry.totals.count = 2;
    top.add("a", entry, false);
    tree = top.flush(txn, nullptr).id;
  }
  SUBCASE("a root with one child") {
    NodeWriter leaf(0), top(1);
    leaf.add("a", {Kind::file, {1, 5}, chunk}, false);
    top.add("a", leaf.flush(txn, nullptr), false);
    tree = top.flush(txn, nullptr).id;
  }
  SUBCASE("a leaf that goes on past its boundary") {
    NodeWriter leaf(0);
    for (int i = 0; i < 900; ++i) {
      std::string key = std::to_string(1000 + i) + "-with-a-long-name";
      leaf.add(key, {Kind::file, {1, 5}, chunk}, false);
    }
    tree = leaf.flush(txn, nullptr).id;
  }
  publish_tree(txn, tree);
  CHECK(has(s.check(), DamageKind::canonical));
}

TEST_CASE("large trees and lists that a writer makes are canonical") {
  Checked s;
  Store store = s.open();
  Transaction txn = store.begin();
  ListBuilder list(txn);
  for (unsigned i = 0; i < 3000; ++i) {
    const std::string text = std::to_string(i);
    list.add(txn.put(ObjectType::chunk, as_bytes(text)), static_cast<std::uint32_t>(text.size()));
  }
  const std::uint64_t size = list.size();
  const Id content = list.finish();
  TreeBuilder tree(txn);
  for (int i = 0; i < 20'000; ++i) tree.add("d/" + std::to_string(100'000 + i), {Kind::file, size, content});
  publish_tree(txn, tree.finish());
  const FsckReport report = s.check();
  CHECK(report.sound());
}

TEST_CASE("slots, copies of the root, and packs") {
  Checked s;
  Store store = s.open();
  fill(store);
  const std::vector<std::string> packs = s.packs();
  const auto size = [&](const std::string& file) { return s.fs.stat(s.path + "/" + file)->size; };
  SUBCASE("a slot") {
    s.flip("root", 20);
    CHECK(has(s.check(), DamageKind::root));
  }
  SUBCASE("both slots") {
    s.flip("root", 20);
    s.flip("root", slot_spacing + 20);
    const FsckReport report = s.check();
    CHECK(has(report, DamageKind::root));
    CHECK(report.generation == 4);  // found in the packs
    CHECK(report.objects > 5);
  }
  SUBCASE("the copies beside the slots") {
    s.flip("root", blob_offset + 5);
    s.flip("root", slot_spacing + blob_offset + 5);
    const FsckReport report = s.check();
    CHECK(std::ranges::count(report.damage, DamageKind::root, &Damage::kind) == 2);
    CHECK(report.generation == 4);
  }
  SUBCASE("no root file") {
    s.fs.unlink(s.path + "/root");
    CHECK(has(s.check(), DamageKind::root));
  }
  SUBCASE("no format file") {
    s.fs.unlink(s.path + "/format");
    const FsckReport report = s.check();
    CHECK(has(report, DamageKind::format));
    CHECK(report.generation == 4);
  }
  SUBCASE("a pack that is missing") {
    s.fs.unlink(s.path + "/" + packs[1]);
    const FsckReport report = s.check();
    CHECK(has(report, DamageKind::pack));
    CHECK(has(report, DamageKind::missing));
  }
  SUBCASE("a footer") {
    s.flip(packs[0], size(packs[0]) - 60);
    CHECK(has(s.check(), DamageKind::pack));
  }
  SUBCASE("a pack swapped for another") {
    const os::Image image = s.image();
    s.fs.unlink(s.path + "/" + packs[0]);
    s.fs.create(s.path + "/" + packs[0])->pwrite(0, image.files.at(packs[1]));
    CHECK(has(s.check(), DamageKind::pack));
  }
  SUBCASE("structure is checked by --fast, too") {
    s.flip(packs[0], size(packs[0]) - 60);
    FsckOptions fast;
    fast.fast = true;
    const FsckReport report = s.check(fast);
    CHECK(has(report, DamageKind::pack));
    CHECK(report.frames == 0);
    CHECK(!report.complete);
  }
}

TEST_CASE("a base that is gone") {
  Checked s;
  Store store = s.open();
  std::string text = text_of(60'000, 3);
  Transaction txn = store.begin();
  const Id first = txn.put(ObjectType::chunk, as_bytes(text));
  TreeBuilder one(txn);
  one.add("f", {Kind::file, text.size(), first});
  publish_tree(txn, one.finish());
  Transaction next = store.begin();
  text.replace(100, 3, "xyz");
  const Id second = next.put(ObjectType::chunk, as_bytes(text), &first);
  TreeBuilder two(next);
  two.add("f", {Kind::file, text.size(), second});
  publish_tree(next, two.finish());
  REQUIRE(store.snapshot().state().packs->base_of(second) == first);
  const auto found = store.snapshot().state().packs->locate(first);
  const PackReader& pack = *store.snapshot().state().packs->packs()[found->pack].reader;
  s.flip("packs/" + pack.name().hex() + ".pack", pack.frame(found->location.frame).offset + 999);
  const FsckReport report = s.check();
  CHECK(about(report, first));
  CHECK(about(report, second));
}

TEST_CASE("a run that stops early goes on where it stopped") {
  Checked s;
  Store store = s.open();
  for (unsigned i = 0; i < 6; ++i) commit_to(store, "refs/heads/b" + std::to_string(i), text_of(40'000, i));
  FsckOptions options;
  options.time_max_ms = 0;
  const FsckReport stopped = s.check(options);
  CHECK(!stopped.complete);
  CHECK(stopped.frames == 0);
  CHECK(!stopped.resume.empty());
  options.time_max_ms = 60'000;
  options.resume = stopped.resume;
  const FsckReport rest = s.check(options);
  CHECK(rest.complete);
  CHECK(rest.frames > 6);
  CHECK(rest.resume.empty());
}

TEST_CASE("a sample looks at some of the frames") {
  Checked s;
  Store store = s.open();
  Transaction txn = store.begin();
  TreeBuilder tree(txn);
  for (unsigned i = 0; i < 200; ++i) {
    const std::string text = text_of(40'000, i);
    tree.add(std::to_string(1000 + i), {Kind::file, text.size(), txn.put(ObjectType::chunk, as_bytes(text))});
  }
  publish_tree(txn, tree.finish());
  FsckOptions options;
  options.sample = 0.2;
  const FsckReport report = s.check(options);
  CHECK(report.sound());
  CHECK(!report.complete);
  CHECK(report.frames > 5);
  CHECK(report.frames < 100);
}

// ----------------------------------------------------------------------------------------- sweep --

namespace {

/// Damage that nobody notices must do no harm: the state opens, whole and the same.
void check_harmless(Checked& s, const Id& operation) {
  const Snapshot snapshot = s.open().snapshot();
  CHECK(snapshot.operation() == operation);
  read_everything(snapshot);
}

/// What can be read in spite of the damage is right: reading verifies ids, so it is enough that it does not
/// die.
void check_rest_readable(Checked& s, const FsckReport& report, const std::map<Id, ObjectType>& all) {
  if (!report.damage.empty() && report.damage.front().kind != DamageKind::object) return;
  const Snapshot snapshot = s.open().snapshot();
  for (const auto& [id, type] : all) {
    if (!about(report, id)) CHECK_NOTHROW(snapshot.read(id, type));
  }
}

struct Tiny {
  os::Image image;
  Id operation;
  std::map<Id, ObjectType> objects;

  Tiny() {
    Checked s;
    Store store = s.open();
    commit_to(store, "refs/heads/main", "one");
    commit_to(store, "refs/tags/v1", text_of(300, 2));
    operation = store.snapshot().operation();
    objects = closure_of(store.snapshot());
    image = s.image();
  }
};

/// Every byte of the packs and of what the root file uses; of its unused bytes some.
bool is_swept(const std::string& file, std::size_t offset) {
  if (file != "root") return true;
  const std::size_t in_slot = offset % slot_spacing;
  return in_slot < slot_size || (in_slot >= blob_offset && in_slot < blob_offset + 600) || offset % 1009 == 0;
}

}  // namespace

TEST_CASE("every byte of a tiny store flipped: noticed or harmless, and the rest can be read") {
  const Tiny tiny;
  std::size_t noticed = 0, harmless = 0;
  for (const auto& [file, bytes] : tiny.image.files) {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      if (!is_swept(file, at)) continue;
      Checked s(tiny.image);
      s.flip(file, at, static_cast<std::uint8_t>(1u << at % 8));
      const FsckReport report = s.check();
      INFO(file, " ", at);
      if (report.sound() && report.notes.empty()) {
        ++harmless;
        CHECK((file == "lock" || file == "root"));
        REQUIRE_NOTHROW(check_harmless(s, tiny.operation));
      } else {
        ++noticed;
        REQUIRE_NOTHROW(check_rest_readable(s, report, tiny.objects));
      }
    }
  }
  MESSAGE(noticed << " noticed, " << harmless << " harmless");
  CHECK(noticed > 4000);
}

TEST_CASE("every truncation of a tiny store: noticed or harmless") {
  const Tiny tiny;
  for (const auto& [file, bytes] : tiny.image.files) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      if (!is_swept(file, size)) continue;
      Checked s(tiny.image);
      s.fs.open_write(s.path + "/" + file)->truncate(size);
      const FsckReport report = s.check();
      INFO(file, " ", size);
      if (!report.sound() || !report.notes.empty()) continue;
      CHECK((file == "lock" || file == "root"));
      REQUIRE_NOTHROW(check_harmless(s, tiny.operation));
    }
  }
}
