// The golden pack, fixtures/format/pack-v1.pack: read by hand as docs/format/pack.md says, with none of the
// reader's code but BLAKE3 and zstd, then by the reader, then written again to the byte.
//
// It was made by `VSTORE_UPDATE_GOLDEN=1 format_pack` and must never change: a new format gets a new file.
#include <doctest/doctest.h>
#include <zstd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/hex.h"
#include "os/fs.h"
#include "pack/pack_set.h"
#include "pack/pack_writer.h"

using namespace vstore;

namespace {

const std::string golden_path = VSTORE_FIXTURES "/format/pack-v1.pack";

Bytes read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

/// A little-endian number of `size` bytes.
std::uint64_t number(const Bytes& file, std::size_t at, std::size_t size) {
  std::uint64_t n = 0;
  for (std::size_t i = size; i-- > 0;) n = n << 8 | file.at(at + i);
  return n;
}

std::string hex(const Bytes& file, std::size_t at, std::size_t size) {
  return to_hex(ByteView(file).subspan(at, size));
}

std::string blake3(const Bytes& file, std::size_t begin, std::size_t end) {
  return hash_object(ObjectType::chunk, ByteView(file).subspan(begin, end - begin)).hex();
}

std::string rows() {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "row " + std::to_string(i) + ",value\n";
  return text;
}
const std::string small_text = "hello, pack\n";
const std::string node_text = "not a real tree node, but the pack does not look into it";
const std::string changed_rows = rows() + "one row more\n";

PackName golden_name() {
  PackName name;
  for (std::uint8_t i = 0; i < 16; ++i) name.bytes[i] = i;
  return name;
}

FrameObject object_of(ObjectType type, std::string_view text, std::uint32_t offset = 0) {
  return {hash_object(type, as_bytes(text)), type, offset, static_cast<std::uint32_t>(text.size())};
}

/// Two chunks in one zstd frame, a node in a raw frame, a chunk based on the first.
std::vector<EncodedFrame> golden_frames() {
  FrameEncoder encoder;
  const std::string both = rows() + small_text;
  const FrameObject base = object_of(ObjectType::chunk, rows());
  const FrameObject small = object_of(ObjectType::chunk, small_text, base.size);
  const FrameObject changed = object_of(ObjectType::chunk, changed_rows);
  std::vector<EncodedFrame> frames;
  frames.push_back(encoder.encode(as_bytes(both), FrameClass::data, {base, small}));
  frames.push_back(
      encoder.encode(as_bytes(node_text), FrameClass::meta, {object_of(ObjectType::tree, node_text)}));
  frames.push_back(
      encoder.encode_based(as_bytes(changed_rows), FrameClass::data, {changed}, base.id, as_bytes(rows()))
          .value());
  return frames;
}

/// Writes a pack of these frames and returns its bytes.
Bytes written(std::vector<EncodedFrame> frames) {
  std::string made = (std::filesystem::temp_directory_path() / "vstore-golden-XXXXXX").string();
  REQUIRE(::mkdtemp(made.data()) != nullptr);
  Bytes bytes;
  {
    PackWriter writer(os::real_fs(), made, golden_name());
    for (EncodedFrame& frame : frames) writer.append(std::move(frame));
    writer.finish(as_bytes("a root blob"));
    bytes = read_file(made + "/" + golden_name().hex() + ".pack");
  }
  std::filesystem::remove_all(made);
  return bytes;
}

std::string unzstd(const Bytes& file, std::size_t at, std::size_t stored, std::size_t raw,
                   const std::string& prefix) {
  std::string out(raw, '\0');
  ZSTD_DCtx* context = ZSTD_createDCtx();
  ZSTD_DCtx_refPrefix(context, prefix.data(), prefix.size());
  const std::size_t n = ZSTD_decompressDCtx(context, out.data(), raw, file.data() + at, stored);
  ZSTD_freeDCtx(context);
  CHECK(n == raw);
  return out;
}

}  // namespace

