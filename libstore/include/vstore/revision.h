// vstore/revision.h - the revision language (gitrevisions): from text to commits, objects and ranges.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vstore/store.h"

namespace vstore {

/// Where names without "refs/" are looked up, and what HEAD means.
struct RevisionContext {
  /// Full name of the ref that is "HEAD": "workspaces/<id>/HEAD", or "HEAD" without a workspace.
  std::string head = "HEAD";
  /// The workspace's stage for ":path" (full ref name), or empty.
  std::string stage;
  /// What "yesterday" counts from. Default: the time of the snapshot's operation.
  std::optional<Time> now = std::nullopt;
  /// Told of a short name that means several refs, once the first of them (a tag before a branch) is taken.
  /// May be empty.
  std::function<void(const std::string&)> warn = {};
  /// The directory, seen from the dataset's root, that "./" means in REV:./PATH. Empty: the root.
  std::string directory = {};
};

/// An object that a revision expression names. A directory is no object of its own: then `id` is the
/// snapshot root it lies in, and `path` says where.
struct Resolved {
  Id id;
  ObjectType type;
  std::string ref;                 ///< full name if the expression was exactly one ref, else empty
  std::optional<Entry> entry;      ///< for REV:PATH that names an entry
  std::string path;                ///< for REV:PATH
  std::optional<Id> tree;          ///< for REV:PATH: the snapshot root it lies in
  bool is_directory = false;       ///< REV:PATH names a directory ("" = the root)
};

/// Resolves one expression: `HEAD`, `@`, ids and unique prefixes (4+), branches, tags, full refs, `~N`,
/// `^N`, `^{commit}`, `^{tree}`, `^{tag}`, `^{}`, `REV:PATH`, `:PATH` (the stage); values that a ref had, `REF@{N}`,
/// `REF@{DATE}`, `@{...}` (of the current branch), also of a ref that was deleted; `@{-N}`, where HEAD was before the
/// N-th last switch; the newest commit whose message matches, of all refs `:/TEXT`, of REV's ancestors
/// `REV^{/TEXT}`; what `describe` prints. A name is a full id, a ref or the beginning of an id, in this order. Throws `not_found` for an unknown revision or path, `usage`
/// for bad syntax and for an ambiguous prefix (the hint lists the candidates).
Resolved resolve(const Snapshot& snapshot, const RevisionContext& context, std::string_view expression);

/// The same, peeled to a commit; `usage` if it is not one.
Id resolve_commit(const Snapshot& snapshot, const RevisionContext& context, std::string_view expression);

/// Peeled to a snapshot root: a commit's tree, a tag's target, a tree id itself.
Id resolve_tree(const Snapshot& snapshot, const RevisionContext& context, std::string_view expression);

/// A set of commits: reachable from any of `include` and from none of `exclude`.
struct RevisionSet {
  std::vector<Id> include;
  std::vector<Id> exclude;
};

/// Parses arguments as `git rev-list` does: REV, ^REV, A..B, A...B, REV^@, REV^!, REV^-N; an empty side
/// means HEAD.
RevisionSet resolve_set(const Snapshot& snapshot, const RevisionContext& context,
                        const std::vector<std::string>& arguments);

/// The two ends of `A..B` / `A...B` (merge base on the left); nullopt if it is not a range.
struct RevisionRange {
  std::string left;
  std::string right;
  bool symmetric = false;
};
std::optional<RevisionRange> split_range(std::string_view expression);

/// Full ref name for a short one, by git's order (exact, refs/, refs/tags/, refs/heads/, refs/remotes/).
std::optional<std::string> expand_ref(const Snapshot& snapshot, const RevisionContext& context,
                                      std::string_view name);

/// Shortest unique abbreviation of at least `digits`.
std::string abbreviate(const Snapshot& snapshot, const Id& id, std::size_t digits = 10);

/// Parses a date as git does (ISO 8601, RFC 2822, "@seconds zone", "yesterday", "2 weeks ago", ...).
/// `now` is given; what names no zone is in now's. A date alone has now's time of day, as in git.
/// `usage` if any part is not understood (where git guesses).
Time parse_time(std::string_view text, const Time& now);

}  // namespace vstore
