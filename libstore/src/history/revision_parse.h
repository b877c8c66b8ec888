// history/revision_parse.h - the syntax of the revision language, apart from any store: text to a small
// tree that revision.cc evaluates.
//
//   argument  = "^" revision | revision ".." revision | revision "..." revision
//             | revision ("^@" | "^!" | "^-" [N]) | revision
//   revision  = base step* [":" path] | ":" ["0:"] path | ":/" search
//   base      = [name] ["@{" (N | "-" N | date) "}"]
//   name      = a ref, an id, the beginning of an id; "@" alone is HEAD, so is an empty side of a range
//   step      = "~" [N] | "^" [N] | "^{" [type] "}" | "^{/" search "}"
//   search    = a regular expression; behind "!-" one that must not match, behind "!!" one that begins with "!"
//
// A name ends at the first of "~^:" or "@{", which no ref may contain.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vstore {

/// One suffix of a revision. They apply from left to right.
struct RevisionStep {
  enum class Kind {
    ancestor,  ///< ~N: N times the first parent
    parent,    ///< ^N: the Nth parent; 0 is the commit itself
    peel,      ///< ^{type}: follow tags until that type; an empty type follows all tags
    search,    ///< ^{/text}: the newest ancestor whose message matches
  };
  Kind kind;
  std::uint64_t number = 1;
  std::string text;  ///< a type, or what is sought, with its "!"
};

/// What stands in "@{...}".
struct RevisionMoment {
  enum class Kind {
    nth,       ///< the value before that, N times
    previous,  ///< where HEAD was before the N-th last switch
    date,
  };
  Kind kind = Kind::nth;
  std::uint64_t number = 0;
  std::string date;
};

struct RevisionExpression {
  enum class Base {
    name,   ///< `name` is to be looked up
    stage,  ///< the workspace's stage
    search, ///< ":/text": `name` is what is sought in the messages of all commits
  };
  Base base = Base::name;
  std::string name;  ///< empty with a moment alone: the current branch
  std::optional<RevisionMoment> moment;
  std::vector<RevisionStep> steps;
  std::optional<std::string> path;  ///< what follows ':', as written
};

/// Throws `usage` saying what is wrong.
RevisionExpression parse_revision(std::string_view text);

/// An argument of a set of commits.
struct RevisionArgument {
  enum class Form {
    single,
    negated,      ///< ^REV
    range,        ///< A..B
    symmetric,    ///< A...B
    parents,      ///< REV^@: all parents
    alone,        ///< REV^!: the commit without its parents
    from_parent,  ///< REV^-N: what the commit has beyond its Nth parent
  };
  Form form = Form::single;
  std::string left;   ///< of a range; "HEAD" if empty
  std::string right;  ///< of a range, or the only revision
  std::uint64_t number = 1;
};
RevisionArgument parse_revision_argument(std::string_view text);

/// "a//b/./c/../d/" as "a/b/d". nullopt if it climbs above the root. Empty is the root.
std::optional<std::string> normalize_path(std::string_view path);

}  // namespace vstore
