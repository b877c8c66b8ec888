// The ingest pipeline: contents come back, ids do not depend on the way, failures stay with their file.
#include "store/ingest.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <deque>

#include "store/displaced.h"
#include "support/memory_objects.h"
#include "support/random.h"
#include "unit/os/scratch.h"
#include "unit/store/fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

class TextInput final : public InputFile {
 public:
  TextInput(const std::string& text, bool changes) : text_(text), changes_(changes) {}
  std::size_t read(std::span<std::uint8_t> out) override {
    const std::size_t n = std::min(out.size(), text_.size() - at_);
    std::memcpy(out.data(), text_.data() + at_, n);
    at_ += n;
    return n;
  }
  void finish() override {
    if (changes_) throw Error(ErrorCode::lost_race, "changed while it was read");
  }

 private:
  const std::string& text_;
  bool changes_;
  std::size_t at_ = 0;
};

struct File {
  std::string content;
  std::optional<Id> displaced;
  enum { good, missing, changing } state = good;
  std::optional<std::uint64_t> size_hint = {};  // if it is not the size
};

class Files final : public IngestSource {
 public:
  std::deque<File> files;
  std::vector<std::optional<Id>> contents;  // in the order of reports
  std::size_t failures = 0;

  std::optional<IngestItem> next() override {
    if (at_ == files.size()) return std::nullopt;
    IngestItem item;
    item.context = &files[at_];
    item.size_hint = files[at_].size_hint.value_or(files[at_].content.size());
    item.displaced = files[at_].displaced;
    ++at_;
    return item;
  }
  std::unique_ptr<InputFile> open(const IngestItem& item) override {
    const File& file = *static_cast<File*>(item.context);
    if (file.state == File::missing) throw Error(ErrorCode::lost_race, "vanished");
    return std::make_unique<TextInput>(file.content, file.state == File::changing);
  }
  void done(const IngestItem& item, const IngestResult& result) override {
    CHECK(static_cast<File*>(item.context) == &files[contents.size()]);
    CHECK(result.size == files[contents.size()].content.size());
    contents.push_back(result.content);
  }
  void failed(const IngestItem& item, const Error&) override {
    CHECK(static_cast<File*>(item.context) == &files[contents.size()]);
    contents.push_back(std::nullopt);
    ++failures;
  }

 private:
  std::size_t at_ = 0;
};

/// The id by definition: plain cuts, strung together.
Id reference_id(const std::string& content) {
  MemoryObjects objects;
  ListBuilder list(objects);
  std::uint64_t at = 0;
  for (const std::uint64_t cut : find_cuts_plain(as_bytes(content), {})) {
    const ByteView chunk = as_bytes(content).subspan(at, cut - at);
    list.add(hash_object(ObjectType::chunk, chunk), static_cast<std::uint32_t>(chunk.size()));
    at = cut;
  }
  return list.finish();
}

std::string random_text(Random& random, std::size_t size) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>('a' + random.below(26));
  return text;
}

std::string read_back(const ObjectReader& reader, const Id& content) {
  std::string out;
  FileReader(reader, content).visit([&](ByteView bytes) {
    out += as_text(bytes);
    return true;
  });
  return out;
}

/// Publishes the files' contents as a commit's tree, so that all is reachable.
Snapshot publish(Store& store, Transaction& txn, const Files& source) {
  TreeBuilder builder(txn);
  char name[32];
  for (std::size_t i = 0; i < source.files.size(); ++i) {
    if (!source.contents[i]) continue;
    std::snprintf(name, sizeof name, "%08zu", i);
    builder.add(name, {Kind::file, source.files[i].content.size(), *source.contents[i]});
  }
  txn.set_ref("refs/test/stage", std::nullopt, RefValue::tree(builder.finish()));
  txn.publish({.who = {"t", "t@t"}, .command = "test"});
  return store.snapshot();
}

std::uint64_t pack_bytes(const Snapshot& snapshot) {
  std::uint64_t bytes = 0;
  for (const auto& pack : snapshot.state().packs->packs()) bytes += pack.reader->summary().file_size;
  return bytes;
}

}  // namespace

TEST_CASE("contents of all sizes come back, and their ids are those of the definition") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  Scratch scratch;
  Store store = Store::create(scratch / "s");
  Files source;
  const std::size_t sizes[] = {0, 1, 500, 32 * 1024, 100'000, 1u << 20, (1u << 20) + 1, 3'000'000, 9'000'000};
  for (const std::size_t size : sizes) source.files.push_back({random_text(random, size), {}, File::good});
  source.files.push_back({std::string(5'000'000, 'z'), {}, File::good});
  for (int i = 0; i < 700; ++i) source.files.push_back({random_text(random, random.below(3000)), {}, File::good});

  auto txn = store.begin();
  ingest(source, &txn, {});
  REQUIRE(source.contents.size() == source.files.size());
  const Snapshot snapshot = publish(store, txn, source);
  for (std::size_t i = 0; i < source.files.size(); ++i) {
    CHECK(*source.contents[i] == reference_id(source.files[i].content));
    CHECK(read_back(snapshot, *source.contents[i]) == source.files[i].content);
  }

  Files again;
  again.files = source.files;
  IngestOptions one_thread;
  one_thread.threads = 1;
  ingest(again, nullptr, one_thread);
  CHECK(again.contents == source.contents);
}

