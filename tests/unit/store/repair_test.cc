// Repairing a store: what can be mended without a copy, what with one, and that nothing is lost on the way.
#include "object/chunker.h"
#include "os/crash_model.h"
#include "os/fault_fs.h"
#include "os/recording_fs.h"
#include "unit/os/scratch.h"
#include "unit/store/checked_store.h"
#include "vstore/gc.h"

using namespace vstore;
using namespace vstore::test;

namespace {

/// The ids of all objects of the newest state are the same as before, and can be read.
void check_whole(Checked& s, const std::map<Id, ObjectType>& objects, const Id& operation) {
  const Snapshot now = s.open().snapshot();
  CHECK(now.operation() == operation);
  for (const auto& [id, type] : objects) CHECK_NOTHROW(now.read(id, type));
  CHECK(s.check().sound());
}

struct Filled : Checked {
  std::map<Id, ObjectType> objects;
  Id operation;

  Filled() {
    Store store = open();
    fill(store);
    objects = closure_of(store.snapshot());
    operation = store.snapshot().operation();
  }
};

std::uint64_t end_of_frames(Checked& s, const std::string& file) {
  const auto pack = PackReader::open(s.fs, s.path + "/" + file);
  const FrameInfo last = pack->frame(pack->frame_count() - 1);
  return last.offset + last.stored_size;
}

std::uint64_t size_of(Checked& s, const std::string& file) { return s.fs.stat(s.path + "/" + file)->size; }

}  // namespace

TEST_CASE("nothing is done to a sound store") {
  Filled s;
  const os::Image before = s.image();
  const RepairReport report = s.mend();
  CHECK(report.sound());
  CHECK(report.actions.empty());
  CHECK(s.image() == before);
}

TEST_CASE("slots and root are rebuilt from the packs") {
  Filled s;
  SUBCASE("one slot") { s.flip("root", 20); }
  SUBCASE("the other slot") { s.flip("root", slot_spacing + 20); }
  SUBCASE("both slots") {
    s.flip("root", 20);
    s.flip("root", slot_spacing + 20);
  }
  SUBCASE("a copy beside a slot") { s.flip("root", blob_offset + 9); }
  SUBCASE("the file is gone") { s.fs.unlink("/s/root"); }
  SUBCASE("the file is empty") { s.fs.open_write("/s/root")->truncate(0); }
  SUBCASE("the file is cut short") { s.fs.open_write("/s/root")->truncate(slot_spacing + 7); }
  SUBCASE("slots and format") {
    s.flip("root", 20);
    s.flip("root", slot_spacing + 20);
    s.flip("format", 9);
  }
  const RepairReport report = s.mend();
  CHECK(!report.before.sound());
  CHECK(report.sound());
  CHECK(!report.actions.empty());
  check_whole(s, s.objects, s.operation);
  const os::Image repaired = s.image();
  CHECK(s.mend().actions.empty());
  CHECK(s.image() == repaired);
  Store store = s.open();
  commit_to(store, "refs/heads/main", "after the repair");
  CHECK(s.check().sound());
}

TEST_CASE("the format file is written again with the same id") {
  Filled s;
  const std::string id = s.open().id();
  SUBCASE("damaged") { s.flip("format", 30); }
  SUBCASE("gone") { s.fs.unlink("/s/format"); }
  CHECK(s.mend().sound());
  CHECK(s.open().id() == id);
  check_whole(s, s.objects, s.operation);
}

TEST_CASE("a pack whose structure is damaged is rebuilt from its frames") {
  for (std::size_t which = 0; which < 4; ++which) {
    for (const int part : {0, 1, 2, 3, 4}) {
      Filled s;
      const std::string file = s.packs()[which];
      const auto pack = PackReader::open(s.fs, s.path + "/" + file);
      const std::uint64_t size = size_of(s, file);
      const std::uint64_t index = size - 200 - pack->root_blob().size() - 44 * pack->object_count();
      INFO("pack ", which, " part ", part);
      if (part == 0) s.flip(file, size - 60);  // footer
      if (part == 1) s.flip(file, 5);          // header
      if (part == 2) s.flip(file, index - 1);  // fan-out
      if (part == 3)
        for (std::uint64_t i = 0; i < 44 * pack->object_count(); ++i) s.flip(file, index + i);  // index
      if (part == 4) s.fs.open_write(s.path + "/" + file)->truncate(size - 250);  // footer gone, and more
      const RepairReport report = s.mend();
      CHECK(report.sound());
      CHECK(report.objects_salvaged > 0);
      REQUIRE(report.moved.size() == 1);
      CHECK(s.fs.stat(s.path + "/" + report.moved[0]));
      CHECK(!s.fs.stat(s.path + "/" + file));
      check_whole(s, s.objects, s.operation);
      CHECK(s.mend().actions.empty());
    }
  }
}

