// vstore import-git: a git repository's history into the store.
#include <algorithm>
#include <set>

#include "cli/command.h"
#include "cli/errors.h"
#include "cli/git.h"
#include "cli/identity.h"
#include "cli/json.h"
#include "cli/refs.h"
#include "cli/spawn.h"
#include "vstore/history.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

/// A ref of the repository.
struct GitRef {
  std::string name;
  std::string object;  ///< what it names: a commit or an annotated tag
};

class ImportGit final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Take the branches and tags of the git repository REPO over, with their histories: commits, merges, "
        "authors, times, "
        "annotated tags, executable bits and symbolic links. Run again, it takes what is new.");
    args.option("--ref", "REF", wanted_, "only this branch or tag; repeatable");
    args.flag("-f,--force", force_, "move refs here even if that is no fast-forward");
    args.flag("-q,--quiet", quiet_, "print errors only");
    args.flag("--json", json_, "one JSON document");
    args.positionals("REPO", repository_, {.min = 1, .max = 1});
  }

  int run(Context& context) override {
    demand_git();
    const std::vector<GitRef> refs = list_refs();
    GitImportOptions options;
    options.who = committer(context);
    options.command = context.command_line();
    options.warn = [](const std::string& text) { warn(text); };
    context.begin("importing");
    options.progress = context.progress();
    GitImport import(context.store(), options);
    GitImportReport report;
    if (needed(import, refs)) report = read(context, import, refs);
    const std::map<std::string, RefValue> values = new_values(context, import, refs);
    import.finish(values);
    if (json_)
      print_document(context, report, values);
    else if (!quiet_)
      print_text(context.out(), report, values);
    return 0;
  }

  std::vector<std::string> git(std::vector<std::string> words) const {
    words.insert(words.begin(), {"-C", repository_[0]});
    return words;
  }

  /// All branches and tags, or those that were asked for.
  std::vector<GitRef> list_refs() const {
    std::vector<std::string> words = {"for-each-ref",
                                      "--format=%(objectname) %(objecttype) %(*objecttype) %(refname)"};
    if (wanted_.empty()) words.insert(words.end(), {"refs/heads", "refs/tags"});
    for (const std::string& name : wanted_)
      words.push_back(git_output(git({"rev-parse", "--symbolic-full-name", "--verify", name})));
    std::vector<GitRef> refs;
    const std::string text = git_output(git(words));
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      add_ref(text.substr(at, end - at), refs);
      at = end + 1;
    }
    return refs;
  }

  static void add_ref(const std::string& line, std::vector<GitRef>& refs) {
    const std::size_t type = line.find(' ') + 1;
    const std::size_t target = line.find(' ', type) + 1;
    const std::size_t name = line.find(' ', target) + 1;
    const std::string kind = line.substr(type, target - type - 1),
                      tagged = line.substr(target, name - target - 1);
    const std::string ref = line.substr(name);
    if (kind != "commit" && tagged != "commit")
      return warn("'" + escape_for_terminal(ref) + "' names no commit: left out");
    if (const std::string problem = ref_name_problem(ref); !problem.empty()) {
      return warn("'" + escape_for_terminal(ref) + "' is left out: " + problem);
    }
    refs.push_back({ref, line.substr(0, type - 1)});
  }

  static bool needed(const GitImport& import, const std::vector<GitRef>& refs) {
    return std::ranges::any_of(refs, [&](const GitRef& ref) { return !import.find(ref.object); });
  }

  GitImportReport read(Context& context, GitImport& import, const std::vector<GitRef>& refs) const {
    std::vector<std::string> words = {"fast-export",
                                      "--show-original-ids",
                                      "--signed-tags=strip",
                                      "--tag-of-filtered-object=drop",
                                      "--reencode=yes",
                                      "--use-done-feature",
                                      "--reference-excluded-parents"};
    for (const GitRef& ref : refs) words.push_back(ref.name);
    for (const std::string& id : known_tips(context)) words.push_back("^" + id);
    GitProcess exporter(git(words), true);
    try {
      const GitImportReport report = import.read(exporter);
      exporter.finish();
      return report;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::damaged) exporter.finish();  // if git failed, that is why
      throw;
    }
  }

  /// git's ids of what our refs name, as far as that came from this repository.
  std::set<std::string> known_tips(Context& context) const {
    std::set<std::string> ids;
    const Snapshot snapshot = context.store().snapshot();
    for (const Ref& ref : snapshot.refs("refs/")) {
      const auto commit = snapshot.ref_commit(ref.name);
      if (!commit) continue;
      const Commit tip = snapshot.commit(*commit);
      const auto id = tip.meta.find("git-commit");
      if (id == tip.meta.end() || !ids.insert(id->second).second) continue;
      if (!git_has(id->second)) ids.erase(id->second);
    }
    return ids;
  }

  bool git_has(const std::string& id) const {
    std::vector<std::string> words = git({"cat-file", "-e", id + "^{commit}"});
    words.insert(words.begin(), "git");
    return wait_for(spawn(shell_words("exec \"$@\" 2>/dev/null; #", words))) == 0;
  }

  std::map<std::string, RefValue> new_values(Context& context, const GitImport& import,
                                             const std::vector<GitRef>& refs) const {
    const Snapshot snapshot = context.store().snapshot();
    std::map<std::string, RefValue> values;
    for (const GitRef& ref : refs) {
      const auto value = import.find(ref.object);
      const auto old = snapshot.ref(ref.name);
      if (!value || old == value) continue;
      if (old && !force_) demand_fast_forward(snapshot, ref.name, *old, *value);
      values.emplace(ref.name, *value);
    }
    return values;
  }

  static void demand_fast_forward(const Snapshot& snapshot, const std::string& name, const RefValue& old,
                                  const RefValue& next) {
    const bool commits = old.kind == Kind::ref_commit && next.kind == Kind::ref_commit;
    if (commits && name.starts_with("refs/heads/") && is_ancestor(snapshot, old.id, next.id)) return;
    throw Error(ErrorCode::refused, "'" + name + "' has other commits here than in git",
                "to make it what it is in git, use --force; the commits are imported already");
  }

  static void print_text(Output& out, const GitImportReport& report,
                         const std::map<std::string, RefValue>& values) {
    if (report.commits == 0 && values.empty()) return out.print("already up to date\n");
    out.print("imported ", count_of(report.commits, "commit"), ", ", count_of(report.files, "file"), ", ",
              human_bytes(report.bytes), "\n");
    for (const auto& [name, value] : values)
      out.print("  ", value.id.abbrev(), " ", escape_for_terminal(name), "\n");
  }

  static void print_document(Context& context, const GitImportReport& report,
                             const std::map<std::string, RefValue>& values) {
    Json refs = Json::array();
    for (const auto& [name, value] : values) {
      Json item;
      set_text(item, "ref", name);
      item["id"] = to_json(value.id);
      refs.push_back(std::move(item));
    }
    print_json(context.out(), {{"commits", report.commits},
                               {"tags", report.tags},
                               {"files", report.files},
                               {"bytes", report.bytes},
                               {"refs", std::move(refs)}});
  }

  bool force_ = false, quiet_ = false, json_ = false;
  std::vector<std::string> wanted_, repository_;
};

}  // namespace

std::unique_ptr<Command> make_import_git() { return std::make_unique<ImportGit>(); }

}  // namespace vstore::cli
