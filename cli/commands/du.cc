#include "cli/command.h"
#include "cli/json.h"
#include "cli/listing.h"
#include "vstore/names.h"
#include "vstore/unique.h"

namespace vstore::cli {
namespace {

class Du final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Print how many bytes a version's directories have, each below what is in it. The sizes are those of the "
        "files, not of their compressed form; the store knows them without adding up.");
    args.flag("-s,--summarize", summarize_, "only the total");
    args.option("-d,--max-depth", "LEVELS", depth_max_, "only directories so many levels down");
    args.flag("-h,--human-readable", human_, "sizes like 1.2 MB");
    args.flag("--unique", unique_, "the stored bytes that only this version keeps, and no other that a ref leads to");
    args.flag("--json", json_, "a JSON object for each directory, one a line");
    args.positionals("REVISION[:PATH]", places_);
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    if (places_.empty()) places_.push_back("HEAD");
    if (unique_) return print_unique(context, snapshot);
    for (const std::string& argument : places_) {
      const Place place = find_place(context, snapshot, argument);
      const Tree tree = snapshot.tree(place.root);
      if (place.file) print(context.out(), place.path, {1, place.file->size});
      else visit(context.out(), tree, place.path, summarize_ ? 0 : depth_max_.value_or(UINT64_MAX));
    }
    return 0;
  }

  int print_unique(Context& context, const Snapshot& snapshot) const {
    std::vector<Id> trees;
    for (const std::string& revision : places_) trees.push_back(resolve_tree(snapshot, context.revisions(), revision));
    context.begin("comparing versions");
    const std::vector<UniqueSize> sizes = unique_sizes(snapshot, trees, context.progress());
    for (std::size_t i = 0; i < sizes.size(); ++i) print_row(context.out(), places_[i], sizes[i]);
    return 0;
  }

  void print_row(Output& out, const std::string& revision, const UniqueSize& size) const {
    if (!json_) {
      out.print(human_ ? human_bytes(size.stored) : std::to_string(size.stored), '\t', escape_for_terminal(revision), '\n');
      return;
    }
    Json object;
    set_text(object, "revision", revision);
    object["stored_bytes"] = size.stored;
    object["bytes"] = size.bytes;
    object["objects"] = size.objects;
    print_json(out, object);
  }

  void visit(Output& out, const Tree& tree, const std::string& path, std::uint64_t levels) const {
    const std::string prefix = path.empty() ? "" : path + "/";
    if (levels > 0) {
      list_directory(tree, prefix, false, [&](const ListedItem& item) {
        if (!item.entry) visit(out, tree, std::string(item.path), levels - 1);
        return true;
      });
    }
    print(out, path, totals_below(tree, prefix));
  }

  void print(Output& out, const std::string& path, const Totals& totals) const {
    if (!json_) {
      out.print(human_ ? human_bytes(totals.bytes) : std::to_string(totals.bytes), '\t', path.empty() ? "." : quote_path(path), '\n');
      return;
    }
    Json object;
    set_text(object, "path", path);
    object["bytes"] = totals.bytes;
    object["files"] = totals.count;
    print_json(out, object);
  }

  bool summarize_ = false, human_ = false, unique_ = false, json_ = false;
  std::optional<std::uint64_t> depth_max_;
  std::vector<std::string> places_;
};

}  // namespace

std::unique_ptr<Command> make_du() { return std::make_unique<Du>(); }

}  // namespace vstore::cli
