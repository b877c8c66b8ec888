#include <algorithm>

#include "cli/command.h"
#include "cli/json.h"
#include "cli/ref_selection.h"
#include "cli/revision_args.h"
#include "cli/refs.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class RevParse final : public Command {
  void declare(Args& args) override {
    args.usage("rev-parse [--verify] [-q] [--short[=DIGITS] | --abbrev-ref | --symbolic-full-name] REVISION...");
    args.usage("rev-parse (--show-toplevel | --show-prefix | --vstore-dir | --is-inside-work-tree)...");
    args.describe("Print the ids that revisions mean, for scripts; a range prints both ends, the excluded one after '^'.");
    args.flag("--verify", verify_, "demand exactly one revision");
    args.flag("-q,--quiet", quiet_, "with --verify: no message, only exit code 1, if there is none");
    args.optional_value("--short", "DIGITS", "10", digits_, "the shortest unique abbreviation of at least so many digits");
    args.flag("--abbrev-ref", abbreviated_ref_, "the name of the branch or tag instead of the id");
    args.flag("--symbolic-full-name", full_ref_, "its full name");
    refs_.declare(args);
    args.flag("--show-toplevel", [this] { questions_.push_back("toplevel"); }, "print the workspace's root");
    args.flag("--show-prefix", [this] { questions_.push_back("prefix"); }, "print the current directory as seen from there");
    args.flag("--vstore-dir,--git-dir", [this] { questions_.push_back("vstore-dir"); }, "print the .vstore directory");
    args.flag("--is-inside-work-tree", [this] { questions_.push_back("inside"); }, "print true or false");
    args.flag("--json", json_, "a JSON object for each revision, one a line");
    args.positionals("REVISION", revisions_);
  }

  int run(Context& context) override {
    for (const std::string& question : questions_) context.out().print(answer(context, question), "\n");
    if (refs_.given()) {
      for (std::string& name : refs_.revisions(context, context.snapshot())) revisions_.push_back(std::move(name));
    }
    if (verify_ && revisions_.size() != 1) {
      if (quiet_) return 1;
      throw Error(ErrorCode::refused, "expected one revision");
    }
    for (const std::string& revision : revisions_) {
      if (!print(context, revision)) return 1;
    }
    return 0;
  }

  // -------------------------------------------------------------------------------- about the workspace --

  static std::string answer(Context& context, const std::string& question) {
    if (question == "inside") {
      try {
        return context.workspace_or_null() ? "true" : "false";
      } catch (const Error& error) {
        if (error.code() != ErrorCode::usage) throw;
        return "false";
      }
    }
    Workspace& workspace = context.workspace();
    if (question == "toplevel") return workspace.root();
    if (question == "vstore-dir") return workspace.metadata_directory();
    const std::string prefix = context.workspace_path(".");
    return prefix.empty() || prefix == "." ? "" : prefix + "/";
  }

  // -------------------------------------------------------------------------------------------- revisions --

  /// False if there is no such revision and the user wants no words about it.
  bool print(Context& context, const std::string& text) const try {
    if (!verify_ && revision_of_parents(text)) {
      print_set(context, text);
      return true;
    }
    const auto range = verify_ ? std::nullopt : split_range(text);
    if (!range) {
      const bool excluded = !verify_ && text.starts_with('^');
      print_one(context, excluded ? text.substr(1) : text, excluded);
      return true;
    }
    const std::string left = range->left.empty() ? "HEAD" : range->left;
    const std::string right = range->right.empty() ? "HEAD" : range->right;
    print_one(context, right, false);
    if (range->symmetric) {
      print_one(context, left, false);
      print_bases(context, left, right);
    } else {
      print_one(context, left, true);
    }
    return true;
  } catch (const Error& error) {
    if (quiet_ && (error.code() == ErrorCode::not_found || error.code() == ErrorCode::usage)) return false;
    throw;
  }

  /// REV^@, REV^!, REV^-N: sets of commits by their parents.
  void print_set(Context& context, const std::string& text) const {
    const RevisionSet set = resolve_set(context.snapshot(), context.revisions(), {text});
    for (const Id& id : set.include) print_one(context, id.hex(), false);
    for (const Id& id : set.exclude) print_one(context, id.hex(), true);
  }

  void print_one(Context& context, const std::string& text, bool excluded) const {
    const Snapshot snapshot = context.snapshot();
    const RevisionContext names = context.revisions();
    if (abbreviated_ref_ || full_ref_) {
      if (const auto name = ref_text(snapshot, names, text)) context.out().print(excluded ? "^" : "", *name, "\n");
      return;
    }
    Resolved object = resolve(snapshot, names, text);
    if (object.ref == names.head) object.ref = "HEAD";  // not the workspace's own name for it
    if (object.is_directory && !object.path.empty()) {
      throw Error(ErrorCode::usage, "'" + escape_for_terminal(text) + "' is a directory, which is no object of its own");
    }
    print_id(context.out(), snapshot, object, text, excluded);
  }

  void print_id(Output& out, const Snapshot& snapshot, const Resolved& object, const std::string& text, bool excluded) const {
    const std::string id = digits_ ? abbreviate(snapshot, object.id, digits()) : object.id.hex();
    if (!json_) return out.print(excluded ? "^" : "", id, "\n");
    Json item;
    set_text(item, "revision", text);
    item["id"] = to_json(object.id);
    item["type"] = to_string(object.type);
    item["ref"] = object.ref.empty() ? Json() : Json(object.ref);
    item["excluded"] = excluded;
    print_json(out, item);
  }

  void print_bases(Context& context, const std::string& left, const std::string& right) const {
    const Snapshot snapshot = context.snapshot();
    const RevisionContext names = context.revisions();
    const Id a = resolve_commit(snapshot, names, left), b = resolve_commit(snapshot, names, right);
    for (const Id& base : merge_bases(snapshot, a, b)) print_one(context, base.hex(), true);
  }

  std::size_t digits() const {
    const bool number = digits_->size() <= 3 && digits_->find_first_not_of("0123456789") == digits_->npos;
    if (number && !digits_->empty()) return std::clamp<std::size_t>(std::stoul(*digits_), 4, 64);
    throw Error(ErrorCode::usage, "option '--short' expects a number, not '" + escape_for_terminal(*digits_) + "'");
  }

  /// HEAD is its branch, or "HEAD" if detached; what is no ref has no name.
  std::optional<std::string> ref_text(const Snapshot& snapshot, const RevisionContext& names, const std::string& text) const {
    std::string full = resolve(snapshot, names, text).ref;
    if (full.empty()) return std::nullopt;
    if (full == names.head) {
      const std::optional<RefValue> head = snapshot.ref(full);
      full = head && head->kind == Kind::ref_symbolic ? head->target : "HEAD";
    }
    return abbreviated_ref_ ? short_name(full) : full;
  }

  bool verify_ = false, quiet_ = false, abbreviated_ref_ = false, full_ref_ = false, json_ = false;
  RefSelection refs_;
  std::optional<std::string> digits_;
  std::vector<std::string> questions_, revisions_;
};

}  // namespace

std::unique_ptr<Command> make_rev_parse() { return std::make_unique<RevParse>(); }

}  // namespace vstore::cli
