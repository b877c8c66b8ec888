// Writes the seeds of the fuzz targets: a few sound inputs for each, small, the same each time.
//
//   fuzz_make_corpus fixtures/fuzz
//
// Beside them, in the same folders, lie inputs that were found by fuzzing; those stay.
#include <filesystem>
#include <fstream>
#include <string>

#include "os/mem_fs.h"
#include "pack/pack_writer.h"
#include "store/format.h"
#include "store/root.h"
#include "unit/os/scratch.h"
#include "unit/tree/node_bytes.h"
#include "vstore/object.h"
#include "workspace/listing_cache.h"
#include "workspace/lmdb_env.h"
#include "workspace/metadata.h"
#include "workspace/stat_record.h"

using namespace vstore;
using namespace vstore::test;

namespace {

std::filesystem::path corpora;

void seed(const std::string& target, const std::string& name, ByteView bytes) {
  std::filesystem::create_directories(corpora / target);
  std::ofstream(corpora / target / name, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void seed(const std::string& target, const std::string& name, std::string_view text) {
  seed(target, name, as_bytes(text));
}

PackName name_of(std::uint8_t byte) {
  PackName name;
  name.bytes.fill(byte);
  return name;
}

std::string rows(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "row " + std::to_string(i * i) + "\n";
  return text;
}

const Person someone{"A U Thor", "author@example.org"};
const Time some_time{1'700'000'000, 60};

// --------------------------------------------------------------------------------------- objects --

Commit some_commit() {
  return {id_filled(1), {id_filled(2), id_filled(3)}, someone, some_time, someone, {-5, -90}, "a \"message\"\n\n\u00e9\t",
          {{"key", "value"}, {"more", ""}}};
}
Tag some_tag() { return {id_filled(4), ObjectType::commit, "v1.0", someone, some_time, "first"}; }
Operation some_operation() {
  return {{id_filled(5)}, id_filled(6), some_time, someone, "commit -m x", "00112233445566778899aabbccddeeff"};
}

NodeBytes some_leaf() {
  NodeBytes node;
  node.add({0, "a/b"}, 0, 5, id_filled(1));
  node.add({2, "c"}, 1, 300, id_filled(2));
  node.add({0, "d/"}, 3, 0, Id{});
  node.add({0, "e"}, 2, 0, id_filled(3));
  return node;
}

NodeBytes some_view() {
  NodeBytes node;
  node.add({0, "HEAD"}, 11, 0, id_filled(1));
  node.add({0, "refs/heads/main"}, 8, 0, id_filled(2));
  node.add({5, "tags/v1"}, 9, 0, id_filled(3));
  return node;
}

/// Names that are refused, each for a reason of its own.
std::vector<std::pair<std::string, std::string>> hostile_keys() {
  return {{"parent", "../x"}, {"empty", "/x"}, {"nul", std::string("x\0y", 3)}, {"long", std::string(256, 'x')},
          {"metadata", ".vstore/root"}, {"ignorable", ".v\xe2\x80\x8cstore"}, {"short-name", "VSTORE~1"},
          {"backslash", "x\\.vstore"}};
}

NodeBytes some_internal() {
  NodeBytes node;
  node.level = 1;
  node.add({0, "a/b"}, 10, 1000, id_filled(1));
  node.add({1, "b"}, 300, 0, id_filled(2));
  return node;
}

Bytes some_list(std::uint8_t level) {
  Bytes bytes{1, level, 3, 10, 20, 0x80, 0x01};
  if (level > 0) bytes.insert(bytes.end(), {1, 2, 3});
  for (std::uint8_t i = 0; i < 96; ++i) bytes.push_back(i);
  return bytes;
}

void objects() {
  seed("commit", "full", encode(some_commit()));
  seed("commit", "first", encode(Commit{id_filled(1), {}, someone, some_time, someone, some_time, "", {}}));
  seed("tag", "plain", encode(some_tag()));
  seed("operation", "plain", encode(some_operation()));
  seed("operation", "first", encode(Operation{{}, id_filled(6), some_time, someone, "init", std::string(32, '0')}));
  seed("tree_node", "leaf", some_leaf().encode());
  seed("tree_node", "view", some_view().encode());
  seed("tree_node", "internal", some_internal().encode());
  seed("tree_node", "empty", NodeBytes{}.encode());
  for (const auto& [name, key] : hostile_keys()) {
    NodeBytes node;
    node.add({0, "a/.x"}, 0, 1, id_filled(1));
    node.add({0, "b/" + key}, 0, 1, id_filled(1));
    seed("tree_node", "hostile-" + name, node.encode());
  }
  seed("list_node", "leaf", some_list(0));
  seed("list_node", "internal", some_list(1));
  const std::string after = "and what follows";
  for (const std::string& text : {encode(some_commit()), encode(some_tag()), encode(some_operation())})
    seed("object_at", text.substr(text.size() - 8, 1) + std::to_string(text.size()), text + after);
  seed("object_at", "tree", some_leaf().encode());
  seed("object_at", "list", some_list(1));
}

// ----------------------------------------------------------------------------------------- packs --

Bytes content(os::Fs& fs, const std::string& path) {
  const auto file = fs.open_read(path);
  Bytes bytes(file->size());
  file->pread(0, bytes);
  return bytes;
}

Bytes some_pack(bool full) {
  os::MemFs fs;
  fs.make_directory("/d");
  FrameEncoder encoder;
  PackWriter writer(fs, "/d", name_of(9));
  const auto object = [](ObjectType type, ByteView bytes) {
    return FrameObject{hash_object(type, bytes), type, 0, static_cast<std::uint32_t>(bytes.size())};
  };
  const std::string text = rows(60), changed = text + "one more\n", json = encode(some_commit());
  const FrameObject base = object(ObjectType::chunk, as_bytes(text));
  writer.append(encoder.encode(as_bytes(text), FrameClass::data, {base}));
  if (full) {
    writer.append(encoder.encode(as_bytes(json), FrameClass::meta, {object(ObjectType::commit, as_bytes(json))}));
    const Bytes tree = some_leaf().encode();
    writer.append(encoder.encode(tree, FrameClass::meta, {object(ObjectType::tree, tree)}));
    auto based = encoder.encode_based(as_bytes(changed), FrameClass::data,
                                      {object(ObjectType::chunk, as_bytes(changed))}, base.id, as_bytes(text));
    writer.append(std::move(based.value()));
  }
  writer.finish(as_bytes(full ? "a root blob" : ""));
  return content(fs, "/d/" + name_of(9).hex() + ".pack");
}

void packs() {
  for (const char* target : {"pack", "salvage"}) {
    seed(target, "full", some_pack(true));
    seed(target, "small", some_pack(false));
    seed(target, "torn", ByteView(some_pack(true)).first(700));
  }
  FrameEncoder encoder;
  const std::string text = rows(60), all_b(1000, 'b');
  const auto frame = [&](const std::string& name, std::uint8_t how, const EncodedFrame& encoded) {
    Bytes bytes{how, static_cast<std::uint8_t>(encoded.raw_size), static_cast<std::uint8_t>(encoded.raw_size >> 8), 0};
    bytes.insert(bytes.end(), encoded.stored.begin(), encoded.stored.end());
    seed("frame", name, bytes);
  };
  frame("zstd", 1, encoder.encode(as_bytes(text), FrameClass::data, {}));
  frame("raw", 0, encoder.encode(as_bytes("x"), FrameClass::data, {}));
  if (const auto based = encoder.encode_based(as_bytes(all_b + "c" + all_b), FrameClass::data, {}, id_filled(1), as_bytes(all_b)))
    frame("based", 3, *based);
}

// ----------------------------------------------------------------------------------------- store --

void store() {
  Root root;
  root.generation = 7;
  root.store_id.fill(0x11);
  root.predecessor = id_filled(0x22);
  root.collected = 5;
  root.operation = id_filled(0x44);
  root.carrier = name_of(0x66);
  root.packs = {{{name_of(1), 300, 2, id_filled(3)}, std::nullopt}, {{name_of(4), 70000, 5, id_filled(6)}, id_filled(7)}};
  root.condemned = {{name_of(8), 6}};
  const Bytes blob = encode(root);
  seed("root", "full", blob);
  root.second_carrier = name_of(0x67);
  root.packs.clear();
  root.condemned.clear();
  seed("root", "second_carrier", encode(root));
  Slot slot{7, root.store_id, root.nonce, hash_root(blob), static_cast<std::uint32_t>(blob.size()),
            {name_of(0x66), 400, 9, id_filled(0x77)}, std::nullopt};
  seed("slot", "plain", ByteView(encode(slot)));
  slot.second_carrier = name_of(0x67);
  seed("slot", "second_carrier", ByteView(encode(slot)));
  seed("store_format", "plain", encode(StoreFormat{std::string(32, 'a'), {}}));
}

// ------------------------------------------------------------------------------------- workspace --

Bytes some_cache(int records) {
  const Scratch scratch;
  {
    int err = 0;
    const auto env = LmdbEnv::open(scratch / "cache", err);
    for (const int round : {0, 1, 2}) {
      LmdbTxn txn(*env, 0);
      for (int i = 0; i < records; ++i) {
        std::string path = "dir/" + std::to_string(i);
        StatRecordBytes record;
        encode_stat_record(path, {}, 7, record);
        MDB_val key{path.size(), path.data()}, value{record.size(), record.data()};
        mdb_put(txn.get(), env->dbi(), &key, &value, 0);
        if (round == 1 && i % 2 == 0) mdb_del(txn.get(), env->dbi(), &key, nullptr);
      }
      txn.commit();
    }
  }
  return content(os::real_fs(), scratch / "cache/data.mdb");
}

void workspace() {
  StatRecord record;
  record.stat.type = os::FileType::regular;
  record.stat.size = 5;
  record.id = id_filled(1);
  record.trusted = true;
  StatRecordBytes bytes;
  encode_stat_record("a/path", record, 7, bytes);
  seed("stat_record", "plain", ByteView(bytes));
  os::DirNames names;
  names.add("a", os::FileType::regular);
  names.add("dir", os::FileType::directory);
  names.add("link", os::FileType::symlink);
  seed("listing", "names", ByteView(encode_listing({}, names)).subspan(listing_stat_size));
  seed("lmdb", "empty", some_cache(0));
  seed("lmdb", "records", some_cache(70));
  os::MemFs fs;
  fs.make_directory("/w");
  write_workspace_metadata(fs, "/w", {new_workspace_id(fs), "/a/store", "/a/dir", 77});
  seed("workspace_file", "plain", content(fs, "/w/workspace"));
  seed("config", "plain",
       "# comment\n[user]\n\tname = A U Thor ; who\n[remote \"o\\\"x\"] url=\"a;b\" c\\\nd\n\tflag\n[Core]\nbig = 1k\\t\n");
  seed("config", "sections", "[a.b]\nx=1\n[c \"D\"]\ny = \" two \"\n");
  using namespace std::string_literals;
  seed("ignore_file", "plain",
       "a\na/b.o\ndir/sub/file\n.x\nbuild/out\0# c\n*.o\n!b.o\n/a\ndir/\n**/file\na/**/b\n\\!x\n[a-c]?x\\ \n"s);
  seed("ignore_file", "classes", "x1\nfoo/bar\nfoo/x/bar\0\xef\xbb\xbf[[:alpha:]][!0]\nfoo/**/bar\n*x\r\n!/foo/*\n"s);
}

// ------------------------------------------------------------------------------------------ text --

void seed_texts(const std::string& target, std::initializer_list<const char*> texts) {
  int n = 0;
  for (const char* text : texts) seed(target, std::to_string(n++), text);
}

void texts() {
  seed_texts("revision", {"HEAD~3^2:dir/file", "@", "v1^{commit}~", "a..b", "a...", "main^@", "x^!", "x^-2", "^old",
                          ":a/./b/../c", ":0:a", ":/fix", "main@{2}~", "@{-1}", "@{2 days ago}^{/!-fix}^{}"});
  seed_texts("names", {"refs/heads/main", "a/.vstore/x", "GIT~1/\xe2\x80\x8c.vstore", "a\tb\x1b[0m\xff", "dir/"});
  seed_texts("date", {"@1700000000 +0100", "2026-01-02T03:04:05Z", "Fri, 2 Jan 2026 03:04:05 -0800", "yesterday noon",
                      "3 weeks ago", "last friday 6am", "jan 5", "1/2/26", "20260102"});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  corpora = argv[1];
  objects();
  packs();
  store();
  workspace();
  texts();
}
