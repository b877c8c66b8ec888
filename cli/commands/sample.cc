#include "cli/command.h"
#include "cli/entry_lines.h"
#include "cli/revision_args.h"

namespace vstore::cli {
namespace {

class Sample final : public Command {
  void declare(Args& args) override {
    args.usage("sample [-n NUMBER] [--seed SEED] [REVISION] [-- PREFIX]");
    args.describe(
        "List files of a version (HEAD) chosen at random, each choice equally likely, however large the version is. The "
        "same seed gives the same files.");
    args.option("-n,--count", "NUMBER", count_, "so many different files (1)");
    args.option("--seed", "SEED", seed_, "a number (0)");
    args.flag("-l,--long", line_.long_format, "with id and size");
    args.flag("-z", line_.null_terminated, "end names with NUL, and do not quote them");
    args.flag("--json", line_.json, "a JSON object for each file, one a line");
    args.positionals("REVISION", revisions_, {.max = 1});
    args.after_dashes("PREFIX", prefixes_, &dashes_);
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    if (prefixes_.size() > 1) throw Error(ErrorCode::usage, "only one PREFIX is expected");
    const Id root = resolve_tree(snapshot, context.revisions(), revisions_.empty() ? "HEAD" : revisions_[0]);
    const Tree tree = snapshot.tree(root);
    const std::string prefix = prefixes_.empty() ? "" : prefix_of(context, tree, prefixes_[0]);
    for (const FoundEntry& found : sample_entries(tree, count_.value_or(1), seed_.value_or(0), prefix)) {
      print_entry(context, found, line_);
    }
    return 0;
  }

  /// A directory means what is below it; anything else what begins with it.
  static std::string prefix_of(Context& context, const Tree& tree, const std::string& argument) {
    const std::string path = dataset_path(context, argument);
    return tree.has_directory(path) && !path.empty() ? path + "/" : path;
  }

  std::optional<std::uint64_t> count_, seed_;
  EntryLineOptions line_;
  bool dashes_ = false;
  std::vector<std::string> revisions_, prefixes_;
};

}  // namespace

std::unique_ptr<Command> make_sample() { return std::make_unique<Sample>(); }

}  // namespace vstore::cli
