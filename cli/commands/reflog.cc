#include "cli/command.h"
#include "cli/format.h"
#include "cli/op_text.h"
#include "cli/refs.h"
#include "cli/safe_text.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class ReflogCommand final : public Command {
  void declare(Args& args) override {
    args.usage("reflog [-n NUMBER] [REF]");
    args.describe(
        "List the values that a ref (HEAD) had, newest first, and the commands that gave it these. Line N is what "
        "REF@{N} means. A ref that was deleted has a reflog too.");
    args.option("-n,--max-count", "NUMBER", count_max_, "at most so many");
    args.flag("--json", json_, "a JSON object for each value, one a line");
    args.positionals("REF", refs_, {.max = 1});
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    const std::string name = refs_.empty() ? "HEAD" : refs_[0];
    const std::string ref = expand_ref_ever(snapshot, context.revisions(), name).value_or(name);
    if (!json_) context.page();
    Reflog reflog(snapshot, ref);
    std::uint64_t index = 0;
    for (; !count_max_ || index < *count_max_; ++index) {
      const auto entry = reflog.next();
      if (!entry) break;
      if (json_) print_as_json(context.out(), ref, index, *entry);
      else print(context.out(), snapshot, name, index, *entry);
    }
    if (index > 0 || (count_max_ && *count_max_ == 0)) return 0;
    throw Error(ErrorCode::not_found, "no ref '" + escape_for_terminal(name) + "', now or before", "'vstore op log' lists all changes of refs");
  }

  static void print(Output& out, const Snapshot& snapshot, const std::string& name, std::uint64_t index, const ReflogEntry& entry) {
    const std::string id = entry.commit ? abbreviate(snapshot, *entry.commit)
                           : entry.value && entry.value->kind != Kind::ref_symbolic ? abbreviate(snapshot, entry.value->id)
                                                                                    : std::string(10, '0');
    out.print(out.paint(Colour::yellow, id), " ", escape_for_terminal(name), "@{", index, "}: ", entry.value ? "" : "(deleted) ",
              safe_text(entry.made_by.operation.command), "\n");
  }

  static void print_as_json(Output& out, const std::string& ref, std::uint64_t index, const ReflogEntry& entry) {
    Json item;
    item["ref"] = ref;
    item["index"] = index;
    item["commit"] = entry.commit ? to_json(*entry.commit) : Json();
    item["deleted"] = !entry.value;
    item["operation"] = OperationText::json(entry.made_by);
    print_json(out, item);
  }

  std::optional<std::uint64_t> count_max_;
  bool json_ = false;
  std::vector<std::string> refs_;
};

}  // namespace

std::unique_ptr<Command> make_reflog() { return std::make_unique<ReflogCommand>(); }

}  // namespace vstore::cli