TEST_CASE("a file that grew, however far, is taken in as it is, a run at a time") {
  Random random(test_seed());
  Scratch scratch;
  Store store = Store::create(scratch / "s");
  Files source;
  const std::size_t sizes[] = {20, (1u << 20) - 1, 1u << 20, (1u << 20) + 1, 2u << 20, 30'000'000};
  for (const std::size_t size : sizes) {
    for (const std::uint64_t hint : {0, 10, 1 << 20}) {
      source.files.push_back({random_text(random, size), {}, File::good, hint});
    }
  }
  source.files.push_back({random_text(random, 5'000'000), {}, File::changing, 10});
  auto txn = store.begin();
  ingest(source, &txn, {});
  CHECK(source.failures == 1);
  const Snapshot snapshot = publish(store, txn, source);
  for (std::size_t i = 0; i + 1 < source.files.size(); ++i) {
    CHECK(*source.contents[i] == reference_id(source.files[i].content));
    CHECK(read_back(snapshot, *source.contents[i]) == source.files[i].content);
  }
}

TEST_CASE("memory for a file that grew is bounded: no read asks for more than a run") {
  class Endless final : public InputFile {
   public:
    std::size_t read(std::span<std::uint8_t> out) override {
      CHECK(out.size() < 4u << 20);
      const std::size_t n = std::min<std::size_t>(out.size(), left_);
      std::memset(out.data(), 'z', n);
      left_ -= n;
      return n;
    }
   private:
    std::size_t left_ = 60u << 20;
  };
  class OneInput final : public IngestSource {
   public:
    std::optional<IngestItem> next() override { return given_++ ? std::nullopt : std::optional(IngestItem{nullptr, 10, {}}); }
    std::unique_ptr<InputFile> open(const IngestItem&) override { return std::make_unique<Endless>(); }
    void done(const IngestItem&, const IngestResult& result) override { size = result.size; }
    void failed(const IngestItem&, const Error&) override {}
    std::uint64_t size = 0;
   private:
    int given_ = 0;
  } source;
  ingest(source, nullptr, {});
  CHECK(source.size == 60u << 20);
}

TEST_CASE("a file that fails is reported in its turn and the rest goes on") {
  Random random(1);
  Scratch scratch;
  Store store = Store::create(scratch / "s");
  Files source;
  for (int i = 0; i < 40; ++i) {
    const std::size_t size = i % 7 == 0 ? 3'000'000 : 2000;
    source.files.push_back({random_text(random, size), {}, i % 5 == 1 ? File::missing : i % 5 == 2 ? File::changing : File::good});
  }
  auto txn = store.begin();
  ingest(source, &txn, {});
  CHECK(source.contents.size() == 40);
  CHECK(source.failures == 16);
  const Snapshot snapshot = publish(store, txn, source);
  for (std::size_t i = 0; i < 40; ++i) {
    if (source.contents[i]) CHECK(read_back(snapshot, *source.contents[i]) == source.files[i].content);
  }
}

TEST_CASE("a changed version costs bytes in proportion to the change") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  Scratch scratch;
  Store store = Store::create(scratch / "s");
  Files first;
  first.files.push_back({random_text(random, 8'000'000), {}, File::good});
  first.files.push_back({random_text(random, 20'000), {}, File::good});
  auto txn = store.begin();
  ingest(first, &txn, {});
  Snapshot snapshot = publish(store, txn, first);

  // Two more versions: bytes changed here and there, some inserted. The third is based through the second.
  std::vector<std::optional<Id>> before = first.contents;
  std::deque<File> files = first.files;
  for (int version = 0; version < 2; ++version) {
    Files next;
    for (std::size_t i = 0; i < files.size(); ++i) {
      std::string content = files[i].content;
      for (std::size_t at = 0; at < content.size(); at += 40'000) {
        content[at + random.below(std::min<std::size_t>(10'000, content.size() - at))] = '#';
      }
      content.insert(content.size() / 3, "inserted");
      next.files.push_back({content, before[i], File::good});
    }
    const std::uint64_t size = pack_bytes(snapshot);
    auto edit = store.begin();
    ingest(next, &edit, {});
    snapshot = publish(store, edit, next);
    // About 60,000; more where an edit happens to move a boundary, as then a chunk or two match none before.
    CHECK(pack_bytes(snapshot) - size < 250'000);
    for (std::size_t i = 0; i < files.size(); ++i) CHECK(read_back(snapshot, *next.contents[i]) == next.files[i].content);
    before = next.contents;
    files = next.files;
  }
}

TEST_CASE("chunks that moved tell their neighbours where they were") {
  MemoryObjects objects;
  ListBuilder list(objects);
  std::vector<ChunkRef> old;
  std::uint64_t offset = 0;
  for (std::uint64_t i = 0; i < 500; ++i) {
    const Id id = hash_object(ObjectType::chunk, as_bytes("chunk " + std::to_string(i)));
    list.add(id, 64 * 1024);
    old.push_back({offset, 64 * 1024, id});
    offset += 64 * 1024;
  }
  const DisplacedChunks displaced(objects, list.finish());
  // Ten chunks inserted before chunk 200, and every third one changed.
  std::vector<ChunkRef> fresh;
  for (std::uint64_t i = 300; i < 400; ++i) {
    ChunkRef chunk = old[i];
    chunk.offset += 10 * 64 * 1024;
    if (i % 3 == 0) chunk.id = hash_object(ObjectType::chunk, as_bytes("new " + std::to_string(i)));
    fresh.push_back(chunk);
  }
  std::vector<std::optional<Id>> bases;
  displaced.align(fresh, bases);
  for (std::size_t i = 0; i < fresh.size(); ++i) CHECK(bases[i] == old[300 + i].id);
}

TEST_CASE("a displaced content that can't be read is no hindrance") {
  Scratch scratch;
  Store store = Store::create(scratch / "s");
  Files source;
  source.files.push_back({"hello", hash_object(ObjectType::chunk, as_bytes("never stored")), File::good});
  auto txn = store.begin();
  ingest(source, &txn, {});
  CHECK(read_back(publish(store, txn, source), *source.contents[0]) == "hello");
}
