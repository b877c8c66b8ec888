#include <doctest/doctest.h>

#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "support/seed.h"
#include "vstore/error.h"
#include "vstore/object.h"

using namespace vstore;
using namespace std::string_literals;
using vstore::test::test_seed;

namespace {

Id id_of(std::string_view text) { return hash_object(ObjectType::chunk, as_bytes(text)); }

Commit example_commit() {
  Commit commit;
  commit.tree = id_of("tree");
  commit.parents = {id_of("first"), id_of("second")};
  commit.author = {"Ada L\xc3\xb6ve", "ada@example.org"};
  commit.author_time = {1700000000, 60};
  commit.committer = {"Bob", "bob@example.org"};
  commit.commit_time = {1700000100, -330};
  commit.message = "Add \"cars\"\n\nTab\there.\n";
  commit.meta = {{"accuracy", "0.93"}, {"run", "17"}};
  return commit;
}

Tag example_tag() {
  return {id_of("commit"), ObjectType::commit, "v1.0", {"Ada", "ada@example.org"},
          {1700000200, 0}, "First release\n"};
}

Operation example_operation() {
  return {{id_of("before")},        id_of("view"),
          {1700000300, 120},        {"Ada", "ada@example.org"},
          "vstore commit -m first", "00112233445566778899aabbccddeeff"};
}

template <typename Call>
ErrorCode code_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("nothing was thrown");
  return ErrorCode::io;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string random_text(std::mt19937_64& rng, bool identity = false) {
  static const std::vector<std::string> pieces = {
      "a",  "Z",  "0",  " ",  "/",  "\x7f", "\x01",     "\x1f",         "\t",
      "\r", "\b", "\f", "\"", "\\", "u",    "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
      "\n", "<"};
  std::string text;
  for (std::size_t n = rng() % 12; n > 0; --n) text += pieces[rng() % (pieces.size() - (identity ? 2 : 0))];
  return text;
}

Time random_time(std::mt19937_64& rng) {
  return {static_cast<std::int64_t>(rng()) >> (rng() % 64), static_cast<std::int32_t>(rng() % 2879) - 1439};
}

Commit random_commit(std::mt19937_64& rng) {
  Commit commit;
  commit.tree = id_of(std::to_string(rng()));
  for (std::size_t n = rng() % 4; n > 0; --n) commit.parents.push_back(id_of(std::to_string(rng())));
  commit.author = {random_text(rng, true), random_text(rng, true)};
  commit.author_time = random_time(rng);
  commit.committer = {random_text(rng, true), random_text(rng, true)};
  commit.commit_time = random_time(rng);
  commit.message = random_text(rng);
  for (std::size_t n = rng() % 4; n > 0; --n) commit.meta["k" + random_text(rng)] = random_text(rng);
  return commit;
}

}  // namespace

TEST_CASE("golden bytes: the examples of docs/format/objects.md") {
  const std::string commit = encode(example_commit());
  CHECK(commit == R"({"author":{"email":"ada@example.org","name":"Ada Löve","time":1700000000,"zone":60},)"
                  R"("committer":{"email":"bob@example.org","name":"Bob","time":1700000100,"zone":-330},)"
                  R"("message":"Add \"cars\"\n\nTab\there.\n","meta":{"accuracy":"0.93","run":"17"},)"
                  R"("parents":["22896bcbc3d1c76a0b90c4c3523dbea532ad63196fafdbd52cced52200d3dae4",)"
                  R"("cd85637651ec7a557bddd61c5ddd1df21ad8bbbaf6c3c098482b3ed1c1014964"],)"
                  R"("tree":"6baa6c9f461fe834a9da0ebb62e0f6fb8c11988a58cbc51b8da8040aea19bc3a"})");
  CHECK(hash_object(ObjectType::commit, as_bytes(commit)).hex() ==
        "494b3793c011560ebf70e1e36fd65bb7bd19fe28f68ff969f5cb4bdd254034c9");

  const std::string tag = encode(example_tag());
  CHECK(
      tag ==
      R"({"message":"First release\n","name":"v1.0",)"
      R"("tagger":{"email":"ada@example.org","name":"Ada","time":1700000200,"zone":0},)"
      R"("target":"6fbcae62efa762c892db387f34ade5692a3abe31025814ee67ec014d4ba3ed05","target_type":"commit"})");
  CHECK(hash_object(ObjectType::tag, as_bytes(tag)).hex() ==
        "2a5726b046ccb1c3daae3b18c74ce6c4825a7d3c849eec1d19c160f651dd88a6");

  const std::string operation = encode(example_operation());
  CHECK(operation == R"({"command":"vstore commit -m first","nonce":"00112233445566778899aabbccddeeff",)"
                     R"("parents":["18c52a7ed981fbffa12fbf611b593c451f6a5700af2206c612b5c3dd2888909b"],)"
                     R"("view":"42cbccd2355833f0a0951c984dd23c8e8ccd64f6621ba5435fd845c5c57f63af",)"
                     R"("who":{"email":"ada@example.org","name":"Ada","time":1700000300,"zone":120}})");
  CHECK(hash_object(ObjectType::operation, as_bytes(operation)).hex() ==
        "e37cb80f82974d674fc8dcdc8bbd4747108dc3d0a462a095bc974deeeeeac0d2");
}

