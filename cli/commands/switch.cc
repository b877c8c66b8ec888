#include "cli/command.h"
#include "cli/switching.h"

namespace vstore::cli {
namespace {

class Switch final : public Command {
  void declare(Args& args) override {
    args.usage("switch [OPTION]... BRANCH");
    args.usage("switch [OPTION]... (-c | -C) NEW-BRANCH [START]");
    args.usage("switch [OPTION]... --detach [REVISION]");
    args.describe(
        "Switch to a branch: files, stage and HEAD. Local changes are carried along where they do not "
        "collide; otherwise nothing is changed. '-' is the branch before.");
    args.option("-c,--create", "NEW-BRANCH", create_, "make a branch at START (HEAD) and switch to it");
    args.option("-C,--force-create", "NEW-BRANCH", force_create_, "the same; an existing branch is moved");
    args.flag("-d,--detach", request_.detach, "to a commit, without a branch");
    args.flag("-f,--force,--discard-changes", request_.force, "throw local changes away");
    args.flag("-q,--quiet", request_.quiet, "print errors only");
    args.positionals("BRANCH", target_, {.max = 1});
  }

  int run(Context& context) override {
    const int modes = create_.has_value() + force_create_.has_value() + request_.detach;
    if (modes > 1) throw Error(ErrorCode::usage, "-c, -C and --detach exclude each other");
    if (modes == 0 && target_.empty()) {
      throw Error(ErrorCode::usage, "missing argument: BRANCH", "'vstore branch' lists the branches");
    }
    request_.new_branch = create_ ? *create_ : force_create_.value_or("");
    request_.reset_branch = force_create_.has_value();
    if (!target_.empty()) request_.target = target_[0];
    return switch_head(context, request_);
  }

  SwitchRequest request_;
  std::optional<std::string> create_, force_create_;
  std::vector<std::string> target_;
};

}  // namespace

std::unique_ptr<Command> make_switch() { return std::make_unique<Switch>(); }

}  // namespace vstore::cli
