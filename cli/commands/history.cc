#include "vstore/path_history.h"

#include "cli/command.h"
#include "cli/diff_output.h"
#include "cli/json.h"
#include "cli/ref_selection.h"
#include "cli/refs.h"
#include "cli/revision_args.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class History final : public Command {
  void declare(Args& args) override {
    args.usage("history [-n NUMBER] [REVISION]... [--] PATH");
    args.describe(
        "List every value that a file or directory ever had, newest first, on all branches and tags (or in the histories "
        "of the given revisions), with the version that brought it.");
    args.option("-n,--max-count", "NUMBER", count_max_, "at most so many");
    args.flag("--no-cache", no_cache_, "neither use nor make the cache of what versions changed");
    args.flag("--stats", stats_, "say on standard error how many versions were looked at");
    args.flag("--json", json_, "a JSON object for each value, one a line");
    args.positionals("REVISION | PATH", arguments_);
    args.after_dashes("PATH", after_, &dashes_);
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    std::vector<std::string> words = arguments_;
    words.insert(words.end(), after_.begin(), after_.end());
    if (words.empty() || after_.size() > 1) throw Error(ErrorCode::usage, "expected one PATH");
    PathHistoryOptions options;
    options.path = dataset_path(context, words.back());
    words.pop_back();
    options.tips = tips(context, snapshot, std::move(words));
    if (!no_cache_) options.cache_file = context.store().directory() + "/commit-cache";
    context.begin("looking at versions");
    PathHistoryStats counts;
    const std::vector<PathValue> values = path_history(snapshot, options, &counts);
    if (!json_) context.page();
    std::uint64_t shown = 0;
    for (const PathValue& value : values) {
      if (count_max_ && shown++ == *count_max_) break;
      if (json_) print_as_json(context.out(), options.path, value);
      else print(context.out(), snapshot, value);
    }
    if (stats_) {
      context.note(std::to_string(counts.commits) + " versions, " + std::to_string(counts.summarized) + " of them new to the cache, " +
                   std::to_string(counts.looked_up) + " looked into");
    }
    return values.empty() ? 1 : 0;
  }

  static std::vector<Id> tips(Context& context, const Snapshot& snapshot, std::vector<std::string> revisions) {
    if (revisions.empty()) {
      RefSelection everything;
      everything.all = true;
      revisions = everything.revisions(context, snapshot);
    }
    return resolve_set(snapshot, context.revisions(), revisions).include;
  }

  static std::string size_text(const PathValue& value) {
    if (value.entry) return std::to_string(value.entry->size);
    if (!value.directory) return "-";
    return std::to_string(value.directory->bytes);
  }

  static void print(Output& out, const Snapshot& snapshot, const PathValue& value) {
    std::string size = size_text(value);
    size.insert(0, size.size() < 12 ? 12 - size.size() : 0, ' ');
    const std::string content = value.entry                 ? value.entry->id.abbrev()
                                : value.directory.has_value() ? count_of(value.directory->count, "file")
                                                              : "deleted";
    out.print(out.paint(Colour::yellow, abbreviate(snapshot, value.id)), " ", iso_time(value.commit.commit_time).substr(0, 19), " ", size,
              " ", content, std::string(content.size() < 10 ? 10 - content.size() : 0, ' '), " ",
              escape_for_terminal(subject(value.commit.message)), "\n");
  }

  static void print_as_json(Output& out, const std::string& path, const PathValue& value) {
    Json item;
    set_text(item, "path", path);
    item["commit"] = to_json(value.id);
    item["time"] = iso_time(value.commit.commit_time);
    item["author"] = to_json(value.commit.author);
    item["kind"] = value.entry ? Json(kind_name(value.entry->kind)) : value.directory ? Json("directory") : Json();
    item["size"] = value.entry ? Json(value.entry->size) : value.directory ? Json(value.directory->bytes) : Json();
    item["id"] = value.entry ? to_json(value.entry->id) : Json();
    if (value.directory) item["files"] = value.directory->count;
    set_text(item, "message", value.commit.message);
    print_json(out, item);
  }

  std::optional<std::uint64_t> count_max_;
  bool no_cache_ = false, stats_ = false, json_ = false, dashes_ = false;
  std::vector<std::string> arguments_, after_;
};

}  // namespace

std::unique_ptr<Command> make_history() { return std::make_unique<History>(); }

}  // namespace vstore::cli
