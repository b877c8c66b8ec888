#include "cli/command.h"
#include "cli/diff_text.h"
#include "cli/json.h"
#include "vstore/file.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class CatFile final : public Command {
  void declare(Args& args) override {
    args.usage("cat-file (-t | -s | -p | -e) OBJECT");
    args.usage("cat-file TYPE OBJECT");
    args.describe(
        "Look at one object: its type, its size, or what it says. With TYPE (commit, tag, tree, list, chunk, "
        "operation) instead of an option, its canonical bytes.");
    args.flag("-t,--type", type_, "print its type");
    args.flag("-s,--size", size_, "print its size in bytes (canonical form)");
    args.flag("-p,--print", print_, "print it for people: metadata as indented JSON, trees as lists, contents as they are");
    args.flag("-e,--exists", exists_, "print nothing; exit with 0 if it exists, 1 if not");
    args.flag("--json", json_, "id, type and size as a JSON document, also with -t and -s");
    args.positionals("OBJECT", words_, {.min = 1, .max = 2});
  }

  int run(Context& context) override {
    const int modes = type_ + size_ + print_ + exists_ + (words_.size() == 2);
    if (json_ && (print_ || words_.size() == 2)) {
      throw Error(ErrorCode::usage, "--json gives an object's type and size, not what it says",
                  "-p and TYPE print the content itself; metadata are JSON as they are");
    }
    if (modes > 1 || (modes == 0 && !json_)) {
      throw Error(ErrorCode::usage, "expected one of -t, -s, -p, -e, --json or a TYPE", "'vstore cat-file --help' lists what there is");
    }
    const Snapshot snapshot = context.snapshot();
    const Resolved object = find(context, snapshot);
    if (exists_) return 0;
    const ObjectInfo info = *snapshot.find(object.id);
    if (words_.size() == 2) return print_canonical(context.out(), snapshot, object);
    if (json_) return print_info(context.out(), object.id, info);
    if (type_) context.out().print(to_string(info.type), "\n");
    if (size_) context.out().print(info.size, "\n");
    if (print_) print_pretty(context.out(), snapshot, object);
    return 0;
  }

  Resolved find(Context& context, const Snapshot& snapshot) const {
    const Resolved object = resolve(snapshot, context.revisions(), words_.back());
    if (object.is_directory && !object.path.empty()) {
      throw Error(ErrorCode::usage, "'" + escape_for_terminal(words_.back()) + "' is a directory, which is no object of its own",
                  "'vstore ls' lists it");
    }
    return object;
  }

  int print_canonical(Output& out, const Snapshot& snapshot, const Resolved& object) const {
    const auto type = object_type_from(words_.front());
    if (!type) throw Error(ErrorCode::usage, "unknown type '" + escape_for_terminal(words_.front()) + "'");
    if (*type != object.type) {
      throw Error(ErrorCode::usage, "'" + escape_for_terminal(words_.back()) + "' is a " + std::string(to_string(object.type)) +
                                        ", not a " + std::string(to_string(*type)));
    }
    out.print(snapshot.read(object.id, object.type).text());
    return 0;
  }

  static void print_pretty(Output& out, const Snapshot& snapshot, const Resolved& object) {
    switch (object.type) {
      case ObjectType::chunk:
      case ObjectType::list: return print_content(out, snapshot, object.id);
      case ObjectType::tree: return print_tree(out, snapshot.tree(object.id));
      case ObjectType::bitmap: out.print(snapshot.read(object.id, object.type).text()); return;
      default: break;
    }
    const Blob blob = snapshot.read(object.id, object.type);
    out.print(Json::parse(blob.text()).dump(2), "\n");
  }

  static void print_content(Output& out, const Snapshot& snapshot, const Id& id) {
    FileReader(snapshot, id).visit([&](ByteView bytes) {
      out.print(as_text(bytes));
      return true;
    });
  }

  static void print_tree(Output& out, const Tree& tree) {
    for (TreeCursor cursor = tree.begin(); cursor.valid(); cursor.next()) {
      const Entry& entry = cursor.entry();
      out.print(kind_text(entry.kind), " ", entry.id.hex(), " ", entry.size, "\t", quote_path(cursor.key()), "\n");
    }
  }

  /// Modes for files; views have refs.
  static std::string_view kind_text(Kind kind) {
    switch (kind) {
      case Kind::ref_commit: return "commit";
      case Kind::ref_tag: return "tag";
      case Kind::ref_tree: return "tree";
      case Kind::ref_symbolic: return "symbolic";
      default: return mode_of(kind);
    }
  }

  static int print_info(Output& out, const Id& id, const ObjectInfo& info) {
    Json object;
    object["id"] = to_json(id);
    object["type"] = to_string(info.type);
    object["size"] = info.size;
    print_json(out, object);
    return 0;
  }

  bool type_ = false, size_ = false, print_ = false, exists_ = false, json_ = false;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_cat_file() { return std::make_unique<CatFile>(); }

}  // namespace vstore::cli
