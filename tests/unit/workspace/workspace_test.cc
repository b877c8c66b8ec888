// Workspaces against a model: whatever is done to the files, every version comes back bit for bit.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include "support/error_code.h"
#include "support/random.h"
#include "unit/workspace/files.h"

using namespace vstore;
using namespace vstore::test;
namespace fs = std::filesystem;

namespace {

std::string some_path(Random& random) {
  static const char* const names[] = {"a", "b", "a-b", "data", "k", "x.csv", "\xff\xfe", "new\nline"};
  std::string path;
  const std::uint64_t depth = 1 + random.below(3);
  for (std::uint64_t i = 0; i < depth; ++i) path += (i ? "/" : "") + std::string(names[random.below(std::size(names))]);
  return path;
}

/// Makes room for a path: parents that are files go, so does a directory in its place.
void make_room(const std::string& root, const std::string& path) {
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const fs::path parent = root + "/" + path.substr(0, slash);
    if (fs::symlink_status(parent).type() != fs::file_type::directory) fs::remove(parent);
    fs::create_directories(parent);
  }
  fs::remove_all(root + "/" + path);
}

void change_files(World& world, Random& random) {
  const std::uint64_t steps = 1 + random.below(6);
  for (std::uint64_t i = 0; i < steps; ++i) {
    const std::string path = some_path(random);
    const std::string full = world.root + "/" + path;
    make_room(world.root, path);
    switch (random.below(6)) {
      case 0:
        break;  // a deletion
      case 1:
        fs::create_symlink("target-" + std::to_string(random.below(5)), full);
        break;
      case 2:
        fs::create_directory(full);
        break;
      default:
        write_file(full, std::string(random.below(4) == 0 ? 200'000 : 20, static_cast<char>('a' + random.below(26))));
        if (random.chance(20)) fs::permissions(full, fs::perms::owner_exec, fs::perm_options::add);
    }
  }
}

}  // namespace

TEST_CASE("random histories: status is clean after add, every version comes back, in any order") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  Random random(seed);
  World world;
  std::vector<std::pair<Id, std::map<std::string, std::string>>> versions;
  for (int i = 0; i < 25; ++i) {
    change_files(world, random);
    world.add();
    CHECK(world.status({.untracked_all = true}).find_first_of("?") == std::string::npos);
    CommitOptions options;
    options.allow_empty = true;
    options.author = options.committer = {"T", "t@t"};
    const Id id = world.ws.commit(options).id;
    CHECK(world.status() == "");
    versions.emplace_back(id, world.files());
  }
  for (int i = 0; i < 40; ++i) {
    const auto& [id, files] = versions[random.below(versions.size())];
    world.checkout(id);
    CHECK(world.files() == files);
    CHECK(world.status() == "");
  }
  // And into an empty directory, without a workspace.
  const Snapshot snapshot = world.ws.store().snapshot();
  const std::string out = world.scratch / "out";
  fs::create_directory(out);
  export_tree(snapshot, snapshot.commit(versions.back().first).tree, "", out);
  CHECK(files_below(out) == versions.back().second);
}

TEST_CASE("a file changed within the same tick and of the same size is seen") {
  World world;
  for (int i = 0; i < 200; ++i) {
    world.put("f", "version a");
    world.add();
    world.put("f", "version b");
    REQUIRE(world.status() == "AM f\n");
  }
}

TEST_CASE("a file changed right after a checkout wrote it is seen") {
  World world;
  world.put("f", "version a");
  const Id first = world.add_and_commit("1");
  world.put("f", "version b");
  const Id second = world.add_and_commit("2");
  for (int i = 0; i < 100; ++i) {
    world.checkout(i % 2 ? second : first);
    world.put("f", "version c");
    REQUIRE(world.status() == " M f\n");
    world.put("f", i % 2 ? "version b" : "version a");
  }
}

TEST_CASE("two workspaces on one branch do not revert each other") {
  World world;
  world.put("a", "1");
  world.add_and_commit("first");
  Workspace other = Workspace::init(world.scratch / "other", world.root + "/.vstore", "main", test_options());
  CheckoutOptions options;
  other.switch_to("refs/heads/main", *world.ws.head_commit(), options, "switch");
  CHECK(read_file(world.scratch / "other/a") == "1");

  world.put("b", "2");
  world.add_and_commit("second");
  write_file(world.scratch / "other/c", "3");
  other.add({}, {}, "add");
  CommitOptions commit;
  commit.message = "third";
  CHECK(code_of([&] { other.commit(commit); }) == ErrorCode::lost_race);
  CHECK(other.status().base_moved);

  // Taking the other's changes in keeps what is staged here.
  other.switch_to("refs/heads/main", *world.ws.head_commit(), options, "switch");
  commit.author = commit.committer = {"T", "t@t"};
  other.commit(commit);
  const Snapshot snapshot = other.store().snapshot();
  const Tree tree = snapshot.tree(snapshot.commit(*other.head_commit()).tree);
  CHECK(tree.get("a").has_value());
  CHECK(tree.get("b").has_value());
  CHECK(tree.get("c").has_value());
}

