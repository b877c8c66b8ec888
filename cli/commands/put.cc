// vstore put: one file into a version, without a workspace.
#include "cli/command.h"
#include "cli/ref_write.h"
#include "cli/standard_input.h"
#include "vstore/import.h"

namespace vstore::cli {
namespace {

class Put final : public Command {
  void declare(Args& args) override {
    args.usage("put [OPTION]... REF:PATH [FILE]");
    args.describe(
        "Store FILE (or standard input) as PATH in a new commit on top of REF, a branch, and print its id. No workspace is "
        "needed; a branch that does not exist is made. If nothing changes no commit is made.");
    args.flag("-x,--executable", executable_, "as an executable file (FILE's own mode decides otherwise)");
    flags_.declare(args);
    args.positionals("REF:PATH [FILE]", words_, {.min = 1, .max = 2});
  }

  int run(Context& context) override {
    const std::size_t colon = words_[0].find(':');
    if (colon == std::string::npos) throw Error(ErrorCode::usage, "give REF:PATH", "such as main:data/table.csv");
    const std::string path = snapshot_path(words_[0].substr(colon + 1));
    RefWrite write(context, flags_, words_[0].substr(0, colon));
    Transaction& txn = write.transaction();
    const Tree tree(txn, write.tree());
    const auto old = tree.get(path);
    context.begin("storing");
    Entry entry = take_in(txn, old ? &old->id : nullptr);
    if (executable_) entry.kind = Kind::executable;
    bool given = false;
    const Id files = edit_tree(tree, txn, [&]() -> std::optional<TreeEdit> {
      if (given) return std::nullopt;
      given = true;
      return TreeEdit{path, entry};
    });
    return write.commit(files, "Put " + path);
  }

  Entry take_in(Transaction& txn, const Id* displaced) const {
    if (words_.size() > 1 && words_[1] != "-") return import_file(txn, words_[1], displaced);
    StandardInput input;
    return import_content(txn, [&](std::span<std::uint8_t> out) { return input.read(out); }, 0, displaced);
  }

  RefWriteFlags flags_;
  bool executable_ = false;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_put() { return std::make_unique<Put>(); }

}  // namespace vstore::cli
