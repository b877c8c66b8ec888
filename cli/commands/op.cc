// vstore op: the operation log. The first argument says what to do; each is a function of its own.
#include "cli/command.h"
#include "cli/op_text.h"
#include "cli/taking_back.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class Op final : public Command {
  void declare(Args& args) override {
    args.usage("op log [-n NUMBER] [--oneline] [-p]");
    args.usage("op show [OPERATION]");
    args.usage("op diff [FROM [TO]]");
    args.usage("op restore [--keep-files] OPERATION");
    args.describe(
        "Look at the operations that changed refs, and bring back the state after one of them. OPERATION is an id, "
        "its beginning, or @ for the newest; each - behind it means the one before.");
    args.option("-n,--max-count", "NUMBER", count_max_, "log: at most so many");
    args.flag("--oneline", oneline_, "log: each in one line");
    args.flag("-p,--patch", patch_, "log: with the refs that each changed");
    args.flag("--keep-files", keep_files_, "restore: leave the files of the workspace as they are");
    args.flag("-q,--quiet", quiet_, "restore: print errors only");
    args.flag("--json", json_, "a JSON object for each operation or changed ref, one a line");
    args.positionals("log | show | diff | restore", words_, {.min = 1, .max = 3});
  }

  int run(Context& context) override {
    const std::string verb = words_.front();
    words_.erase(words_.begin());
    if (verb == "log") return log(context);
    if (verb == "show") return show(context);
    if (verb == "diff") return diff(context);
    if (verb == "restore") return restore(context);
    throw Error(ErrorCode::usage, "unknown action '" + escape_for_terminal(verb) + "'", "actions are log, show, diff and restore");
  }

  void expect_words(std::size_t min, std::size_t max) const {
    if (words_.size() > max) throw Error(ErrorCode::usage, "unexpected argument '" + escape_for_terminal(words_[max]) + "'");
    if (words_.size() < min) throw Error(ErrorCode::usage, "missing argument: OPERATION", "'vstore op log' lists the operations");
  }

  int log(Context& context) const {
    expect_words(0, 0);
    const Snapshot snapshot = context.store().snapshot();
    const OperationText text(context, snapshot);
    if (!json_) context.page();
    OperationLog log(snapshot);
    for (std::uint64_t shown = 0; !count_max_ || shown < *count_max_; ++shown) {
      const auto entry = log.next();
      if (!entry) break;
      print(context, snapshot, text, *entry, shown == 0, patch_);
    }
    return 0;
  }

  void print(Context& context, const Snapshot& snapshot, const OperationText& text, const OperationEntry& entry, bool first,
             bool with_changes) const {
    Output& out = context.out();
    const auto changes = with_changes ? operation_changes(snapshot, entry.id) : std::vector<RefChange>();
    if (json_) {
      Json item = OperationText::json(entry);
      if (with_changes) item["changes"] = Json::array();
      for (const RefChange& change : changes) item["changes"].push_back(OperationText::json(change));
      return print_json(out, item);
    }
    if (oneline_) return out.print(text.line(entry), "\n", text.changes(changes));
    out.print(first ? "" : "\n", text.block(entry), changes.empty() ? "" : "\n", text.changes(changes));
  }

  int show(Context& context) const {
    expect_words(0, 1);
    const Snapshot snapshot = context.store().snapshot();
    const Id id = resolve_operation(snapshot, words_.empty() ? "@" : words_[0]);
    print(context, snapshot, OperationText(context, snapshot), {id, snapshot.operation(id)}, true, true);
    return 0;
  }

  /// Without arguments, what the newest changed; with one, what changed since.
  int diff(Context& context) const {
    expect_words(0, 2);
    const Snapshot snapshot = context.store().snapshot();
    const Id from = resolve_operation(snapshot, words_.empty() ? "@-" : words_[0]);
    const Id to = resolve_operation(snapshot, words_.size() < 2 ? "@" : words_[1]);
    const auto changes = ref_changes(snapshot, snapshot.operation(from).view, snapshot.operation(to).view);
    if (!json_) context.out().print(OperationText(context, snapshot).changes(changes));
    for (const RefChange& change : changes) {
      if (json_) print_json(context.out(), OperationText::json(change));
    }
    return 0;
  }

  int restore(Context& context) const {
    expect_words(1, 1);
    return restore_operation(context, words_[0], keep_files_, quiet_);
  }

  std::optional<std::uint64_t> count_max_;
  bool oneline_ = false, patch_ = false, keep_files_ = false, quiet_ = false, json_ = false;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_op() { return std::make_unique<Op>(); }

}  // namespace vstore::cli
