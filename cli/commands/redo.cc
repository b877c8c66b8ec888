#include "cli/command.h"
#include "cli/taking_back.h"

namespace vstore::cli {
namespace {

class Redo final : public Command {
  void declare(Args& args) override {
    args.usage("redo [--keep-files] [-q]");
    args.describe("Take back the last undo; run again, the one before it. Only as long as nothing else was done since.");
    args.flag("--keep-files", keep_files_, "leave the files of the workspace as they are");
    args.flag("-q,--quiet", quiet_, "print errors only");
  }

  int run(Context& context) override { return redo_operation(context, keep_files_, quiet_); }

  bool keep_files_ = false, quiet_ = false;
};

}  // namespace

std::unique_ptr<Command> make_redo() { return std::make_unique<Redo>(); }

}  // namespace vstore::cli