TEST_CASE("decoding gives back what was encoded") {
  CHECK(decode_commit(encode(example_commit())) == example_commit());
  CHECK(decode_tag(encode(example_tag())) == example_tag());
  CHECK(decode_operation(encode(example_operation())) == example_operation());

  CHECK(decode_commit(encode(Commit{})) == Commit{});
  Commit extreme;
  extreme.author_time = {std::numeric_limits<std::int64_t>::min(), -1439};
  extreme.commit_time = {std::numeric_limits<std::int64_t>::max(), 1439};
  CHECK(decode_commit(encode(extreme)) == extreme);
}

TEST_CASE("any commit survives, and another JSON library reads and writes the same bytes") {
  std::mt19937_64 rng(test_seed());
  for (int i = 0; i < 2000; ++i) {
    const Commit commit = random_commit(rng);
    const std::string json = encode(commit);
    CAPTURE(json);
    REQUIRE(decode_commit(json) == commit);
    REQUIRE(nlohmann::json::parse(json).dump() == json);
  }
}

TEST_CASE("whatever decodes encodes to the same bytes: one id for each object") {
  std::mt19937_64 rng(test_seed());
  static constexpr std::string_view alphabet = "\"\\{}[]:,0123456789-+.eEun aAfF\x01\x80\xc3";
  int decoded = 0;
  for (int i = 0; i < 40'000; ++i) {
    std::string json = encode(random_commit(rng));
    const std::size_t at = rng() % json.size();
    const char c = alphabet[rng() % alphabet.size()];
    if (rng() % 3 == 0)
      json.erase(at, 1);
    else if (rng() % 2 == 0)
      json.insert(at, 1, c);
    else
      json[at] = c;
    try {
      const Commit commit = decode_commit(json);
      ++decoded;
      REQUIRE(encode(commit) == json);
    } catch (const Error& error) {
      REQUIRE(error.code() == ErrorCode::damaged);
    }
  }
  CHECK(decoded > 100);  // a changed letter of a message is still a commit
}

TEST_CASE("a text cut short anywhere is damaged") {
  const auto cut_everywhere = [](const std::string& json, auto decode) {
    for (std::size_t size = 0; size < json.size(); ++size) {
      CHECK(code_of([&] { decode(std::string_view(json).substr(0, size)); }) == ErrorCode::damaged);
    }
  };
  cut_everywhere(encode(example_commit()), decode_commit);
  cut_everywhere(encode(example_tag()), decode_tag);
  cut_everywhere(encode(example_operation()), decode_operation);
}

