// history/blame.cc - lines are handed from a commit to the parents that have them; what no parent has is its own.
//
// A suspect is a commit with a path and the lines of the result that may come from it. The newest suspect is looked at
// first, so that lines that reach one commit along two ways have met before it is.
#include "vstore/blame.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "history/commit_graph.h"
#include "vstore/file.h"
#include "vstore/history.h"
#include "vstore/linediff.h"

namespace vstore {
namespace {

/// Line `there` of the suspect's file (from 0) is line `here` of the result.
struct OpenLine {
  std::uint64_t there;
  std::uint64_t here;
};
using Lines = std::vector<OpenLine>;  // ascending in `there`

struct Version {
  std::shared_ptr<const std::string> path;
  Entry entry;
};

class Blamer {
 public:
  Blamer(const Snapshot& snapshot) : snapshot_(snapshot), graph_(snapshot) {}

  Blame run(const Id& commit, const std::string& path) {
    const Version version = start(commit, path);
    Blame result;
    result.text = read(version.entry.id);
    if (looks_binary(result.text))
      throw Error(ErrorCode::refused, "'" + path + "' is binary: it has no lines",
                  "'vstore history' lists its versions");
    const std::size_t newlines = static_cast<std::size_t>(std::count(result.text.begin(), result.text.end(), '\n'));
    const std::size_t count = newlines + (!result.text.empty() && !result.text.ends_with('\n') ? 1 : 0);
    result.lines.resize(count);
    lines_ = &result.lines;
    Lines all(count);
    for (std::size_t i = 0; i < count; ++i) all[i] = {i, i};
    suspect(graph_.read(commit), version, std::move(all));
    while (!queue_.empty()) look_at_newest();
    return result;
  }

 private:
  struct Suspect {
    Version version;
    Lines lines;
  };

  Version start(const Id& commit, const std::string& path) const {
    const auto entry = snapshot_.tree(snapshot_.commit(commit).tree).get(path);
    if (!entry || (entry->kind != Kind::file && entry->kind != Kind::executable)) {
      throw Error(ErrorCode::not_found, "there is no file '" + path + "' in " + commit.abbrev(),
                  "'vstore ls' lists what is there");
    }
    return {std::make_shared<const std::string>(path), *entry};
  }

  std::string read(const Id& content) const {
    std::string text;
    FileReader(snapshot_, content).visit([&](ByteView bytes) {
      text += as_text(bytes);
      return true;
    });
    return text;
  }

  void suspect(CommitNode& node, const Version& version, Lines lines) {
    if (lines.empty()) return;
    std::vector<Suspect>& of_node = suspects_[&node];
    for (Suspect& known : of_node) {
      if (*known.version.path != *version.path) continue;
      known.lines.insert(known.lines.end(), lines.begin(), lines.end());
      std::sort(known.lines.begin(), known.lines.end(), [](const OpenLine& a, const OpenLine& b) { return a.there < b.there; });
      return;
    }
    if (of_node.empty()) queue_.push(node);
    of_node.push_back({version, std::move(lines)});
  }

  void look_at_newest() {
    CommitNode& node = queue_.pop();
    std::vector<Suspect> suspects = std::move(suspects_[&node]);
    suspects_.erase(&node);
    for (Suspect& suspect : suspects) pass_to_parents(node, std::move(suspect));
  }

  void pass_to_parents(CommitNode& node, Suspect suspect) {
    for (std::size_t i = 0; i < node.parents_count && !suspect.lines.empty(); ++i) {
      CommitNode& parent = graph_.read(graph_.parent(node, i));
      const auto before = version_in(parent, node, suspect.version);
      if (before) pass(parent, *before, suspect);
    }
    for (const OpenLine& line : suspect.lines) {
      (*lines_)[line.here] = {node.id, line.there + 1, suspect.version.path, node.parents_count == 0};
    }
  }

  /// The file as the parent has it: under the same name, or renamed since.
  std::optional<Version> version_in(const CommitNode& parent, const CommitNode& node, const Version& version) const {
    const auto entry = snapshot_.tree(parent.tree).get(*version.path);
    if (entry) return entry->kind == Kind::symlink ? std::nullopt : std::optional(Version{version.path, *entry});
    for (const Change& change : compare_trees(snapshot_, parent.tree, node.tree)) {
      if (change.status != ChangeStatus::renamed || change.new_path != *version.path) continue;
      return Version{std::make_shared<const std::string>(change.old_path), *change.before};
    }
    return std::nullopt;
  }

  /// Hands over the lines that the parent's version has too; the others stay.
  void pass(CommitNode& parent, const Version& before, Suspect& suspect) {
    if (before.entry.id == suspect.version.entry.id) return this->suspect(parent, before, std::exchange(suspect.lines, {}));
    const std::string old_text = read(before.entry.id), new_text = read(suspect.version.entry.id);
    const LineDiff diff = diff_lines(old_text, new_text, 0);
    Lines passed, kept;
    auto hunk = diff.hunks.begin();
    std::int64_t shift = 0;  // from the new file's lines to the old one's
    for (const OpenLine& line : suspect.lines) {
      for (; hunk != diff.hunks.end() && first_after(*hunk) <= line.there; ++hunk) {
        shift += static_cast<std::int64_t>(hunk->old_count) - static_cast<std::int64_t>(hunk->new_count);
      }
      const bool is_new = hunk != diff.hunks.end() && hunk->new_count > 0 && line.there + 1 >= hunk->new_start;
      if (is_new) kept.push_back(line);
      else passed.push_back({static_cast<std::uint64_t>(static_cast<std::int64_t>(line.there) + shift), line.here});
    }
    suspect.lines = std::move(kept);
    this->suspect(parent, before, std::move(passed));
  }

  /// The first line of the new file (from 0) behind a hunk. One without new lines stands behind line `new_start`.
  static std::uint64_t first_after(const Hunk& hunk) {
    return hunk.new_count == 0 ? hunk.new_start : hunk.new_start - 1 + hunk.new_count;
  }

  const Snapshot& snapshot_;
  CommitGraph graph_;
  CommitQueue queue_;
  std::map<const CommitNode*, std::vector<Suspect>> suspects_;
  std::vector<BlamedLine>* lines_ = nullptr;
};

}  // namespace

Blame blame_file(const Snapshot& snapshot, const Id& commit, const std::string& path) {
  return Blamer(snapshot).run(commit, path);
}

}  // namespace vstore
