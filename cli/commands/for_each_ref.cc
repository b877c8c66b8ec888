// vstore for-each-ref: refs in a form of one's choice. What a placeholder needs of a commit is read when asked for.
#include <fnmatch.h>

#include <algorithm>

#include "cli/command.h"
#include "cli/format.h"
#include "cli/refs.h"
#include "vstore/history.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

constexpr const char* kFormat = "%(objectname) %(objecttype)\t%(refname)";

/// A ref with what its placeholders need.
class RefFields {
 public:
  RefFields(const Snapshot& snapshot, const Ref& ref, const std::string& head_branch)
      : snapshot_(snapshot), ref_(ref), is_head_(ref.name == head_branch), value_(snapshot.resolve_ref(ref.name)) {
    commit_id_ = snapshot.ref_commit(ref.name);
    if (commit_id_) commit_ = snapshot.commit(*commit_id_);
    if (value_ && value_->kind == Kind::ref_tag) tag_ = snapshot.tag(value_->id);
  }

  const std::optional<Id>& commit_id() const { return commit_id_; }

  /// The value of "name" or "name:modifier"; nullopt if there is no such field.
  std::optional<std::string> field(const std::string& text) const {
    const std::size_t colon = text.find(':');
    const std::string name = text.substr(0, colon), modifier = colon == text.npos ? "" : text.substr(colon + 1);
    if (name == "refname") return modifier == "short" ? short_name(ref_.name) : ref_.name;
    if (name == "objectname") return value_ ? id_text(value_->id, modifier) : "";
    if (name == "*objectname") return tag_ && commit_id_ ? id_text(*commit_id_, modifier) : "";
    if (name == "objecttype") return tag_ ? "tag" : "commit";
    if (name == "tree") return commit_ ? id_text(commit_->tree, modifier) : "";
    if (name == "parent") return parents(modifier);
    if (name == "HEAD") return is_head_ ? "*" : " ";
    if (name == "subject" || (name == "contents" && modifier == "subject")) return std::string(subject(message()));
    if (name == "contents") return message();
    return person_field(name, modifier);
  }

  std::int64_t date(const std::string& name) const {
    if (name == "authordate") return commit_ ? commit_->author_time.seconds : 0;
    if (name == "committerdate") return commit_ ? commit_->commit_time.seconds : 0;
    return tag_ ? tag_->time.seconds : commit_ ? commit_->commit_time.seconds : 0;
  }

 private:
  std::string id_text(const Id& id, const std::string& modifier) const {
    return modifier == "short" ? abbreviate(snapshot_, id) : id.hex();
  }

  std::string message() const { return tag_ ? tag_->message : commit_ ? commit_->message : ""; }

  std::string parents(const std::string& modifier) const {
    std::string all;
    if (!commit_) return all;
    for (const Id& parent : commit_->parents) all += (all.empty() ? "" : " ") + id_text(parent, modifier);
    return all;
  }

  struct Role {
    Person person;
    Time time;
  };
  /// Who is behind "author...", "committer...", "tagger..." and "creator..."; nullopt for other names.
  std::optional<std::optional<Role>> role(const std::string& name) const {
    const auto of_commit = [&](bool author) -> std::optional<Role> {
      if (!commit_) return std::nullopt;
      return author ? Role{commit_->author, commit_->author_time} : Role{commit_->committer, commit_->commit_time};
    };
    const auto of_tag = tag_ ? std::optional(Role{tag_->tagger, tag_->time}) : std::nullopt;
    if (name == "author") return of_commit(true);
    if (name == "committer") return of_commit(false);
    if (name == "tagger") return of_tag;
    if (name == "creator") return of_tag ? of_tag : of_commit(false);
    return std::nullopt;
  }

  std::optional<std::string> person_field(const std::string& name, const std::string& modifier) const {
    for (const std::string part : {"name", "email", "date", ""}) {
      if (!name.ends_with(part)) continue;
      const auto who = role(name.substr(0, name.size() - part.size()));
      if (!who) continue;
      if (!*who) return "";
      if (part == "name") return (*who)->person.name;
      if (part == "email") return "<" + (*who)->person.email + ">";
      if (part == "date") return shown_date((*who)->time, modifier);
      return (*who)->person.name + " <" + (*who)->person.email + "> " + shown_date((*who)->time, modifier);
    }
    return std::nullopt;
  }

  static std::string shown_date(const Time& time, const std::string& modifier) {
    if (modifier == "unix") return std::to_string(time.seconds);
    if (modifier == "iso" || modifier == "iso-strict" || modifier == "iso8601-strict") return iso_time(time);
    return modifier == "short" ? iso_time(time).substr(0, 10) : git_date(time);
  }

  const Snapshot& snapshot_;
  const Ref& ref_;
  const bool is_head_;
  std::optional<RefValue> value_;
  std::optional<Id> commit_id_;
  std::optional<Commit> commit_;
  std::optional<Tag> tag_;
};

