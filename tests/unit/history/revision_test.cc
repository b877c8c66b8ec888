// Revisions looked up in a store.
#include "vstore/revision.h"

#include <doctest/doctest.h>

#include <functional>

#include "support/random.h"
#include "unit/history/dataset.h"
#include "vstore/error.h"
#include "vstore/history.h"

using namespace vstore;
using namespace vstore::test;

namespace {

/// first <- second <- merge -> side -> first; main is at the merge, v1 tags first.
struct World {
  World() {
    first = data.put_commit(
        {{{"a.txt", "one"}, {"dir/b", "b"}, {"dir/sub/c", "c"}, {"empty/", ""}}, {}, 1000, "first\n"});
    second = data.put_commit({{{"a.txt", "two"}, {"dir/b", "b"}}, {first}, 2000, "second\n"});
    side = data.put_commit({{{"a.txt", "side"}}, {first}, 3000, "side\n"});
    merge = data.put_commit({{{"a.txt", "both"}}, {second, side}, 4000, "merge\n"});
    tag = data.put_tag(first, ObjectType::commit, "v1");
    tag_of_tag = data.put_tag(tag, ObjectType::tag, "v1-again");
    stage_tree = data.put_tree({{"staged", "s"}});
    data.set_ref("refs/heads/main", RefValue::commit(merge));
    data.set_ref("refs/heads/v1", RefValue::commit(second));  // hidden by the tag
    data.set_ref("refs/tags/v1", RefValue::tag(tag));
    data.set_ref("refs/tags/again", RefValue::tag(tag_of_tag));
    data.set_ref("refs/remotes/origin/main", RefValue::commit(side));
    data.set_ref("refs/remotes/origin/HEAD", RefValue::symbolic("refs/remotes/origin/main"));
    data.set_ref("workspaces/w/HEAD", RefValue::symbolic("refs/heads/main"));
    data.set_ref("workspaces/w/stage", RefValue::tree(stage_tree));
    data.set_ref("workspaces/new/HEAD", RefValue::symbolic("refs/heads/unborn"));
    snapshot.emplace(data.publish());
  }

  Resolved at(std::string_view text) const { return resolve(*snapshot, context, text); }
  Id commit(std::string_view text) const { return resolve_commit(*snapshot, context, text); }

  Dataset data;
  Id first, second, side, merge, tag, tag_of_tag, stage_tree;
  std::optional<Snapshot> snapshot;
  RevisionContext context{"workspaces/w/HEAD", "workspaces/w/stage"};
};

/// "code: what / hint" of the error that the call throws.
struct Failure {
  ErrorCode code;
  std::string what, hint;
};
Failure failure(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return {error.code(), error.what(), error.hint()};
  }
  FAIL("no error");
  return {};
}

}  // namespace

TEST_CASE("names, steps and ids lead to commits") {
  const World w;
  CHECK(w.commit("HEAD") == w.merge);
  CHECK(w.commit("@") == w.merge);
  CHECK(w.commit("main") == w.merge);
  CHECK(w.commit("heads/main") == w.merge);
  CHECK(w.commit("refs/heads/main") == w.merge);
  CHECK(w.commit("origin/main") == w.side);
  CHECK(w.commit("origin") == w.side);
  CHECK(w.commit("v1") == w.first);
  CHECK(w.commit("heads/v1") == w.second);
  CHECK(w.commit("again") == w.first);
  CHECK(w.commit("HEAD~") == w.second);
  CHECK(w.commit("HEAD^2") == w.side);
  CHECK(w.commit("HEAD^2~1") == w.first);
  CHECK(w.commit("HEAD~2") == w.first);
  CHECK(w.commit("v1^0") == w.first);
  CHECK(w.commit(w.side.hex()) == w.side);
  CHECK(w.commit(w.side.abbrev(12)) == w.side);
  std::string upper = w.side.abbrev(12);
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  CHECK(w.commit(upper + "~1") == w.first);
}

TEST_CASE("what an expression names is told with its type and ref") {
  const World w;
  CHECK(w.at("HEAD").ref == "workspaces/w/HEAD");
  CHECK(w.at("main").ref == "refs/heads/main");
  CHECK(w.at("main~0").ref.empty());
  CHECK(w.at("v1").type == ObjectType::tag);
  CHECK(w.at("v1").id == w.tag);
  CHECK(w.at("again^{}").id == w.first);
  CHECK(w.at("again^{tag}").id == w.tag_of_tag);
  CHECK(w.at("v1^{commit}").type == ObjectType::commit);
  CHECK(w.at("v1^{tree}").id == w.snapshot->commit(w.first).tree);
  CHECK(resolve_tree(*w.snapshot, w.context, "again") == w.snapshot->commit(w.first).tree);
  CHECK(resolve_tree(*w.snapshot, w.context, w.stage_tree.hex()) == w.stage_tree);
  CHECK(resolve_tree(*w.snapshot, w.context, "HEAD:") == w.snapshot->commit(w.merge).tree);
  CHECK(resolve_tree(*w.snapshot, w.context, ":") == w.stage_tree);
}

TEST_CASE("paths of a revision") {
  const World w;
  const Resolved file = w.at("v1:a.txt");
  CHECK(file.id == hash_object(ObjectType::chunk, as_bytes("one")));
  CHECK(file.type == ObjectType::chunk);
  CHECK(file.entry->size == 3);
  CHECK(file.path == "a.txt");
  CHECK(file.tree == w.snapshot->commit(w.first).tree);
  CHECK_FALSE(file.is_directory);
  CHECK(w.at("HEAD~2:./dir//sub/../b").path == "dir/b");
  for (const char* text : {"v1:dir", "v1:dir/", "v1:dir/sub", "v1:", "v1:.", "v1:empty", "v1:empty/"}) {
    CAPTURE(text);
    const Resolved directory = w.at(text);
    CHECK(directory.is_directory);
    CHECK_FALSE(directory.path.ends_with('/'));
    CHECK(directory.type == ObjectType::tree);
  }
  CHECK(w.at(":staged").id == hash_object(ObjectType::chunk, as_bytes("s")));
}

