#include <fnmatch.h>

#include "cli/command.h"
#include "cli/commit_message.h"
#include "cli/identity.h"
#include "cli/json.h"
#include "cli/refs.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class TagCommand final : public Command {
  void declare(Args& args) override {
    args.usage("tag [-n[NUMBER]] [-l] [PATTERN]...");
    args.usage("tag [-a] [-f] [-m TEXT | -F FILE] NAME [REVISION]");
    args.usage("tag -d NAME...");
    args.describe(
        "List the tags, or give a version (HEAD) a name that stays. An annotated tag (-a, -m or -F) also has "
        "a message, a date and who made it.");
    args.flag("-l,--list", list_, "list the tags that match a PATTERN (*, ? and [])");
    args.optional_value("-n,--lines", "NUMBER", "1", lines_, "list with this many lines of the message");
    args.flag("-a,--annotate", annotate_, "make an annotated tag");
    message_.declare(args);
    args.flag("-f,--force", force_, "replace a tag that exists");
    args.flag("-d,--delete", delete_, "delete tags");
    args.flag("--json", json_, "list as a JSON document");
    args.positionals("NAME", names_);
  }

  int run(Context& context) override {
    if (delete_) return remove(context);
    if (names_.empty() && (annotate_ || message_.given() || force_))
      throw Error(ErrorCode::usage, "missing argument: NAME");
    if (list_ || lines_ || names_.empty()) return list(context);
    if (json_) throw Error(ErrorCode::usage, "--json is for lists", "to list the tags that match, add -l");
    return create(context);
  }

  // ------------------------------------------------------------------------------------------- list --

  bool matches(const std::string& name) const {
    if (names_.empty()) return true;
    for (const std::string& pattern : names_) {
      if (::fnmatch(pattern.c_str(), name.c_str(), 0) == 0) return true;
    }
    return false;
  }

  int list(Context& context) const {
    const Snapshot snapshot = context.snapshot();
    std::vector<Ref> refs;
    for (Ref& ref : snapshot.refs(kTags)) {
      if (matches(short_name(ref.name))) refs.push_back(std::move(ref));
    }
    if (json_) return list_as_json(context, snapshot, refs);
    const std::size_t lines = line_count();
    context.page();
    for (const Ref& ref : refs) print_tag(context.out(), snapshot, ref, lines);
    return 0;
  }

  std::size_t line_count() const {
    if (!lines_) return 0;
    if (lines_->empty() || lines_->size() > 6 || lines_->find_first_not_of("0123456789") != lines_->npos) {
      throw Error(ErrorCode::usage, "option '-n' expects a number, not '" + escape_for_terminal(*lines_) + "'");
    }
    return std::stoul(*lines_);
  }

  /// The tag's own message, or its commit's.
  static std::string message_of(const Snapshot& snapshot, const Ref& ref) {
    if (ref.value.kind == Kind::ref_tag) return snapshot.tag(ref.value.id).message;
    const auto commit = snapshot.ref_commit(ref.name);
    return commit ? snapshot.commit(*commit).message : "";
  }

  static void print_tag(Output& out, const Snapshot& snapshot, const Ref& ref, std::size_t lines) {
    std::string row = escape_for_terminal(short_name(ref.name));
    if (lines == 0) {
      out.print(row, "\n");
      return;
    }
    if (row.size() < 16) row.resize(16, ' ');
    std::string text = message_of(snapshot, ref);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    std::size_t at = 0;
    for (std::size_t line = 0; line < lines && at <= text.size(); ++line) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      out.print(line == 0 ? row : "   ", " ", escape_for_terminal(text.substr(at, end - at)), "\n");
      at = end + 1;
    }
  }

  static int list_as_json(Context& context, const Snapshot& snapshot, const std::vector<Ref>& refs) {
    Json document = Json::array();
    for (const Ref& ref : refs) {
      const auto commit = snapshot.ref_commit(ref.name);
      Json item;
      item["name"] = short_name(ref.name);
      item["ref"] = ref.name;
      item["commit"] = commit ? to_json(*commit) : Json();
      item["annotated"] = ref.value.kind == Kind::ref_tag;
      if (ref.value.kind == Kind::ref_tag) {
        const Tag tag = snapshot.tag(ref.value.id);
        item["tag"] = to_json(ref.value.id);
        item["tagger"] = to_json(tag.tagger);
        item["time"] = iso_time(tag.time);
        set_text(item, "message", tag.message);
      }
      document.push_back(std::move(item));
    }
    print_json(context.out(), document);
    return 0;
  }

  // ----------------------------------------------------------------------------------------- change --

  int create(Context& context) {
    if (names_.size() > 2) throw Error(ErrorCode::usage, "unexpected argument '" + names_[2] + "'");
    const std::string ref = tag_ref(names_[0]);
    const Snapshot snapshot = context.store().snapshot();
    const std::optional<RefValue> old = snapshot.ref(ref);
    if (old && !force_) {
      throw Error(ErrorCode::refused, "tag '" + names_[0] + "' already exists", "to replace it, use -f");
    }
    const Id commit = commit_of(context, names_.size() > 1 ? names_[1] : "HEAD");
    std::optional<Tag> tag;
    if (annotate_ || message_.given()) tag = annotation(context, commit);
    publish(context, [&](Transaction& txn) {
      const RefValue value = tag ? RefValue::tag(txn.put(ObjectType::tag, as_bytes(encode(*tag)))) : RefValue::commit(commit);
      txn.set_ref(ref, old, value);
    });
    if (old && old->id != commit) {
      context.out().print("Updated tag '", names_[0], "' (was ", abbreviate(snapshot, old->id), ")\n");
    }
    return 0;
  }

  Tag annotation(Context& context, const Id& commit) {
    Tag tag;
    tag.target = commit;
    tag.name = names_[0];
    tag.tagger = committer(context);
    tag.time = committer_date().value_or(now());
    tag.message = message_.given() ? message_.text()
                                   : ask_message(context, "TAG_EDITMSG", "",
                                                 "\nWrite a message for tag:\n  " + names_[0] +
                                                     "\nLines starting with '#' will be ignored.\n");
    if (tag.message.empty())
      throw Error(ErrorCode::refused, "no tag made: the message is empty",
                  "give a message with -m, or make a plain tag without -a");
    return tag;
  }

  int remove(Context& context) const {
    if (names_.empty()) throw Error(ErrorCode::usage, "missing argument: NAME");
    const Snapshot snapshot = context.store().snapshot();
    std::vector<Ref> doomed;
    for (const std::string& name : names_) {
      const std::string full = std::string(kTags) + name;
      const std::optional<RefValue> old = ref_name_problem(full).empty() ? snapshot.ref(full) : std::nullopt;
      if (!old) {
        throw Error(ErrorCode::not_found, "tag '" + escape_for_terminal(name) + "' not found",
                    "'vstore tag' lists the tags");
      }
      doomed.push_back({full, *old});
    }
    publish(context, [&](Transaction& txn) {
      for (const Ref& ref : doomed) txn.set_ref(ref.name, std::optional(ref.value), std::nullopt);
    });
    for (const Ref& ref : doomed) {
      context.out().print("Deleted tag '", short_name(ref.name), "' (was ", abbreviate(snapshot, ref.value.id), ")\n");
    }
    return 0;
  }

  bool list_ = false, annotate_ = false, force_ = false, delete_ = false, json_ = false;
  std::optional<std::string> lines_;
  MessageOptions message_;
  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<Command> make_tag() { return std::make_unique<TagCommand>(); }

}  // namespace vstore::cli