TEST_CASE("the golden pack, byte by byte") {
  if (std::getenv("VSTORE_UPDATE_GOLDEN") != nullptr) {
    const Bytes bytes = written(golden_frames());
    std::ofstream(golden_path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  const Bytes file = read_file(golden_path);
  REQUIRE(file.size() > 232);
  CHECK(hex(file, 0, 8) == "897673504b0d0a1a");
  CHECK(number(file, 8, 4) == 1);
  CHECK(number(file, 12, 4) == 0);
  CHECK(hex(file, 16, 16) == "000102030405060708090a0b0c0d0e0f");

  const std::size_t footer = file.size() - 200;
  CHECK(hex(file, footer, 8) == "7673504b656e640a");
  CHECK(number(file, footer + 8, 4) == 1);
  CHECK(hex(file, footer + 16, 16) == "000102030405060708090a0b0c0d0e0f");
  CHECK(number(file, footer + 32, 8) == file.size());
  CHECK(number(file, footer + 48, 4) == 3);   // frames
  CHECK(number(file, footer + 52, 4) == 1);   // bases
  CHECK(number(file, footer + 56, 8) == 4);   // objects
  CHECK(number(file, footer + 64, 4) == 0);   // fan-out bits
  CHECK(number(file, footer + 68, 4) == 11);  // root
  const std::size_t table = 32 + number(file, footer + 40, 8);
  const std::size_t index = table + 3 * 32 + 32;
  const std::size_t root = index + 2 * 4 + 4 * 44;
  CHECK(root + 11 == footer);
  CHECK(hex(file, footer + 72, 32) == blake3(file, table, index));
  CHECK(hex(file, footer + 104, 32) == blake3(file, index, root));
  CHECK(hex(file, footer + 136, 32) == blake3(file, root, footer));
  CHECK(hex(file, footer + 168, 32) == blake3(file, footer, footer + 168));
  CHECK(hex(file, root, 11) == to_hex(as_bytes("a root blob")));

  // Frames: two chunks, a raw node, a based chunk.
  std::size_t at = 32;
  for (std::size_t f = 0; f < 3; ++f) {
    const std::size_t entry = table + 32 * f;
    const std::size_t stored = number(file, entry + 8, 4);
    CHECK(number(file, entry, 8) == at);
    CHECK(hex(file, entry + 16, 8) == blake3(file, at, at + stored).substr(0, 16));
    CHECK(number(file, entry + 24, 1) == (f == 1 ? 0 : 1));  // codec
    CHECK(number(file, entry + 25, 1) == (f == 1 ? 1 : 0));  // class
    CHECK(number(file, entry + 26, 2) == 0);
    CHECK(number(file, entry + 28, 4) == (f == 2 ? 1 : 0));  // base
    const std::size_t raw = number(file, entry + 12, 4);
    if (f == 0) CHECK(unzstd(file, at, stored, raw, "") == rows() + small_text);
    if (f == 1) CHECK(hex(file, at, stored) == to_hex(as_bytes(node_text)));
    if (f == 2) CHECK(unzstd(file, at, stored, raw, rows()) == changed_rows);
    at += stored;
  }
  CHECK(at == table);
  CHECK(hex(file, table + 96, 32) == object_of(ObjectType::chunk, rows()).id.hex());

  // Index: without fan-out bits one bucket holds everything.
  CHECK(number(file, index, 4) == 0);
  CHECK(number(file, index + 4, 4) == 4);
  std::map<std::string, std::string> places;
  for (std::size_t i = 0; i < 4; ++i) {
    std::string id;
    for (std::size_t b = 8; b-- > 0;) id += hex(file, index + 8 + 8 * i + b, 1);
    const std::size_t record = index + 8 + 32 + 36 * i;
    id += hex(file, record, 24);
    const std::uint64_t word = number(file, record + 32, 4);
    places[id] = std::to_string(number(file, record + 24, 4)) + " " +
                 std::to_string(number(file, record + 28, 4)) + " " + std::to_string(word & 0x1ffffff) + " " +
                 std::to_string(word >> 25 & 15) + " " + std::to_string(word >> 29);
  }
  const auto place = [&](ObjectType type, const std::string& text) {
    return places[object_of(type, text).id.hex()];
  };
  const std::string rows_size = std::to_string(rows().size());
  CHECK(place(ObjectType::chunk, rows()) == "0 0 " + rows_size + " 1 0");
  CHECK(place(ObjectType::chunk, small_text) == "0 " + rows_size + " 12 1 0");
  CHECK(place(ObjectType::tree, node_text) == "1 0 " + std::to_string(node_text.size()) + " 3 0");
  CHECK(place(ObjectType::chunk, changed_rows) == "2 0 " + std::to_string(changed_rows.size()) + " 1 4");
}

TEST_CASE("the reader reads the golden pack") {
  const auto reader = PackReader::open(os::real_fs(), golden_path);
  REQUIRE(reader != nullptr);
  reader->verify();
  CHECK(as_text(reader->root_blob()) == "a root blob");
  const PackSet set({{reader, nullptr}}, nullptr);
  const auto text_of = [&](ObjectType type, const std::string& text) {
    return std::string(set.read(object_of(type, text).id, type).text());
  };
  CHECK(text_of(ObjectType::chunk, small_text) == small_text);
  CHECK(text_of(ObjectType::tree, node_text) == node_text);
  CHECK(text_of(ObjectType::chunk, changed_rows) == changed_rows);
}

TEST_CASE("the writer writes the golden pack, given its frames") {
  const auto reader = PackReader::open(os::real_fs(), golden_path);
  REQUIRE(reader != nullptr);
  std::vector<EncodedFrame> frames = golden_frames();
  REQUIRE(frames.size() == reader->frame_count());
  for (std::uint32_t f = 0; f < frames.size(); ++f) {  // another zstd may compress otherwise
    const ByteView stored = reader->stored(f);
    frames[f].stored.assign(stored.begin(), stored.end());
  }
  CHECK((written(std::move(frames)) == read_file(golden_path)));
}