TEST_CASE("what can't be found says what and where") {
  const World w;
  const Failure unknown = failure([&] { w.at("nowhere~3"); });
  CHECK(unknown.code == ErrorCode::not_found);
  CHECK(unknown.what == "unknown revision 'nowhere'");
  CHECK(failure([&] { w.at("HEAD~3"); }).what == "unknown revision 'HEAD~3': the history ends after 2 steps");
  CHECK(failure([&] { w.at("HEAD^3"); }).what ==
        "unknown revision 'HEAD^3': commit " + w.merge.abbrev() + " has 2 parents");
  CHECK(failure([&] { w.at("v1:dir/x"); }).what == "path 'dir/x' does not exist in 'v1'");
  CHECK(failure([&] { w.at("v1:a.txt/"); }).what == "path 'a.txt' is not a directory in 'v1'");
  CHECK(failure([&] { w.at(":x"); }).what == "path 'x' does not exist in the stage");
  CHECK(failure([&] { w.at("v1:../x"); }).code == ErrorCode::usage);
  CHECK(failure([&] { w.at("v1:a.txt/../../x"); }).code == ErrorCode::usage);
  CHECK(failure([&] { w.commit("v1:a.txt"); }).what == "'v1:a.txt' is a chunk, not a commit");
  CHECK(failure([&] { w.commit("v1^{tree}"); }).what == "'v1^{tree}' is a tree, not a commit");
  CHECK(failure([&] { w.at("main^{tag}"); }).code == ErrorCode::usage);
  CHECK(failure([&] { w.at(std::string(64, 'e')); }).code == ErrorCode::not_found);
  CHECK(failure([&] { w.at("abc"); }).code == ErrorCode::not_found);  // too short for an id
  CHECK(failure([&] { resolve_tree(*w.snapshot, w.context, "v1:dir"); }).code == ErrorCode::usage);
}

TEST_CASE("an unborn branch is named") {
  const World w;
  const RevisionContext context{"workspaces/new/HEAD", "workspaces/new/stage"};
  const Failure unborn = failure([&] { resolve(*w.snapshot, context, "HEAD"); });
  CHECK(unborn.code == ErrorCode::not_found);
  CHECK(unborn.what == "unknown revision 'HEAD': branch 'unborn' has no commits yet");
  CHECK(resolve_tree(*w.snapshot, context, ":") == empty_tree_id());
}

TEST_CASE("sets of commits") {
  const World w;
  const auto set = [&](std::vector<std::string> arguments) {
    return resolve_set(*w.snapshot, w.context, arguments);
  };
  CHECK((set({"main", "^v1"}).include == std::vector<Id>{w.merge}));
  CHECK((set({"main", "^v1"}).exclude == std::vector<Id>{w.first}));
  CHECK((set({"v1.."}).include == std::vector<Id>{w.merge}));
  CHECK((set({"v1.."}).exclude == std::vector<Id>{w.first}));
  CHECK((set({"heads/v1...origin"}).include == std::vector<Id>{w.second, w.side}));
  CHECK((set({"heads/v1...origin"}).exclude == std::vector<Id>{w.first}));
  CHECK((set({"main^@"}).include == std::vector<Id>{w.second, w.side}));
  CHECK((set({"main^!"}).exclude == std::vector<Id>{w.second, w.side}));
  CHECK((set({"main^-2"}).exclude == std::vector<Id>{w.side}));
}

TEST_CASE("short ids: unique ones resolve, ambiguous ones list their candidates") {
  Dataset data;
  // Enough objects that some of them share four digits with a commit.
  std::vector<Id> commits;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = std::to_string(i);
    commits.push_back(data.put_commit({{{"f", text}}, {}, 1'700'000'000 + i, "number " + text + "\n"}));
    data.set_ref("refs/heads/branch-" + text, RefValue::commit(commits.back()));
  }
  const Snapshot snapshot = data.publish();
  int ambiguous = 0, told_apart = 0;
  for (const Id& id : commits) {
    const std::string brief = id.abbrev(4);
    const std::vector<Id> same = snapshot.find_prefix(brief, 100);
    const auto same_commits = std::count_if(same.begin(), same.end(), [&](const Id& other) {
      return snapshot.find(other)->type == ObjectType::commit;
    });
    if (same_commits == 1) {
      told_apart += same.size() > 1 ? 1 : 0;
      CHECK(resolve_commit(snapshot, {}, brief) == id);
      CHECK(resolve(snapshot, {}, brief + "~0").id == id);
    } else {
      ++ambiguous;
      const Failure error = failure([&] { resolve_commit(snapshot, {}, brief); });
      CHECK(error.code == ErrorCode::usage);
      CHECK(error.what == "short id '" + brief + "' is ambiguous");
      CHECK(error.hint.find(id.abbrev(10) + " commit 2023-11-14 - number ") != std::string::npos);
    }
    const std::string unique = abbreviate(snapshot, id, 4);
    CHECK(unique.size() >= 4);
    CHECK(snapshot.find_prefix(unique, 2).size() == 1);
    CHECK(resolve(snapshot, {}, unique).id == id);
    if (unique.size() > 4) CHECK(snapshot.find_prefix(unique.substr(0, unique.size() - 1), 2).size() == 2);
  }
  CHECK(told_apart > 0);
  CHECK(ambiguous > 0);
}
