// What the builder and the editor refuse, and what they say.
#include <doctest/doctest.h>

#include "support/tree_model.h"
#include "vstore/error.h"

using namespace vstore;
using namespace vstore::test;

namespace {

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
    return error.what();
  }
  return "";
}

std::string build_refusal(const std::vector<std::string>& keys) {
  return refusal([&] {
    MemoryObjects objects;
    TreeBuilder builder(objects);
    for (const std::string& key : keys) builder.add(key, entry_for(key, 1));
  });
}

// Edits a map of `keys`: "+k" puts, "-k" erases.
std::string edit_refusal(const std::vector<std::string>& keys, const std::vector<std::string>& edits) {
  MemoryObjects objects;
  TreeModel model;
  for (const std::string& key : keys) model.emplace(key, entry_for(key, 1));
  const Id root = build(objects, model);
  return refusal([&] {
    auto at = edits.begin();
    edit_tree(Tree(objects, root), objects, [&]() -> std::optional<TreeEdit> {
      if (at == edits.end()) return std::nullopt;
      const std::string text = *at++;
      const std::string key = text.substr(1);
      return TreeEdit{key, text[0] == '+' ? std::optional(entry_for(key, 2)) : std::nullopt};
    });
  });
}

constexpr const char* kBeside = " cannot be in one tree";

}  // namespace

TEST_CASE("the builder demands ascending keys without path conflicts") {
  CHECK(build_refusal({"a", "b", "b/"}) == std::string("'b' and 'b/'") + kBeside);
  CHECK(build_refusal({"a", "a-b", "a/x"}) == std::string("'a' and 'a/x'") + kBeside);
  CHECK(build_refusal({"a/", "a/x"}) == std::string("'a/' and 'a/x'") + kBeside);
  CHECK(build_refusal({"a", "a-b", "a-b.c", "a0"}) == "");
  CHECK(build_refusal({"b", "a"}) == "keys of a tree do not ascend: 'a' after 'b'");
  CHECK(build_refusal({"a", "a"}) == "keys of a tree do not ascend: 'a' after 'a'");
}

TEST_CASE("keys and entries that cannot be") {
  MemoryObjects objects;
  TreeBuilder builder(objects);
  CHECK_THROWS_AS(builder.add("", entry_for("x", 1)), Error);
  CHECK_THROWS_AS(builder.add(std::string(4097, 'x'), entry_for("x", 1)), Error);
  CHECK_THROWS_AS(builder.add("d/", entry_for("x", 1)), Error);
  CHECK_THROWS_AS(builder.add("d", Entry{Kind::empty_directory, 0, {}}), Error);
  CHECK_THROWS_AS(builder.add("f", Entry{Kind::file, 1, {}}), Error);
  CHECK_THROWS_AS(builder.add("r", Entry{Kind::ref_tag, 1, id_of(1)}), Error);
  CHECK_THROWS_AS(builder.add("k", Entry{static_cast<Kind>(7), 0, id_of(1)}), Error);
  for (const char* key : {"..", "a/.vstore/x", "/a", "a//b"}) CHECK_THROWS_AS(builder.add(key, entry_for("x", 1)), Error);
  CHECK_THROWS_AS(builder.add("refs/heads/-x", Entry{Kind::ref_commit, 0, id_of(1)}), Error);
  CHECK(builder.finish() == empty_tree_id());
}

TEST_CASE("the editor refuses what would conflict, and names both") {
  CHECK(edit_refusal({"a"}, {"+a/x"}) == std::string("'a' and 'a/x'") + kBeside);
  CHECK(edit_refusal({"a", "a-b"}, {"+a/x/y"}) == std::string("'a' and 'a/x/y'") + kBeside);
  CHECK(edit_refusal({"a/x", "a/y"}, {"+a"}) == std::string("'a' and 'a/x'") + kBeside);
  CHECK(edit_refusal({"a/x", "a/y"}, {"+a", "-a/x"}) == std::string("'a' and 'a/y'") + kBeside);
  CHECK(edit_refusal({"a/"}, {"+a/x"}) == std::string("'a/' and 'a/x'") + kBeside);
  CHECK(edit_refusal({"a"}, {"+b/../c"}) == "'b/../c' cannot be in a tree: it has a component '.' or '..'");
  CHECK(edit_refusal({"a/x"}, {"+a/"}) == std::string("'a/' and 'a/x'") + kBeside);
  CHECK(edit_refusal({}, {"+a", "+a-b", "+a/x"}) == std::string("'a' and 'a/x'") + kBeside);
}

TEST_CASE("the editor takes a file for a directory and back in one batch") {
  CHECK(edit_refusal({"a"}, {"-a", "+a/x"}) == "");
  CHECK(edit_refusal({"a", "a-b"}, {"-a", "+a/x", "+a/y"}) == "");
  CHECK(edit_refusal({"a-b", "a/x", "a/y"}, {"+a", "-a/x", "-a/y"}) == "");
  CHECK(edit_refusal({"a/"}, {"-a/", "+a/x"}) == "");
  CHECK(edit_refusal({"a/x"}, {"+a/", "-a/x"}) == "");
  CHECK(edit_refusal({"a"}, {"-a", "+a/"}) == "");
}

TEST_CASE("edits must ascend; no edit changes nothing and reads nothing") {
  CHECK(edit_refusal({"a"}, {"+b", "+b"}) == "keys of a tree do not ascend: 'b' after 'b'");
  CHECK(edit_refusal({"a"}, {"+c", "-b"}) == "keys of a tree do not ascend: 'b' after 'c'");
  MemoryObjects objects;
  EditStats stats{7, 7};
  CHECK(edit(objects, objects, id_of(1), {}, &stats) == id_of(1));
  CHECK(stats.nodes_read == 0);
  CHECK(stats.nodes_written == 0);
}
