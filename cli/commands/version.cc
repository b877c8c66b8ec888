#include "vstore/version.h"

#include "cli/command.h"
#include "cli/json.h"

namespace vstore::cli {
namespace {

class Version final : public Command {
  void declare(Args& args) override {
    args.describe("Print the version of vstore.");
    args.flag("--json", json_, "as a JSON document");
  }

  int run(Context& context) override {
    if (json_) {
      print_json(context.out(), {{"version", VSTORE_VERSION}});
    } else {
      context.out().print("vstore version ", VSTORE_VERSION, "\n");
    }
    return 0;
  }

  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_version() { return std::make_unique<Version>(); }

}  // namespace vstore::cli
