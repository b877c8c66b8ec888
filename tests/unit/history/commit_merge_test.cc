// Merging commits: contents, kept sides, renames, and bases that are merged themselves.
#include <doctest/doctest.h>

#include "unit/history/dataset.h"
#include "vstore/history.h"
#include "vstore/merge.h"

using namespace vstore;
using vstore::test::Files;

namespace {

/// A store in which commits are made and merged; nothing needs to be published.
struct World {
  test::Scratch scratch;
  Store store = Store::create(scratch / "store");
  Transaction txn = store.begin();
  std::int64_t clock = 1'700'000'000;

  Id tree(const Files& files) {
    TreeBuilder builder(txn);
    for (const auto& [path, text] : files) {
      ListBuilder list(txn);
      list.add(txn.put(ObjectType::chunk, as_bytes(text)), static_cast<std::uint32_t>(text.size()));
      builder.add(path, {Kind::file, text.size(), list.finish()});
    }
    return builder.finish();
  }

  Id commit(const Files& files, std::vector<Id> parents) {
    const Person who{"Ann Author", "ann@example.org"};
    const Time time{++clock, 0};
    return txn.put(
        ObjectType::commit,
        as_bytes(encode(Commit{tree(files), std::move(parents), who, time, who, time, "m\n", {}})));
  }

  Files files(const Id& root) {
    Files all;
    for (TreeCursor at = Tree(txn, root).begin(); at.valid(); at.next()) {
      std::string text(at.entry().size, '\0');
      FileReader(txn, at.entry().id).read(0, text.size(), reinterpret_cast<std::uint8_t*>(text.data()));
      all[std::string(at.key())] = text;
    }
    return all;
  }
};

std::string numbers(int from, int to) {
  std::string text;
  for (int i = from; i <= to; ++i) text += std::to_string(i) + "\n";
  return text;
}

}  // namespace

TEST_CASE("texts that both sides changed are merged by lines") {
  World w;
  const Id base = w.commit({{"t", "1\n2\n3\n4\n"}}, {});
  const Id ours = w.commit({{"t", "one\n2\n3\n4\n"}, {"o", "o"}}, {base});
  const Id theirs = w.commit({{"t", "1\n2\n3\nfour\n"}}, {base});
  const TreeMerge merged = merge_commits(w.txn, ours, theirs);
  CHECK(merged.clean());
  CHECK(w.files(merged.files) == Files{{"o", "o"}, {"t", "one\n2\n3\nfour\n"}});
  CHECK(merged.merged_texts == std::vector<std::string>{"t"});
}

TEST_CASE("a conflict: markers in the files, ours in the stage") {
  World w;
  const Id base = w.commit({{"t", "x\n"}}, {});
  const Id ours = w.commit({{"t", "a\n"}}, {base});
  const Id theirs = w.commit({{"t", "b\n"}}, {base});
  const TreeMerge merged = merge_commits(w.txn, ours, theirs);
  REQUIRE(merged.conflicts.size() == 1);
  CHECK(merged.conflicts[0].reason == ConflictReason::content);
  CHECK(w.files(merged.files) == Files{{"t", "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> theirs\n"}});
  CHECK(w.files(merged.stage) == Files{{"t", "a\n"}});
}

TEST_CASE("binaries: both are kept, unless a side is favoured") {
  World w;
  const std::string zero(1, '\0');
  const Id base = w.commit({{"b", "x" + zero}}, {});
  const Id ours = w.commit({{"b", "ours" + zero}}, {base});
  const Id theirs = w.commit({{"b", "theirs" + zero}}, {base});
  const TreeMerge merged = merge_commits(w.txn, ours, theirs);
  REQUIRE(merged.conflicts.size() == 1);
  CHECK(merged.conflicts[0].reason == ConflictReason::binary);
  CHECK(w.files(merged.files) == Files{{"b", "ours" + zero}, {"b~theirs", "theirs" + zero}});
  CHECK(w.files(merged.stage) == Files{{"b", "ours" + zero}});
  MergeOptions options;
  options.favor = [](std::string_view path) { return path == "b" ? Favor::theirs : Favor::none; };
  CHECK(w.files(merge_commits(w.txn, ours, theirs, options).files) == Files{{"b", "theirs" + zero}});
}

