// vstore commit-tree: a commit of a snapshot that is there already, for scripts that make histories
// themselves.
#include "cli/acknowledge.h"
#include "cli/command.h"
#include "cli/commit_message.h"
#include "cli/files.h"
#include "cli/identity.h"
#include "cli/listing.h"
#include "cli/ref_write.h"
#include "cli/refs.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class CommitTree final : public Command {
  void declare(Args& args) override {
    args.usage("commit-tree [-p PARENT]... [-m MESSAGE]... TREE");
    args.usage("commit-tree --ref REF [--expect OLD] [-p PARENT]... [-m MESSAGE]... TREE");
    args.describe(
        "Make a commit of TREE, the files of a version or of a directory of one (REVISION:PATH), with "
        "PARENTs, and print its "
        "id. Without -m or -F the message is read from standard input. Nothing names the commit, unless "
        "--ref does: the next 'gc' "
        "removes it then.");
    args.option("-p", "PARENT", parents_, "a commit that this one follows; repeatable");
    message_.declare(args);
    args.option("--ref", "REF", ref_, "let this branch name the commit, in the same step");
    args.option("--expect", "OLD", expect_,
                "with --ref: REF must still name OLD, or with an empty OLD not exist; else exit code 4");
    args.option("--lock-timeout", "SECONDS", lock_timeout_, "how long to wait for other writers (30)");
    args.positionals("TREE", trees_, {.min = 1, .max = 1});
  }

  int run(Context& context) override {
    if (expect_ && !ref_) throw Error(ErrorCode::usage, "--expect needs --ref");
    if (lock_timeout_) context.set_lock_timeout(*lock_timeout_);
    const Acknowledger recorder(context);
    Transaction txn = context.store().begin();
    Commit commit;
    commit.tree = tree(context, txn);
    for (const std::string& parent : parents_) commit.parents.push_back(commit_of(context, parent));
    commit.author = author(context);
    commit.author_time = author_date().value_or(now());
    commit.committer = committer(context);
    commit.commit_time = committer_date().value_or(now());
    commit.message = message_.given() ? message_.text() : read_text_file("-");
    const Id id = txn.put(ObjectType::commit, as_bytes(encode(commit)),
                          commit.parents.empty() ? nullptr : &commit.parents[0]);
    if (ref_) set_ref(context, txn, id);
    txn.publish({.who = commit.committer, .command = context.command_line(), .time = std::nullopt});
    recorder.acknowledge(id);
    context.out().print(id.hex(), "\n");
    return 0;
  }

  /// A directory becomes a snapshot of its own.
  Id tree(Context& context, Transaction& txn) const {
    const Place place = find_place(context, txn.base(), trees_[0]);
    if (place.file)
      throw Error(ErrorCode::usage, "'" + escape_for_terminal(trees_[0]) + "' is a file",
                  "name a version or a directory of one");
    if (place.path.empty()) return place.root;
    const std::string prefix = place.prefix();
    TreeBuilder files(txn);
    for (TreeCursor at = Tree(txn, place.root).seek(prefix); at.valid() && at.key().starts_with(prefix);
         at.next()) {
      if (at.key().size() > prefix.size()) files.add(at.key().substr(prefix.size()), at.entry());
    }
    return files.finish();
  }

  void set_ref(Context& context, Transaction& txn, const Id& commit) const {
    const std::string ref = ref_to_write(*ref_);
    demand_free(txn.base(), ref);
    if (expect_) demand_expected(context, txn.base(), ref, *expect_);
    txn.set_ref(ref, txn.base().ref(ref), RefValue::commit(commit));
  }

  MessageOptions message_;
  std::optional<std::string> ref_, expect_;
  std::optional<std::uint64_t> lock_timeout_;
  std::vector<std::string> parents_, trees_;
};

}  // namespace

std::unique_ptr<Command> make_commit_tree() { return std::make_unique<CommitTree>(); }

}  // namespace vstore::cli
