#include "cli/command.h"
#include "cli/diff_output.h"
#include "cli/diff_text.h"
#include "cli/json.h"
#include "cli/listing.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

constexpr std::size_t kIdDigits = 10;
constexpr std::size_t kSizeColumns = 12;

std::string right_aligned(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

class Ls final : public Command {
  void declare(Args& args) override {
    args.describe(
        "List a directory of a version: PATH of REVISION, the root of REVISION, or PATH of HEAD. Directories end "
        "in '/'.");
    args.flag("-l,--long", long_, "with mode, id and size; for directories the number of files and bytes below");
    args.flag("-r,--recursive", recursive_, "all files below instead of directories");
    args.flag("-d,--directory", directory_, "the directory itself, not what is in it");
    args.flag("-z", null_terminated_, "end lines with NUL, and do not quote names");
    args.flag("--json", json_, "a JSON object for each entry, one a line");
    args.positionals("REVISION[:PATH]", places_);
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    if (places_.empty()) places_.push_back("HEAD");
    if (!json_) context.page();
    const bool headings = places_.size() > 1 && !json_ && !null_terminated_ && !directory_;
    bool first = true;
    for (const std::string& argument : places_) {
      const Place place = find_place(context, snapshot, argument);
      if (headings && !place.file) context.out().print(first ? "" : "\n", quote_path(argument), ":\n");
      list(context, snapshot, place);
      first = false;
    }
    return 0;
  }

  void list(Context& context, const Snapshot& snapshot, const Place& place) const {
    const Tree tree = snapshot.tree(place.root);
    Output& out = context.out();
    if (place.file) return print(out, tree, {place.path, place.file}, parent_size(place.path));
    if (directory_) return print(out, tree, {place.path, std::nullopt}, parent_size(place.path));
    const std::string prefix = place.prefix();
    list_directory(tree, prefix, recursive_, [&](const ListedItem& item) {
      print(out, tree, item, prefix.size());
      return true;
    });
  }

  static std::size_t parent_size(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == path.npos ? 0 : slash + 1;
  }

  /// `hidden`: how much of the path the listed directory takes, which is not repeated.
  void print(Output& out, const Tree& tree, const ListedItem& item, std::size_t hidden) const {
    if (json_) return print_json_item(out, tree, item);
    const bool is_directory = !item.entry || item.entry->kind == Kind::empty_directory;
    std::string name(item.path.substr(hidden));
    if (name.empty()) name = ".";
    if (is_directory) name += "/";
    if (long_) out.print(is_directory ? directory_columns(tree, item) : file_columns(*item.entry));
    const std::string shown = null_terminated_ ? name : quote_path(name);
    out.print(is_directory ? out.paint(Colour::blue, shown) : shown, null_terminated_ ? '\0' : '\n');
  }

  static std::string file_columns(const Entry& entry) {
    return std::string(mode_of(entry.kind)) + " " + entry.id.abbrev(kIdDigits) + " " +
           right_aligned(std::to_string(entry.size), kSizeColumns) + " ";
  }

  static std::string directory_columns(const Tree& tree, const ListedItem& item) {
    const Totals below = totals_below(tree, item.path.empty() ? "" : std::string(item.path) + "/");
    std::string count = count_of(below.count, "file");
    if (count.size() < kIdDigits) count.resize(kIdDigits, ' ');
    return "040000 " + count + " " + right_aligned(std::to_string(below.bytes), kSizeColumns) + " ";
  }

  static void print_json_item(Output& out, const Tree& tree, const ListedItem& item) {
    Json object;
    set_text(object, "path", item.path);
    if (item.entry && item.entry->kind != Kind::empty_directory) {
      object["kind"] = kind_name(item.entry->kind);
      object["size"] = item.entry->size;
      object["id"] = to_json(item.entry->id);
    } else {
      const Totals below = totals_below(tree, item.path.empty() ? "" : std::string(item.path) + "/");
      object["kind"] = "directory";
      object["size"] = below.bytes;
      object["files"] = below.count;
    }
    print_json(out, object);
  }

  bool long_ = false, recursive_ = false, directory_ = false, null_terminated_ = false, json_ = false;
  std::vector<std::string> places_;
};

}  // namespace

std::unique_ptr<Command> make_ls() { return std::make_unique<Ls>(); }

}  // namespace vstore::cli