TEST_CASE("deleted on one side, changed on the other: the change is kept") {
  World w;
  const Id base = w.commit({{"a", "x\n"}, {"z", "z"}}, {});
  const Id ours = w.commit({{"z", "z"}}, {base});
  const Id theirs = w.commit({{"a", "y\n"}, {"z", "z"}}, {base});
  const TreeMerge merged = merge_commits(w.txn, ours, theirs);
  REQUIRE(merged.conflicts.size() == 1);
  CHECK(merged.conflicts[0].reason == ConflictReason::deleted_by_us);
  CHECK(w.files(merged.files) == Files{{"a", "y\n"}, {"z", "z"}});
  CHECK(w.files(merged.stage) == Files{{"z", "z"}});
}

TEST_CASE("renamed on one side, changed on the other: changed under the new name, whichever side is ours") {
  World w;
  const Id base = w.commit({{"old", numbers(1, 50)}}, {});
  const Id moved = w.commit({{"new", numbers(1, 50) + "end\n"}}, {base});
  const Id changed = w.commit({{"old", "begin\n" + numbers(1, 50)}}, {base});
  const Files expected{{"new", "begin\n" + numbers(1, 50) + "end\n"}};
  for (const bool moved_is_ours : {true, false}) {
    const TreeMerge merged =
        moved_is_ours ? merge_commits(w.txn, moved, changed) : merge_commits(w.txn, changed, moved);
    CHECK(merged.clean());
    CHECK(w.files(merged.files) == expected);
  }
  MergeOptions plain;
  plain.find_renames = false;
  CHECK_FALSE(merge_commits(w.txn, moved, changed, plain).clean());
}

TEST_CASE("renamed to two names: both stay, and a person is asked") {
  World w;
  const Id base = w.commit({{"old", numbers(1, 50)}}, {});
  const Id ours = w.commit({{"a", numbers(1, 50)}}, {base});
  const Id theirs = w.commit({{"b", numbers(1, 50)}}, {base});
  const TreeMerge merged = merge_commits(w.txn, ours, theirs);
  REQUIRE(merged.conflicts.size() == 1);
  CHECK(merged.conflicts[0].reason == ConflictReason::renamed_apart);
  CHECK(w.files(merged.files) == Files{{"a", numbers(1, 50)}, {"b", numbers(1, 50)}});
}

TEST_CASE("branches merged crosswise: their merge is the base") {
  // With either of the two bases alone, one side's change of "t" would look new on both sides.
  World w;
  const Id root = w.commit({{"t", "1\n2\n3\n4\n5\n"}}, {});
  const Id a = w.commit({{"t", "A\n2\n3\n4\n5\n"}}, {root});
  const Id b = w.commit({{"t", "1\n2\n3\n4\nB\n"}}, {root});
  const Id ab = w.commit({{"t", "A\n2\n3\n4\nB\n"}}, {a, b});
  const Id ba = w.commit({{"t", "A\n2\n3\n4\nB\n"}}, {b, a});
  const Id ours = w.commit({{"t", "AA\n2\n3\n4\nB\n"}}, {ab});
  const Id theirs = w.commit({{"t", "A\n2\n3\n4\nBB\n"}}, {ba});
  const TreeMerge merged = merge_commits(w.txn, ours, theirs);
  CHECK(merged.clean());
  CHECK(w.files(merged.files) == Files{{"t", "AA\n2\n3\n4\nBB\n"}});
}

TEST_CASE("histories without a common commit are merged from nothing") {
  World w;
  const Id ours = w.commit({{"a", "a"}, {"same", "s"}}, {});
  const Id theirs = w.commit({{"b", "b"}, {"same", "s"}}, {});
  const TreeMerge merged = merge_commits(w.txn, ours, theirs);
  CHECK(merged.clean());
  CHECK(w.files(merged.files) == Files{{"a", "a"}, {"b", "b"}, {"same", "s"}});
}