TEST_CASE("a copied workspace takes an id of its own") {
  World world;
  world.put("a", "1");
  world.add_and_commit("first");
  const std::string store = world.scratch / "store";
  Workspace first = Workspace::init(world.scratch / "one", store, "main", test_options());
  write_file(world.scratch / "one/f", "x");
  first.add({}, {}, "add");
  fs::copy(world.scratch / "one", world.scratch / "two", fs::copy_options::recursive);
  Workspace second = Workspace::open(world.scratch / "two", test_options());
  CHECK(second.id() != first.id());
  CHECK(second.stage_root() == first.stage_root());
  write_file(world.scratch / "two/g", "y");
  second.add({}, {}, "add");
  CHECK(second.stage_root() != first.stage_root());
  CHECK(Workspace::open(world.scratch / "two", test_options()).id() == second.id());
  CHECK(Workspace::open(world.scratch / "one", test_options()).id() == first.id());
}

TEST_CASE("a workspace file with an id that its store does not know is damage, not an empty workspace") {
  World world;
  world.put("a", "1");
  world.add_and_commit("first");
  const std::string file = world.root + "/.vstore/workspace";
  std::string text = read_file(file);
  char& digit = text[text.find(world.ws.id())];
  digit = digit == '0' ? '1' : '0';
  write_file(file, text);
  CHECK(code_of([&] { Workspace::open(world.root, test_options()); }) == ErrorCode::damaged);
  CHECK(read_file(file) == text);
}

TEST_CASE("what can't be looked at is not taken for deleted") {
  World world;
  world.put("sub/data", "1");
  world.put("other", "2");
  world.add_and_commit("first");
  fs::create_directory(world.root + "/sub/.vstore");  // now it is another workspace: not looked into
  write_file(world.root + "/sub/.vstore/workspace", "{}");
  world.erase("other");
  const AddResult result = world.add();
  CHECK(result.deleted == 1);
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].path.starts_with("sub"));
  const Snapshot snapshot = world.ws.store().snapshot();
  CHECK(snapshot.tree(world.ws.stage_root()).get("sub/data").has_value());
}

TEST_CASE("special files are passed over, unless one is named or stands for a tracked file") {
  World world;
  REQUIRE(::mkfifo((world.root + "/fifo").c_str(), 0600) == 0);
  world.put("good", "1");
  const AddResult result = world.add();
  CHECK(result.added == 1);
  CHECK(result.problems.empty());
  CHECK(world.status() == "A  good\n");

  const AddResult named = world.add({"fifo"});
  REQUIRE(named.problems.size() == 1);
  CHECK(named.problems[0].path == "fifo");

  world.erase("good");
  REQUIRE(::mkfifo((world.root + "/good").c_str(), 0600) == 0);
  REQUIRE(world.add().problems.size() == 1);
}

TEST_CASE("status looks at every side") {
  World world;
  world.put("same", "1");
  world.put("changed", "1");
  world.put("staged", "1");
  world.put("both", "1");
  world.put("gone", "1");
  world.put("removed", "1");
  world.add_and_commit("first");
  world.put("changed", "2");
  world.put("staged", "2");
  world.put("both", "2");
  world.erase("removed");
  world.add({"staged", "both", "removed"});
  world.put("both", "333");
  world.erase("gone");
  world.put("new/one", "1");
  world.put("new/two", "1");
  world.put("fresh", "1");
  CHECK(world.status() == "MM both\n M changed\n ? fresh\n D gone\n ? new/\nD  removed\nM  staged\n");
  CHECK(world.status({.untracked_all = true}).find(" ? new/two\n") != std::string::npos);
  CHECK(world.status({.paths = {{"new"}}}) == " ? new/\n");
  world.put(".vstoreignore", "fresh\nnew/\n");
  CHECK(world.status({.ignored = true}).find(" ! fresh\n") != std::string::npos);
  CHECK(world.status().find("fresh") == std::string::npos);
}

TEST_CASE("an add of millions would hold no more than a batch: edits are applied in runs") {
  // Through the public door with a small world; the run length itself is tested by its rule: a directory that
  // became a file, right at the end of a run, must not be torn apart.
  World world;
  for (int i = 0; i < 50; ++i) world.put("d/" + std::to_string(i), "x");
  world.add_and_commit("first");
  world.erase("d");
  world.put("d", "now a file");
  world.put("d-e", "between");
  world.add();
  const Snapshot snapshot = world.ws.store().snapshot();
  CHECK(snapshot.tree(world.ws.stage_root()).totals().count == 2);
}
