#include "cli/command.h"
#include "cli/entry_lines.h"
#include "cli/revision_args.h"
#include "vstore/config.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class Find final : public Command {
  void declare(Args& args) override {
    args.usage("find [OPTION]... [REVISION] [-- PATH...]");
    args.describe("List the files of a version (HEAD) by name, size and kind, without checking it out. Paths are from the dataset's root.");
    args.option("--name", "PATTERN", options_.names, "whose last part matches (*, ? and []); repeatable: one of them");
    args.option("--iname", "PATTERN", names_any_case_, "the same, ignoring case");
    args.option("--size", "[+-]BYTES", size_, "of this size; after '+' larger, after '-' smaller (suffixes k, m, g)");
    args.option("--type", "KIND", types_, "f (file), x (executable), l (symbolic link), d (empty directory); repeatable");
    args.flag("-l,--long", line_.long_format, "with id and size");
    args.flag("-z", line_.null_terminated, "end names with NUL, and do not quote them");
    args.flag("--json", line_.json, "a JSON object for each file, one a line");
    args.positionals("REVISION", arguments_);
    args.after_dashes("PATH", after_, &dashes_);
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    const RevisionArguments what = split_revisions(context, arguments_, dashes_, after_);
    if (what.revisions.size() > 1) throw Error(ErrorCode::usage, "only one REVISION is expected");
    options_.paths = what.paths;
    if (!names_any_case_.empty()) {
      if (!options_.names.empty()) throw Error(ErrorCode::usage, "--name and --iname exclude each other");
      options_.names = names_any_case_;
      options_.ignore_case = true;
    }
    if (size_) parse_size_range(*size_);
    for (const std::string& type : types_) options_.kinds.push_back(kind_of(type));
    const Id root = resolve_tree(snapshot, context.revisions(), what.revisions.empty() ? "HEAD" : what.revisions[0]);
    if (!line_.json && !line_.null_terminated) context.page();
    find_entries(snapshot.tree(root), options_, [&](const FoundEntry& found) {
      print_entry(context, found, line_);
      return true;
    });
    return 0;
  }

  void parse_size_range(const std::string& text) {
    const char sign = text.empty() ? '\0' : text[0];
    const auto bytes = parse_size(sign == '+' || sign == '-' ? text.substr(1) : text);
    if (!bytes || *bytes < 0 || (sign == '-' && *bytes == 0)) {
      throw Error(ErrorCode::usage, "option '--size' expects a size such as +10m, not '" + escape_for_terminal(text) + "'");
    }
    const auto size = static_cast<std::uint64_t>(*bytes);
    if (sign != '-') options_.size_min = sign == '+' ? size + 1 : size;
    if (sign != '+') options_.size_max = sign == '-' ? size - 1 : size;
  }

  static Kind kind_of(const std::string& type) {
    if (type == "f" || type == "file") return Kind::file;
    if (type == "x" || type == "executable") return Kind::executable;
    if (type == "l" || type == "symlink") return Kind::symlink;
    if (type == "d" || type == "empty_directory") return Kind::empty_directory;
    throw Error(ErrorCode::usage, "unknown kind '" + escape_for_terminal(type) + "'", "kinds are f, x, l and d");
  }

  FindOptions options_;
  EntryLineOptions line_;
  bool dashes_ = false;
  std::optional<std::string> size_;
  std::vector<std::string> names_any_case_, types_, arguments_, after_;
};

}  // namespace

std::unique_ptr<Command> make_find() { return std::make_unique<Find>(); }

}  // namespace vstore::cli