class ForEachRef final : public Command {
  void declare(Args& args) override {
    args.usage("for-each-ref [--format FORMAT] [--sort KEY]... [--count NUMBER] [OPTION]... [PATTERN]...");
    args.describe("List refs in a form of your choice, for scripts. A PATTERN is a full name, the beginning of one, or has wildcards.");
    args.option("--format", "FORMAT", format_, "a text with placeholders such as '%(refname:short) %(objectname)'");
    args.option("--sort", "KEY", sort_, "refname (the default), objectname, authordate, committerdate, creatordate; descending after '-'");
    args.option("--count", "NUMBER", count_, "at most so many");
    args.option("--points-at", "REVISION", points_at_, "only refs that lead to this version");
    args.option("--contains", "REVISION", contains_, "only refs whose history has this version");
    args.option("--merged", "REVISION", merged_, "only refs that this version's history has");
    args.flag("--json", json_, "a JSON object for each ref, one a line");
    args.positionals("PATTERN", patterns_);
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    const auto head = snapshot.ref(context.revisions().head);
    const std::string branch = head && head->kind == Kind::ref_symbolic ? head->target : "";
    const std::vector<Ref> refs = snapshot.refs("refs/");
    std::vector<RefFields> chosen;
    for (const Ref& ref : refs) {
      if (!matches(ref.name)) continue;
      RefFields fields(snapshot, ref, branch);
      if (passes(context, snapshot, fields.commit_id())) chosen.push_back(std::move(fields));
    }
    std::vector<const RefFields*> order;
    for (const RefFields& fields : chosen) order.push_back(&fields);
    for (const std::string& key : sort_) sort_by(order, key);
    if (count_ && order.size() > *count_) order.resize(*count_);
    for (const RefFields* fields : order) print(context.out(), *fields);
    return 0;
  }

  bool matches(const std::string& name) const {
    return patterns_.empty() || std::any_of(patterns_.begin(), patterns_.end(), [&](std::string pattern) {
      if (::fnmatch(pattern.c_str(), name.c_str(), FNM_PATHNAME) == 0) return true;
      while (pattern.ends_with('/')) pattern.pop_back();
      return name.starts_with(pattern + "/");
    });
  }

  bool passes(Context& context, const Snapshot& snapshot, const std::optional<Id>& commit) const {
    const auto at = [&](const std::string& revision) { return resolve_commit(snapshot, context.revisions(), revision); };
    if (points_at_ && commit != at(*points_at_)) return false;
    if (contains_ && (!commit || !is_ancestor(snapshot, at(*contains_), *commit))) return false;
    return !merged_ || (commit && is_ancestor(snapshot, *commit, at(*merged_)));
  }

  static void sort_by(std::vector<const RefFields*>& order, std::string key) {
    const bool descending = key.starts_with('-');
    if (descending) key.erase(0, 1);
    const bool by_date = key == "authordate" || key == "committerdate" || key == "creatordate";
    if (!by_date && key != "refname" && key != "objectname") {
      throw Error(ErrorCode::usage, "cannot sort by '" + escape_for_terminal(key) + "'",
                  "keys are refname, objectname, authordate, committerdate and creatordate");
    }
    std::stable_sort(order.begin(), order.end(), [&](const RefFields* a, const RefFields* b) {
      if (descending) std::swap(a, b);
      return by_date ? a->date(key) < b->date(key) : *a->field(key) < *b->field(key);
    });
  }

  void print(Output& out, const RefFields& fields) const {
    if (!json_) return out.print(expanded(fields), "\n");
    Json item;
    item["ref"] = *fields.field("refname");
    item["id"] = *fields.field("objectname");
    item["type"] = *fields.field("objecttype");
    item["commit"] = fields.commit_id() ? to_json(*fields.commit_id()) : Json();
    set_text(item, "subject", *fields.field("subject"));
    print_json(out, item);
  }

  std::string expanded(const RefFields& fields) const {
    std::string text;
    for (std::size_t at = 0; at < format_.size();) {
      if (format_[at] != '%') {
        text += format_[at++];
      } else if (format_.compare(at, 2, "%(") == 0) {
        const std::size_t close = format_.find(')', at);
        const std::string name = format_.substr(at + 2, close == format_.npos ? close : close - at - 2);
        const auto value = close == format_.npos ? std::nullopt : fields.field(name);
        if (!value) throw Error(ErrorCode::usage, "unknown field '" + escape_for_terminal(name) + "'", "'vstore help for-each-ref' lists them");
        text += *value;
        at = close + 1;
      } else if (format_.compare(at, 2, "%%") == 0) {
        text += '%';
        at += 2;
      } else if (const auto byte = hex_byte(format_.substr(at + 1, 2))) {
        text += *byte;
        at += 3;
      } else {
        text += format_[at++];
      }
    }
    return text;
  }

  static std::optional<char> hex_byte(const std::string& digits) {
    if (digits.size() != 2 || digits.find_first_not_of("0123456789abcdefABCDEF") != digits.npos) return std::nullopt;
    return static_cast<char>(std::stoi(digits, nullptr, 16));
  }

  std::string format_ = kFormat;
  std::vector<std::string> sort_, patterns_;
  std::optional<std::uint64_t> count_;
  std::optional<std::string> points_at_, contains_, merged_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_for_each_ref() { return std::make_unique<ForEachRef>(); }

}  // namespace vstore::cli
