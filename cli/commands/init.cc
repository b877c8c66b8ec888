#include <sys/stat.h>

#include <cerrno>

#include "cli/command.h"
#include "cli/refs.h"

namespace vstore::cli {
namespace {

/// mkdir -p
void make_directories(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (::mkdir(part.c_str(), 0777) != 0 && errno != EEXIST) throw_errno("make directory", part);
    if (slash == path.npos) return;
  }
}

class Init final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Make DIR (the current directory) a workspace: a directory whose files are under version control. "
        "The store with all versions goes into DIR/.vstore, or stands elsewhere and is shared (--store). "
        "Running it again in a workspace is harmless.");
    args.flag("-q,--quiet", quiet_, "print errors only");
    args.option("-b,--initial-branch", "NAME", branch_, "name of the first branch (default: main)");
    args.option("--store", "PATH", store_, "attach the workspace to the store at PATH, made if it is not there");
    args.positionals("DIR", directory_, {.max = 1});
  }

  int run(Context& context) override {
    branch_ref(initial_branch());
    const std::string store = store_.empty() ? context.globals().store : store_;
    const std::string directory = directory_.empty() ? context.current_directory() : directory_[0];
    if (!directory_.empty()) make_directories(directory);
    bool created = false;
    const Workspace workspace =
        Workspace::init(directory, store, initial_branch(), context.workspace_options(), &created);
    if (!quiet_) {
      const std::string what = created ? "Initialized empty vstore workspace in "
                                       : "Reinitialized existing vstore workspace in ";
      context.out().print(what, workspace.metadata_directory(), "/\n");
    }
    return 0;
  }

  std::string initial_branch() const {
    return branch_ ? *branch_ : user_config("init.defaultbranch").value_or("main");
  }

  bool quiet_ = false;
  std::optional<std::string> branch_;
  std::string store_;
  std::vector<std::string> directory_;
};

}  // namespace

std::unique_ptr<Command> make_init() { return std::make_unique<Init>(); }

}  // namespace vstore::cli
