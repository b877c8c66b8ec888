#include "cli/command.h"
#include "cli/taking_back.h"

namespace vstore::cli {
namespace {

class Undo final : public Command {
  void declare(Args& args) override {
    args.usage("undo [--keep-files] [-q] [OPERATION]");
    args.describe(
        "Take back the last command that changed a branch, a tag, HEAD or the stage; run again, the one before it. "
        "With OPERATION ('vstore op log' lists them), take back that one alone.");
    args.flag("--keep-files", keep_files_, "leave the files of the workspace as they are");
    args.flag("-q,--quiet", quiet_, "print errors only");
    args.positionals("OPERATION", operation_, {.max = 1});
  }

  int run(Context& context) override {
    return undo_operation(context, operation_.empty() ? "" : operation_[0], keep_files_, quiet_);
  }

  bool keep_files_ = false, quiet_ = false;
  std::vector<std::string> operation_;
};

}  // namespace

std::unique_ptr<Command> make_undo() { return std::make_unique<Undo>(); }

}  // namespace vstore::cli