TEST_CASE("other spellings of the same commit are damaged") {
  const std::string json = encode(example_commit());
  const auto damaged = [&](std::string_view from, std::string_view to) {
    CAPTURE(to);
    const std::string other = replaced(json, from, to);
    CHECK(code_of([&] { decode_commit(other); }) == ErrorCode::damaged);
  };
  damaged("{\"author\"", "{ \"author\"");
  damaged("1700000000", "01700000000");
  damaged("1700000000", "1.7e9");
  damaged("1700000000", "99999999999999999999");
  damaged("1700000000", "-0");
  damaged("\"zone\":60", "\"zone\":1440");
  damaged("\"zone\":60", "\"zone\":-1440");
  damaged("\"zone\":60", "\"zone\":4294967356");
  damaged("\"zone\":60", "\"zone\":60,\"zzz\":1");
  damaged("Tab\\t", "Tab\t");
  damaged("Tab\\t", "Tab\\u0009");
  damaged("Tab\\t", "Tab\\u0000");
  damaged("Tab\\t", "Tab\\u001F");
  damaged("Tab\\t", "Tab\\u0041");
  damaged("Tab\\t", "Tab\\ud83d");
  damaged("Tab\\t", "Tab\\/");
  damaged("\xc3\xb6", "\\u00f6");
  damaged("\xc3\xb6", "\xc3");
  damaged("Bob", "B<b");
  damaged("\"accuracy\":\"0.93\",\"run\":\"17\"", "\"run\":\"17\",\"accuracy\":\"0.93\"");
  damaged("\"run\"", "\"accuracy\"");
  damaged("\"run\"", "\"\"");
  damaged("\"17\"}", "\"17\",}");
  damaged("\"17\"", "17");
  damaged(",\"tree\"", ",\"extra\":1,\"tree\"");
  damaged(id_of("tree").hex(), id_of("tree").hex().substr(1));
  damaged(id_of("tree").hex(), "G" + id_of("tree").hex().substr(1));
  damaged(id_of("tree").hex(), "FF" + id_of("tree").hex().substr(2));
  CHECK(code_of([&] { decode_commit(json + "\n"); }) == ErrorCode::damaged);
  CHECK(code_of([&] { decode_commit(encode(example_tag())); }) == ErrorCode::damaged);
  CHECK(code_of([&] { decode_commit(std::string(17u << 20, '{')); }) == ErrorCode::damaged);
}

TEST_CASE("an operation's optional keys are there only when they say something") {
  Operation operation = example_operation();
  operation.files = true;
  operation.undoes = operation.view;
  const std::string text = encode(operation);
  CHECK(text.find(R"(,"files":true,"nonce":)") != std::string::npos);
  CHECK(text.find(R"(,"undoes":")" + operation.view.hex() + R"(","view":)") != std::string::npos);
  CHECK(decode_operation(text) == operation);
  CHECK(code_of([&] { decode_operation(replaced(text, "true", "false")); }) == ErrorCode::damaged);
}

TEST_CASE("tags and operations keep their own rules when decoded") {
  const std::string tag = encode(example_tag());
  CHECK(code_of([&] { decode_tag(replaced(tag, "\"commit\"", "\"operation\"")); }) == ErrorCode::damaged);
  CHECK(code_of([&] { decode_tag(replaced(tag, "\"commit\"", "\"blob\"")); }) == ErrorCode::damaged);
  CHECK(code_of([&] { decode_tag(replaced(tag, "v1.0", "v1..0")); }) == ErrorCode::damaged);
  const std::string operation = encode(example_operation());
  CHECK(code_of([&] { decode_operation(replaced(operation, "eeff", "eef")); }) == ErrorCode::damaged);
  CHECK(code_of([&] { decode_operation(replaced(operation, "eeff", "eeFF")); }) == ErrorCode::damaged);
}

TEST_CASE("what may not be written is a usage error") {
  const auto refused = [](auto change) {
    Commit commit = example_commit();
    change(commit);
    return code_of([&] { encode(commit); }) == ErrorCode::usage;
  };
  CHECK(refused([](Commit& c) { c.message = "\xff"; }));
  CHECK(refused([](Commit& c) { c.message = "a\0b"s; }));
  CHECK(refused([](Commit& c) { c.author.name = "\xc3"; }));
  CHECK(refused([](Commit& c) { c.author.name = "a\nb"; }));
  CHECK(refused([](Commit& c) { c.committer.email = "<a@b>"; }));
  CHECK(refused([](Commit& c) { c.author_time.zone_minutes = 1440; }));
  CHECK(refused([](Commit& c) { c.meta[""] = "x"; }));
  CHECK(refused([](Commit& c) { c.meta["\xff"] = "x"; }));
  CHECK(refused([](Commit& c) { c.meta["x"] = "\xff"; }));
  CHECK(refused([](Commit& c) { c.message.assign(17u << 20, 'x'); }));

  Tag tag = example_tag();
  tag.name = "-x";
  CHECK(code_of([&] { encode(tag); }) == ErrorCode::usage);
  tag = example_tag();
  tag.target_type = ObjectType::operation;
  CHECK(code_of([&] { encode(tag); }) == ErrorCode::usage);
  Operation operation = example_operation();
  operation.nonce = "short";
  CHECK(code_of([&] { encode(operation); }) == ErrorCode::usage);
}
