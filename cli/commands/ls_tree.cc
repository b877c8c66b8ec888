// vstore ls-tree: what a version holds, in git's form.
#include <set>

#include "cli/command.h"
#include "cli/diff_text.h"
#include "cli/json.h"
#include "cli/listing.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class LsTree final : public Command {
  void declare(Args& args) override {
    args.usage("ls-tree [OPTION]... TREE [PATH...]");
    args.describe(
        "List what TREE holds, the files of a version or of a directory of one (REVISION:PATH), as git does: "
        "mode, type, id, a "
        "TAB and the path. A PATH with '/' at its end means what is in it. Directories have no id of their "
        "own: a '-' stands there.");
    args.flag("-d", trees_only_, "directories only");
    args.flag("-r", recursive_, "what is in directories, too, instead of them");
    args.flag("-t", trees_too_, "with -r: directories as well");
    args.flag("-l,--long", long_, "with the size");
    args.flag("-z", null_terminated_, "end lines with NUL, and do not quote names");
    args.flag("--name-only", names_only_, "paths only");
    args.flag("--json", json_, "a JSON object for each entry, one a line");
    args.positionals("TREE [PATH]", words_, {.min = 1});
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    const Place place = find_place(context, snapshot, words_[0]);
    if (place.file)
      throw Error(ErrorCode::usage, "'" + escape_for_terminal(words_[0]) + "' is a file",
                  "name a version or a directory of one");
    const Tree tree = snapshot.tree(place.root);
    const std::string top = place.prefix();
    const std::set<std::string> paths(words_.begin() + 1,
                                      words_.end());  // in the tree's order, as git has them
    if (paths.empty()) list(context.out(), tree, top, top.size());
    for (const std::string& path : paths) list_path(context.out(), tree, top, path);
    return 0;
  }

  void list(Output& out, const Tree& tree, const std::string& prefix, std::size_t hidden) const {
    list_directory(tree, prefix, false, [&](const ListedItem& item) {
      take(out, tree, item, hidden);
      return true;
    });
  }

  void list_path(Output& out, const Tree& tree, const std::string& top, const std::string& path) const {
    if (path.ends_with('/')) return list(out, tree, top + path, top.size());
    const std::string full = top + path;
    const auto entry = tree.get(full);
    if (entry || tree.has_directory(full) || tree.get(full + "/")) take(out, tree, {full, entry}, top.size());
  }

  void take(Output& out, const Tree& tree, const ListedItem& item, std::size_t hidden) const {
    const bool is_tree = !item.entry || item.entry->kind == Kind::empty_directory;
    const bool is_empty = is_tree && !tree.has_directory(std::string(item.path));
    if (is_tree ? (!recursive_ || trees_too_ || trees_only_ || is_empty) : !trees_only_)
      print(out, item, is_tree, hidden);
    if (is_tree && recursive_) list(out, tree, std::string(item.path) + "/", hidden);
  }

  void print(Output& out, const ListedItem& item, bool is_tree, std::size_t hidden) const {
    const std::string path(item.path.substr(hidden));
    const std::string_view mode = is_tree ? "040000" : mode_of(item.entry->kind);
    if (json_) return print_json_item(out, item, path, mode, is_tree);
    if (!names_only_) {
      out.print(mode, is_tree ? " tree " : " blob ", is_tree ? "-" : item.entry->id.hex());
      if (long_) out.print(" ", size_column(is_tree ? "-" : std::to_string(item.entry->size)));
      out.print('\t');
    }
    if (null_terminated_)
      out.print(path, '\0');
    else
      out.print(quote_path(path), "\n");
  }

  static std::string size_column(const std::string& size) {
    constexpr std::size_t columns = 7;
    return size.size() < columns ? std::string(columns - size.size(), ' ') + size : size;
  }

  static void print_json_item(Output& out, const ListedItem& item, const std::string& path,
                              std::string_view mode, bool is_tree) {
    Json object;
    object["mode"] = mode;
    object["type"] = is_tree ? "tree" : "blob";
    object["id"] = is_tree ? Json() : to_json(item.entry->id);
    object["size"] = is_tree ? Json() : Json(item.entry->size);
    set_text(object, "path", path);
    print_json(out, object);
  }

  bool trees_only_ = false, recursive_ = false, trees_too_ = false, long_ = false, null_terminated_ = false;
  bool names_only_ = false, json_ = false;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_ls_tree() { return std::make_unique<LsTree>(); }

}  // namespace vstore::cli
