// vstore show: any object, in the form that says most: a commit with its differences, a tag with what it
// marks, a directory as a list, a file as it is.
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/log_options.h"
#include "cli/revision_args.h"
#include "cli/safe_text.h"
#include "vstore/file.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class Show final : public Command {
  void declare(Args& args) override {
    args.usage("show [OPTION]... [REVISION | A..B | REVISION:PATH]... [-- PATH...]");
    args.describe(
        "Show versions with what they changed (HEAD), tags, directories and files of versions. A merge is "
        "compared with its first parent.");
    format_.declare(args);
    args.flag("--json", json_, "a JSON object for each thing shown, one a line");
    args.positionals("REVISION", objects_);
    args.after_dashes("PATH", after_, &dashes_);
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    LogOutputOptions options = format_.output_options();
    if (!options.diff.any_format()) options.diff.patch = true;
    for (const std::string& path : after_) options.paths.push_back(dataset_path(context, path));
    options.json = json_;
    options.merges = true;
    LogOutput log(snapshot, std::move(options), format_.decorations(context, snapshot, json_), context.out());
    if (objects_.empty()) objects_.push_back("HEAD");
    if (!json_) context.page();
    for (const std::string& object : objects_) show(context, snapshot, object, log);
    return 0;
  }

  void show(Context& context, const Snapshot& snapshot, const std::string& text, LogOutput& log) const {
    if (split_range(text)) return show_range(context, snapshot, text, log);
    Resolved object = resolve(snapshot, context.revisions(), text);
    while (object.type == ObjectType::tag) {
      const Tag tag = snapshot.tag(object.id);
      show_tag(context.out(), object.id, tag, log);
      object = {tag.target, tag.target_type};
    }
    switch (object.type) {
      case ObjectType::commit: {
        const Commit commit = snapshot.commit(object.id);
        return log.print(object.id, commit, commit.parents);
      }
      case ObjectType::tree: return show_directory(context.out(), snapshot, object, text, log);
      case ObjectType::chunk:
      case ObjectType::list: return show_file(context.out(), snapshot, object);
      default: break;
    }
    throw Error(ErrorCode::usage, "'" + escape_for_terminal(text) + "' is of type " + std::string(to_string(object.type)),
                "'vstore cat-file -p' prints it");
  }

  static void show_range(Context& context, const Snapshot& snapshot, const std::string& range, LogOutput& log) {
    LogOptions options;
    options.set = resolve_set(snapshot, context.revisions(), {range});
    LogWalk walk(snapshot, std::move(options));
    while (const auto entry = walk.next()) log.print(entry->id, entry->commit, entry->shown_parents);
  }

  void show_tag(Output& out, const Id& id, const Tag& tag, LogOutput& log) const {
    if (json_) {
      Json item;
      item["tag"] = to_json(id);
      item["name"] = tag.name;
      item["target"] = to_json(tag.target);
      item["target_type"] = to_string(tag.target_type);
      item["tagger"] = to_json(tag.tagger);
      item["time"] = iso_time(tag.time);
      set_text(item, "message", tag.message);
      return print_json(out, item);
    }
    log.separate();
    out.print(out.paint(Colour::yellow, "tag " + escape_for_terminal(tag.name)), "\nTagger: ",
              safe_text(tag.tagger.name + " <" + tag.tagger.email + ">"), "\nDate:   ", git_date(tag.time), "\n\n",
              safe_text(tag.message), tag.message.ends_with('\n') ? "" : "\n");
  }

  void show_directory(Output& out, const Snapshot& snapshot, const Resolved& object, const std::string& text,
                      LogOutput& log) const {
    const std::string prefix = object.path.empty() ? "" : object.path + "/";
    Json entries = Json::array();
    if (!json_) {
      log.separate();
      out.print(out.paint(Colour::yellow, "tree " + escape_for_terminal(text)), "\n\n");
    }
    list_directory(snapshot.tree(object.id), prefix, false, [&](const ListedItem& item) {
      const bool is_directory = !item.entry || item.entry->kind == Kind::empty_directory;
      const std::string name = std::string(item.path.substr(prefix.size())) + (is_directory ? "/" : "");
      if (!json_) out.print(quote_path(name), "\n");
      else set_text(entries.emplace_back(Json::object()), "name", name);
      return true;
    });
    if (!json_) return;
    Json document;
    document["tree"] = to_json(object.id);
    set_text(document, "path", object.path);
    document["entries"] = std::move(entries);
    print_json(out, document);
  }

  void show_file(Output& out, const Snapshot& snapshot, const Resolved& object) const {
    if (json_) {
      Json item;
      if (object.entry) set_text(item, "path", object.path);
      item["kind"] = object.entry ? Json(kind_name(object.entry->kind)) : Json();
      item["id"] = to_json(object.id);
      item["size"] = FileReader(snapshot, object.id).size();
      return print_json(out, item);
    }
    FileReader(snapshot, object.id).visit([&](ByteView bytes) {
      out.print(as_text(bytes));
      return true;
    });
  }

  bool json_ = false, dashes_ = false;
  LogFormatOptions format_;
  std::vector<std::string> objects_, after_;
};

}  // namespace

std::unique_ptr<Command> make_show() { return std::make_unique<Show>(); }

}  // namespace vstore::cli
