// vstore symbolic-ref: which ref another one stands for.
#include "cli/command.h"
#include "cli/refs.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class SymbolicRef final : public Command {
  void declare(Args& args) override {
    args.usage("symbolic-ref [-q] [--short] NAME");
    args.usage("symbolic-ref [--expect OLD] [--lock-timeout SECONDS] NAME REF");
    args.describe(
        "Print which ref NAME, usually HEAD, stands for; with REF, let it stand for REF. In a workspace HEAD can only be "
        "read: 'vstore switch' moves it together with the files. In a store alone, HEAD is what new workspaces begin with.");
    args.flag("--short", short_, "print a branch without refs/heads/");
    args.flag("-q,--quiet", quiet_, "no message if NAME is not symbolic, only exit code 1");
    args.option("--expect", "OLD", expect_, "NAME must still stand for OLD, or with an empty OLD not exist; else exit code 4");
    args.option("--lock-timeout", "SECONDS", lock_timeout_, "how long to wait for other writers (30)");
    args.positionals("NAME [REF]", words_, {.min = 1, .max = 2});
  }

  int run(Context& context) override {
    if (lock_timeout_) context.set_lock_timeout(*lock_timeout_);
    if (expect_ && words_.size() < 2) throw Error(ErrorCode::usage, "--expect needs a REF to set");
    const bool head = words_[0] == "HEAD";
    const Workspace* workspace = context.workspace_or_null();
    const std::string name = head && workspace ? workspace->head_ref() : words_[0];
    if (words_.size() > 1) return set(context, name, head && workspace);
    const auto value = context.store().snapshot().ref(name);
    if (!value || value->kind != Kind::ref_symbolic) {
      if (quiet_) return 1;
      throw Error(ErrorCode::not_found, "'" + escape_for_terminal(words_[0]) + "' is not a symbolic ref", "'vstore show-ref' lists refs");
    }
    context.out().print(short_ ? short_name(value->target) : value->target, "\n");
    return 0;
  }

  int set(Context& context, const std::string& name, bool is_workspace_head) const {
    if (is_workspace_head) {
      throw Error(ErrorCode::refused, "HEAD of a workspace moves with its files", "use 'vstore switch'");
    }
    if (name != "HEAD" && !name.starts_with("refs/")) {
      throw Error(ErrorCode::usage, "'" + escape_for_terminal(name) + "' is not the full name of a ref", "give HEAD, or a name below refs/");
    }
    if (!words_[1].starts_with("refs/")) {
      throw Error(ErrorCode::usage, "'" + escape_for_terminal(words_[1]) + "' is not the full name of a ref", "such as refs/heads/main");
    }
    check_ref_name(name);
    check_ref_name(words_[1]);
    publish(context, [&](Transaction& txn) {
      const auto old = txn.base().ref(name);
      if (expect_) demand_target(name, old);
      txn.set_ref(name, old, RefValue::symbolic(words_[1]));
    });
    return 0;
  }

  void demand_target(const std::string& name, const std::optional<RefValue>& old) const {
    const bool as_expected = expect_->empty() ? !old : old && old->kind == Kind::ref_symbolic && old->target == *expect_;
    if (as_expected) return;
    throw Error(ErrorCode::lost_race, "'" + name + "' does not stand for '" + escape_for_terminal(*expect_) + "' any more",
                "look at what it stands for now and try again");
  }

  bool short_ = false, quiet_ = false;
  std::optional<std::string> expect_;
  std::optional<std::uint64_t> lock_timeout_;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_symbolic_ref() { return std::make_unique<SymbolicRef>(); }

}  // namespace vstore::cli