TEST_CASE("every byte of a pack flipped: what cannot be mended is named, and the rest is there") {
  Checked original;
  {
    Store store = original.open();
    commit_to(store, "refs/heads/main", "one");
    commit_to(store, "refs/tags/v1", text_of(300, 2));
  }
  const os::Image image = original.image();
  const std::map<Id, ObjectType> objects = closure_of(original.open().snapshot());
  std::size_t whole = 0, lost = 0;
  for (const std::string& file : original.packs()) {
    const std::size_t size = image.files.at(file).size();
    const std::uint64_t frames_end = end_of_frames(original, file);
    for (std::size_t at = 0; at < size; ++at) {
      Checked s(image);
      s.flip(file, at, static_cast<std::uint8_t>(1u << at % 8));
      INFO(file, " ", at, " of ", size);
      RepairReport report;
      try {
        report = s.mend();
      } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::damaged);  // nothing left to start from
        ++lost;
        continue;
      }
      CHECK(!report.before.sound());
      CHECK(s.fs.stat(s.path + "/damaged"));
      ++(report.sound() ? whole : lost);
      if (at < 32 || at >= frames_end) CHECK(report.sound());  // what lies outside the frames needs no copy
      if (!report.sound()) continue;
      const Snapshot now = s.open().snapshot();
      for (const auto& [id, type] : objects) CHECK_NOTHROW(now.read(id, type));
      CHECK(s.mend().actions.empty());
    }
  }
  MESSAGE(whole << " mended, " << lost << " not");
  CHECK(whole > lost);
}

