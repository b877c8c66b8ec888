// vstore import: a whole directory as the next version of a ref, without a workspace.
#include "cli/command.h"
#include "cli/ref_write.h"
#include "vstore/import.h"

namespace vstore::cli {
namespace {

class Import final : public Command {
  void declare(Args& args) override {
    args.usage("import [OPTION]... --ref REF DIRECTORY");
    args.describe(
        "Make a commit on top of REF, a branch, whose files are those of DIRECTORY, and print its id. No workspace is needed, "
        "and no ignore file counts; a branch that does not exist is made. If nothing changed no commit is made.");
    args.option("--ref", "REF", ref_, "the branch to write to");
    flags_.declare(args);
    args.positionals("DIRECTORY", directories_, {.min = 1, .max = 1});
  }

  int run(Context& context) override {
    if (!ref_) throw Error(ErrorCode::usage, "give the branch to write to with --ref");
    RefWrite write(context, flags_, *ref_);
    context.begin("importing");
    ImportOptions options;
    options.before = write.tree();
    options.progress = context.progress();
    const Id files = import_directory(write.transaction(), directories_[0], options);
    return write.commit(files, "Import " + directories_[0]);
  }

  RefWriteFlags flags_;
  std::optional<std::string> ref_;
  std::vector<std::string> directories_;
};

}  // namespace

std::unique_ptr<Command> make_import() { return std::make_unique<Import>(); }

}  // namespace vstore::cli
