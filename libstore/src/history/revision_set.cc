// history/revision_set.cc - the arguments of log and its kin: which commits are in, which are out.
#include "history/revision_parse.h"
#include "vstore/error.h"
#include "vstore/history.h"
#include "vstore/revision.h"

namespace vstore {
namespace {

class SetBuilder {
 public:
  SetBuilder(const Snapshot& snapshot, const RevisionContext& context)
      : snapshot_(snapshot), context_(context) {}

  void add(const RevisionArgument& argument) {
    using Form = RevisionArgument::Form;
    const Id right = resolve_commit(snapshot_, context_, argument.right);
    switch (argument.form) {
      case Form::single:
        return include(right);
      case Form::negated:
        return exclude(right);
      case Form::parents:
        return include_all(snapshot_.commit(right).parents);
      case Form::range: {
        exclude(resolve_commit(snapshot_, context_, argument.left));
        return include(right);
      }
      case Form::symmetric: {
        const Id left = resolve_commit(snapshot_, context_, argument.left);
        for (const Id& base : merge_bases(snapshot_, left, right)) exclude(base);
        include(left);
        return include(right);
      }
      case Form::alone: {
        for (const Id& parent : snapshot_.commit(right).parents) exclude(parent);
        return include(right);
      }
      case Form::from_parent: {
        const std::string parent = argument.right + "^" + std::to_string(argument.number);
        exclude(resolve_commit(snapshot_, context_, parent));
        return include(right);
      }
    }
  }

  RevisionSet take() { return std::move(set_); }

 private:
  void include(const Id& id) { set_.include.push_back(id); }
  void exclude(const Id& id) { set_.exclude.push_back(id); }
  void include_all(const std::vector<Id>& ids) {
    set_.include.insert(set_.include.end(), ids.begin(), ids.end());
  }

  const Snapshot& snapshot_;
  const RevisionContext& context_;
  RevisionSet set_;
};

}  // namespace

RevisionSet resolve_set(const Snapshot& snapshot, const RevisionContext& context,
                        const std::vector<std::string>& arguments) {
  SetBuilder builder(snapshot, context);
  for (const std::string& argument : arguments) builder.add(parse_revision_argument(argument));
  return builder.take();
}

}  // namespace vstore