TEST_CASE("lost objects are put back from a copy of the store") {
  Filled s;
  s.image().write(s.fs, (s.fs.make_directory("/copy"), "/copy"));
  const Id chunk = hash_object(ObjectType::chunk, as_bytes(text_of(40'000, 1)));
  std::string from = "/copy";
  SUBCASE("a chunk") { s.spoil(chunk); }
  SUBCASE("a commit") { s.spoil(*s.open().snapshot().ref_commit("HEAD")); }
  SUBCASE("the newest operation, with all that is in its frame") { s.spoil(s.operation); }
  SUBCASE("a pack") { s.fs.unlink("/s/" + s.packs()[1]); }
  SUBCASE("all packs") {
    for (const std::string& file : s.packs()) s.fs.unlink("/s/" + file);
  }
  SUBCASE("from its packs alone") {
    s.spoil(chunk);
    from = "/copy/packs";
  }
  const RepairReport report = s.mend({from});
  CHECK(report.sound());
  CHECK(report.objects_healed > 0);
  CHECK(report.lost.empty());
  check_whole(s, s.objects, s.operation);
  CHECK(s.mend({from}).actions.empty());
}

TEST_CASE("what cannot be put back is said, and whom it hits; a copy that turns up later helps") {
  Filled s;
  s.image().write(s.fs, (s.fs.make_directory("/copy"), "/copy"));
  const Id chunk = hash_object(ObjectType::chunk, as_bytes(text_of(40'000, 1)));
  s.spoil(chunk);
  const RepairReport first = s.mend();
  CHECK(!first.sound());
  CHECK(std::ranges::count(first.lost, chunk) == 1);
  REQUIRE(about(first.after, chunk));
  CHECK(about(first.after, chunk)->kind == DamageKind::missing);
  CHECK(hits(*about(first.after, chunk), "main:file"));
  CHECK(first.moved.size() == 1);
  const os::Image mended = s.image();
  const RepairReport second = s.mend();
  CHECK(!second.sound());
  CHECK(second.actions.empty());
  CHECK(s.image() == mended);
  CHECK(s.mend({"/copy"}).sound());
  check_whole(s, s.objects, s.operation);
}

TEST_CASE("objects are put back from files") {
  Scratch dir;
  Checked s;
  Store store = s.open();
  std::string large;
  for (unsigned i = 0; i < 5; ++i) large += text_of(200'000, i);
  os::real_fs().make_directory(dir / "files");
  os::real_fs().make_directory(dir / "files/deep");
  os::real_fs().create(dir / "files/deep/renamed")->pwrite(0, as_bytes(large));
  Transaction txn = store.begin();
  TreeBuilder tree(txn);
  ListBuilder list(txn);
  std::vector<Id> chunks;
  std::size_t at = 0;
  for (const std::uint64_t cut : find_cuts_plain(as_bytes(large), {})) {
    chunks.push_back(txn.put(ObjectType::chunk, as_bytes(large).subspan(at, cut - at)));
    list.add(chunks.back(), static_cast<std::uint32_t>(cut - at));
    at = cut;
  }
  const Id content = list.finish();
  tree.add("data.csv", {Kind::file, large.size(), content});
  publish_tree(txn, tree.finish());
  const std::map<Id, ObjectType> objects = closure_of(store.snapshot());
  const Id operation = store.snapshot().operation();
  for (std::size_t i = 0; i < chunks.size(); i += 2) s.spoil(chunks[i]);
  SUBCASE("chunks") {}
  SUBCASE("and what strings them together") { s.spoil(content); }
  const RepairReport report = s.mend({dir / "files"});
  if (report.objects_healed < (chunks.size() + 1) / 2) MESSAGE(report.objects_healed);
  CHECK(report.objects_healed >= (chunks.size() + 1) / 2);
  const Snapshot now = s.open().snapshot();
  for (const Id& chunk : chunks) CHECK_NOTHROW(now.read(chunk, ObjectType::chunk));
  CHECK_NOTHROW(now.read(content, ObjectType::list));
  CHECK(objects.size() > chunks.size());
  CHECK(operation == now.operation());
}

TEST_CASE("a base that is lost and put back makes what was based on it readable again") {
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
  const std::map<Id, ObjectType> objects = closure_of(store.snapshot());
  const Id operation = store.snapshot().operation();
  s.image().write(s.fs, (s.fs.make_directory("/copy"), "/copy"));
  s.spoil(first);
  CHECK(!s.mend().sound());
  CHECK(s.mend({"/copy"}).sound());
  check_whole(s, objects, operation);
}

namespace {

/// Not even a dead one.
bool has_frame_without_base(const PackSet& packs) {
  std::vector<PackInSet> undead;
  for (const PackInSet& pack : packs.packs()) undead.push_back({pack.reader, nullptr});
  const PackSet all(undead, nullptr);
  for (const PackInSet& pack : undead) {
    for (std::uint32_t f = 0; f < pack.reader->frame_count(); ++f) {
      const auto base = pack.reader->frame(f).base;
      if (base && !all.locate_plain(*base)) return true;
    }
  }
  return false;
}

/// A collected store of which a pack stays with a dead node in it, whose base is gone; the bitmap that says so lies
/// in the collector's own pack.
struct Collected : Filled {
  Id bitmap;

  Collected() {
    Store store = open();
    Transaction tags = store.begin();  // a pack with a view of many names, which is rewritten for its garbage
    tags.set_ref("refs/heads/junk", std::nullopt, RefValue::commit(put_commit(tags, text_of(60'000, 5))));
    for (int i = 0; i < 60; ++i) {
      const std::string name = "refs/tags/" + std::to_string(i);
      tags.set_ref(name, std::nullopt, RefValue::commit(put_commit(tags, name)));
    }
    tags.publish({{"tester", "t@example.org"}, "tags", Time{1, 0}});
    delete_ref(store, "refs/heads/junk");
    commit_to(store, "refs/heads/kept", text_of(400'000, 3));  // large packs; their views are based on that one
    commit_to(store, "refs/heads/large", text_of(900'000, 4));
    REQUIRE(store.snapshot().state().packs->base_of(store.snapshot().view().root()));
    GcOptions now;
    now.operations_since = INT64_MAX;
    now.live_percent_min = 60;
    store.collect(now);
    commit_to(store, "refs/heads/large", "four");  // the view of the operation before it is the one that was moved
    const Snapshot snapshot = store.snapshot();
    objects = closure_of(snapshot);
    operation = snapshot.operation();
    for (const RootPack& pack : snapshot.state().root.live()) {
      if (pack.dead) bitmap = *pack.dead;
    }
    REQUIRE(!bitmap.is_null());
    REQUIRE(has_frame_without_base(*snapshot.state().packs));
    image().write(fs, (fs.make_directory("/copy"), "/copy"));
  }
};

}  // namespace

TEST_CASE("what a lost bitmap says is dead does not come back as damage") {
  Collected s;
  std::string file;
  SUBCASE("the bitmap itself is spoilt") { file = s.spoil(s.bitmap); }
  SUBCASE("its pack is damaged, the bitmap is not") {
    const Snapshot now = s.open().snapshot();
    const auto found = now.state().packs->locate(s.bitmap);
    file = "packs/" + now.state().packs->packs()[found->pack].reader->name().hex() + ".pack";
    s.flip(file, size_of(s, file) - 60);
  }
  CHECK(!s.check().sound());
  const RepairReport report = s.mend({"/copy"});
  CAPTURE(report.after.damage.size());
  CHECK(report.sound());
  check_whole(s, s.objects, s.operation);
}

TEST_CASE("a sound pack that is based on what lies in a damaged one is read all the while") {
  Checked s;
  Store store = s.open();
  Transaction txn = store.begin();
  for (int i = 0; i < 60; ++i) {
    const std::string name = "tag-" + std::to_string(i);
    txn.set_ref("refs/tags/" + name, std::nullopt, RefValue::commit(put_commit(txn, name)));
  }
  txn.publish({{"tester", "t@example.org"}, "tags", Time{1, 0}});
  const Id old_view = store.snapshot().view().root();
  commit_to(store, "refs/heads/main", "two");
  const Snapshot now = store.snapshot();
  REQUIRE(now.state().packs->base_of(now.view().root()) == old_view);
  const std::map<Id, ObjectType> objects = closure_of(now);
  const auto found = now.state().packs->locate(old_view);
  const std::string file = "packs/" + now.state().packs->packs()[found->pack].reader->name().hex() + ".pack";
  s.flip(file, size_of(s, file) - 60);
  const RepairReport report = s.mend();
  CHECK(report.sound());
  CHECK(report.generation_lost == 0);
  check_whole(s, objects, now.operation());
}

TEST_CASE("the newest state that can be read counts when the newest of all cannot") {
  Filled s;
  const Id before = s.operation;
  Store store = s.open();
  commit_to(store, "refs/heads/main", "this one is lost");
  const std::string file = s.spoil(store.snapshot().operation());
  s.flip(file, size_of(s, file) - 300);
  s.flip("root", 20);
  s.flip("root", slot_spacing + 20);
  const RepairReport report = s.mend();
  CHECK(!report.sound());
  CHECK(report.generation_lost == 5);
  CHECK(report.after.sound());
  const Snapshot now = s.open().snapshot();
  CHECK(now.operation() == before);
  CHECK(now.generation() > 5);
  read_everything(now);
  CHECK(!report.moved.empty());
}

TEST_CASE("a store of which nothing is left is not repaired, and not harmed") {
  Filled s;
  for (const std::string& file : s.packs()) s.fs.unlink("/s/" + file);
  const os::Image before = s.image();
  CHECK(code_of([&] { s.mend(); }) == ErrorCode::damaged);
  CHECK(s.image().files.at("root") == before.files.at("root"));
}

TEST_CASE("repair waits for the lock") {
  Filled s;
  const auto held = s.fs.lock("/s/lock", os::LockMode::exclusive, 0);
  CHECK(code_of([&] { s.mend(); }) == ErrorCode::lost_race);
}

// ----------------------------------------------------------------------------------------- crash --

namespace {

/// Every crash state can be repaired to the same refs, with the same objects; nothing that was there is
/// deleted.
void check_crash_state(const os::Image& image, const std::map<Id, ObjectType>& objects, const Id& operation) {
  Checked s(image);
  const RepairReport report = s.mend();
  CHECK(report.sound());
  const Snapshot now = s.open().snapshot();
  CHECK(now.operation() == operation);
  for (const auto& [id, type] : objects) REQUIRE_NOTHROW(now.read(id, type));
  Store store = s.open();
  commit_to(store, "refs/heads/after", "after the crash");
  CHECK(s.check().sound());
}

void check_crashes(Filled& s) {
  os::RecordingFs recording(s.fs, s.path);
  RepairOptions options;
  options.store = s.options;
  options.store.fs = &recording;
  options.threads = 1;
  REQUIRE(repair(s.path, options).sound());
  const os::Trace trace = recording.trace();
  std::size_t states = 0;
  os::for_each_crash_state(trace, 1, [&](std::size_t position, const os::Image& image) {
    ++states;
    INFO("operation ", position);
    REQUIRE_NOTHROW(check_crash_state(image, s.objects, s.operation));
  });
  MESSAGE(states << " states");
  CHECK(states > 50);
}

}  // namespace

TEST_CASE("a power cut in the middle of a repair: it is done again") {
  Filled s;
  SUBCASE("of both slots") {
    s.flip("root", 20);
    s.flip("root", slot_spacing + 20);
  }
  SUBCASE("of a pack") { s.flip(s.packs()[2], size_of(s, s.packs()[2]) - 60); }
  SUBCASE("of a pack and a slot") {
    s.flip(s.packs()[1], size_of(s, s.packs()[1]) - 60);
    s.flip("root", 20);
  }
  check_crashes(s);
}

TEST_CASE("a repair that fails at any change leaves a store that can be repaired") {
  for (std::uint64_t nth = 1;; ++nth) {
    Filled s;
    s.flip(s.packs()[2], size_of(s, s.packs()[2]) - 60);
    s.flip("root", 20);
    os::FaultFs faulty(s.fs);
    faulty.fail_change(nth, EIO, true);
    RepairOptions options;
    options.store = s.options;
    options.store.fs = &faulty;
    const auto failure = code_of([&] { repair(s.path, options); });
    CHECK(s.mend().sound());
    check_whole(s, s.objects, s.operation);
    if (!failure) {
      CHECK(nth > 5);
      break;
    }
    CHECK(*failure == ErrorCode::io);
  }
}
