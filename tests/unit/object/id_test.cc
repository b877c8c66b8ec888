#include "vstore/id.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace vstore;

namespace {

/// The input of BLAKE3's published test vectors: 0, 1, ..., 250, 0, 1, ...
Bytes vector_input(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i % 251);
  return bytes;
}

std::string hex_of(ObjectType type, std::string_view text) { return hash_object(type, as_bytes(text)).hex(); }

}  // namespace

TEST_CASE("a chunk's id is BLAKE3's published value") {
  struct Vector {
    std::size_t size;
    const char* hex;
  };
  for (const Vector& v : {
           Vector{0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"},
           Vector{1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"},
           Vector{1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"},
           Vector{102400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"},
       }) {
    CAPTURE(v.size);
    CHECK(hash_object(ObjectType::chunk, vector_input(v.size)).hex() == v.hex);
  }
}

TEST_CASE("every other type hashes under the context that docs/format/ids.md fixes") {
  // printf abc | b3sum --derive-key "vstore 2026-11-21 ..."
  CHECK(hex_of(ObjectType::chunk, "abc") ==
        "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85");
  CHECK(hex_of(ObjectType::list, "abc") ==
        "3196fff4f19aef0634e7e4a4d046cece6708443a82d5e9545510bb506f6842db");
  CHECK(hex_of(ObjectType::tree, "abc") ==
        "f8b41438cd1315ed874d062c27622eab8e339a57c6681c1fdb322e3104e5d2de");
  CHECK(hex_of(ObjectType::commit, "abc") ==
        "8cb9a707d6612a7525d50a0ae8b154e879aecf3f6255971303f69cd6a04bdd06");
  CHECK(hex_of(ObjectType::tag, "abc") == "c3db620650f6fa502607d50c936f560dba6522b22b35038be1c9772bfe9841b6");
  CHECK(hex_of(ObjectType::operation, "abc") ==
        "2484f50f9ce030b6fc03a09f2a2878bae3190de0871e3466bc68ef9b3c56c24f");
  CHECK(hex_of(ObjectType::bitmap, "abc") ==
        "e155b87a1154f4fdb06827be36f016df2764aa23020fedec18dbc5f19df45c37");
}

TEST_CASE("the incremental hasher agrees with hash_object however the bytes are split") {
  const Bytes bytes = vector_input(70'001);
  for (std::size_t step : {1u, 63u, 64u, 1024u, 1025u, 65'536u}) {
    CAPTURE(step);
    Hasher hasher;
    const ByteView all(bytes);
    for (std::size_t at = 0; at < all.size(); at += step) {
      hasher.update(all.subspan(at, std::min(step, all.size() - at)));
    }
    CHECK(hasher.finish() == hash_object(ObjectType::chunk, all));
  }
}

TEST_CASE("threads may hash from the first call on") {
  std::vector<Id> ids(4);
  {
    std::vector<std::jthread> threads;
    for (Id& id : ids) threads.emplace_back([&id] { id = hash_object(ObjectType::tree, as_bytes("abc")); });
  }
  for (const Id& id : ids) CHECK(id == hash_object(ObjectType::tree, as_bytes("abc")));
}

TEST_CASE("an id as text") {
  const std::string text = "00ff0123456789abcdef00000000000000000000000000000000000000000001";
  const Id id = Id::from_hex(text).value();
  CHECK(id.hex() == text);
  CHECK(id.abbrev() == "00ff012345");
  CHECK(id.abbrev(4) == "00ff");
  CHECK(id.abbrev(100) == text);
  CHECK(id.prefix64() == 0x00ff0123456789abULL);
  CHECK(!id.is_null());
  CHECK(Id{}.is_null());

  std::string upper = text;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  CHECK(Id::from_hex(upper) == id);
  CHECK(!Id::from_hex(""));
  CHECK(!Id::from_hex(text.substr(1)));
  CHECK(!Id::from_hex(text + "0"));
  CHECK(!Id::from_hex("g" + text.substr(1)));
}

TEST_CASE("ids sort as their hex text and as their prefixes do") {
  const Id low = hash_object(ObjectType::chunk, as_bytes("a"));
  const Id high = hash_object(ObjectType::chunk, as_bytes("c"));
  CHECK((low < high) == (low.hex() < high.hex()));
  CHECK((low < high) == (low.prefix64() < high.prefix64()));
}

TEST_CASE("type names go there and back") {
  std::set<std::string_view> names;
  for (int i = 1; i <= 7; ++i) {
    const auto type = static_cast<ObjectType>(i);
    CHECK(object_type_from(to_string(type)) == type);
    names.insert(to_string(type));
  }
  CHECK(names.size() == 7);
  CHECK(to_string(ObjectType::bitmap) == "bitmap");
  CHECK(!object_type_from(""));
  CHECK(!object_type_from("blob"));
  CHECK(to_string(static_cast<ObjectType>(0)).empty());
  CHECK(to_string(static_cast<ObjectType>(8)).empty());
}
