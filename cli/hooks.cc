#include "cli/hooks.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <unordered_set>

#include "cli/diff_output.h"
#include "cli/errors.h"
#include "cli/format.h"
#include "cli/op_text.h"
#include "cli/spawn.h"

namespace vstore::cli {
namespace {

/// Names of the hooks that this process runs in, each between colons: they do not call themselves.
constexpr const char* running_variable = "VSTORE_HOOKS_RUNNING";

std::string running() {
  const char* value = std::getenv(running_variable);
  return value ? value : "";
}

/// A pipe's end for writing, as long as somebody reads.
class PipeWriter {
 public:
  explicit PipeWriter(int fd) : fd_(fd), before_(std::signal(SIGPIPE, SIG_IGN)) {}
  ~PipeWriter() {
    ::close(fd_);
    std::signal(SIGPIPE, before_);
  }
  PipeWriter(const PipeWriter&) = delete;

  /// A hook need not read what it is given.
  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }

 private:
  const int fd_;
  void (*const before_)(int);
};

struct NewCommit {
  Id id;
  Commit commit;
  std::string ref;  ///< through which it was found
};

class NewCommits {
 public:
  explicit NewCommits(const RefUpdate& update) : update_(update) {}

  std::vector<NewCommit> list() {
    for (const UpdatedRef& ref : update_.refs) {
      if (ref.after && ref.after->kind == Kind::ref_commit) visit(ref.after->id, ref.name);
    }
    return std::move(found_);
  }

 private:
  struct Step {
    NewCommit commit;
    std::size_t parents_done = 0;
  };

  void enter(const Id& id, const std::string& ref) {
    if (update_.base.find(id) || !seen_.insert(id).second) return;
    path_.push_back({{id, decode_commit(update_.objects.read(id, ObjectType::commit).text()), ref}});
  }

  void visit(const Id& tip, const std::string& ref) {
    enter(tip, ref);
    while (!path_.empty()) {
      Step& at = path_.back();
      const std::vector<Id>& parents = at.commit.commit.parents;
      if (at.parents_done < parents.size()) {
        enter(Id(parents[at.parents_done++]), ref);
      } else {
        found_.push_back(std::move(at.commit));
        path_.pop_back();
      }
    }
  }

  const RefUpdate& update_;
  std::vector<Step> path_;
  std::unordered_set<Id> seen_;
  std::vector<NewCommit> found_;
};

/// The commits that an update brings into the store, parents first.
std::vector<NewCommit> new_commits(const RefUpdate& update) { return NewCommits(update).list(); }

CommitPlan plan_of(const RefUpdate& update, const NewCommit& made) {
  const Commit& commit = made.commit;
  CommitPlan plan;
  if (made.ref.starts_with("refs/")) plan.ref = made.ref;
  plan.parents = commit.parents;
  plan.message = commit.message;
  plan.changes = [&](const auto& visit) {
    const ObjectReader& objects = update.objects;
    const Id before = commit.parents.empty()
                          ? empty_tree_id()
                          : decode_commit(objects.read(commit.parents[0], ObjectType::commit).text()).tree;
    for_each_change(Tree(objects, before), Tree(objects, commit.tree), {}, visit);
  };
  return plan;
}

}  // namespace

void Hooks::set_place(std::string store, std::string directory, std::string command) {
  store_ = std::move(store);
  directory_ = std::move(directory);
  command_ = std::move(command);
}

std::optional<std::string> Hooks::find(const std::string& name) const {
  if (store_.empty()) return std::nullopt;
  std::string path = store_ + "/hooks/" + name;
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  if (running().find(":" + name + ":") != std::string::npos) return std::nullopt;
  if (::access(path.c_str(), X_OK) == 0) return path;
  warn("the hook '" + path + "' is not executable: it is left out");
  return std::nullopt;
}

int Hooks::run(const std::string& name, const std::string& path, const Document& document) const {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("run", path);
  std::string inside(running_variable);
  inside.append("=").append(running()).append(":").append(name).append(":");
  const std::vector<std::string> environment = {"VSTORE_DIR=" + directory_, inside};
  pid_t pid;
  try {
    pid = spawn({path}, ends[0], environment, STDERR_FILENO, directory_);
  } catch (...) {
    ::close(ends[0]);
    ::close(ends[1]);
    throw;
  }
  ::close(ends[0]);
  {
    PipeWriter writer(ends[1]);
    document([&](std::string_view bytes) { writer.write(bytes); });
  }
  return wait_for(pid);
}

void Hooks::ask(const std::string& name, const std::string& remedy, const Document& document) const {
  const auto path = find(name);
  if (!path) return;
  const int code = run(name, *path, document);
  if (code == 0) return;
  throw Error(ErrorCode::refused,
              "the hook '" + name + "' refused the change (exit code " + std::to_string(code) +
                  "); nothing was changed",
              remedy);
}

Json Hooks::header(const std::string& name) const {
  Json document;
  document["hook"] = name;
  set_text(document, "command", command_);
  set_text(document, "store", store_);
  if (directory_ == store_)
    document["workspace"] = Json();
  else
    set_text(document, "workspace", directory_);
  return document;
}

void Hooks::before_commit(const CommitPlan& plan) {
  ask("pre-commit", "mend what it found, or leave the hook out with --no-verify", [&](const Emit& emit) {
    Json document = header("pre-commit");
    document["ref"] = plan.ref ? Json(*plan.ref) : Json();
    document["parents"] = Json::array();
    for (const Id& parent : plan.parents) document["parents"].push_back(to_json(parent));
    if (plan.message)
      set_text(document, "message", *plan.message);
    else
      document["message"] = Json();
    document["amend"] = plan.amend;
    std::string text = json_text(document);
    text.back() = ',';
    emit(text + "\"changes\":[");
    bool first = true;
    plan.changes([&](const Change& change) {
      emit((first ? "" : ",") + json_text(change_json(change)));
      first = false;
      return true;
    });
    emit("]}\n");
  });
}

Json Hooks::describe(const std::string& name, const RefUpdate& update) const {
  Json document = header(name);
  document["who"] = to_json(update.info.who);
  document["operation"] = update.published ? to_json(update.published->operation) : Json();
  document["refs"] = Json::array();
  for (const UpdatedRef& ref : update.refs) {
    document["refs"].push_back(OperationText::json(RefChange{ref.name, ref.before, ref.after}));
  }
  document["commits"] = Json::array();
  for (const NewCommit& made : new_commits(update))
    document["commits"].push_back(commit_json(made.id, made.commit));
  return document;
}

void Hooks::before_update(const RefUpdate& update) {
  if (checks_commits_ && find("pre-commit")) {
    for (const NewCommit& made : new_commits(update)) before_commit(plan_of(update, made));
  }
  ask("pre-ref-update", "'" + store_ + "/hooks/pre-ref-update' decides",
      [&](const Emit& emit) { emit(json_text(describe("pre-ref-update", update)) + "\n"); });
}

void Hooks::after_update(const RefUpdate& update) {
  if (find("post-ref-update"))
    waiting_.push_back({"post-ref-update", json_text(describe("post-ref-update", update)) + "\n"});
}

void Hooks::after_commit(const Id& id, const std::function<Commit()>& commit) {
  if (!find("post-commit")) return;
  Json document = header("post-commit");
  document["commit"] = commit_json(id, commit());
  waiting_.push_back({"post-commit", json_text(document) + "\n"});
}

void Hooks::tell() noexcept {
  for (const Waiting& at : std::exchange(waiting_, {})) {
    try {
      const auto path = find(at.hook);
      if (!path) continue;
      const int code = run(at.hook, *path, [&](const Emit& emit) { emit(at.document); });
      if (code != 0)
        warn("the hook '" + at.hook + "' failed (exit code " + std::to_string(code) + "); the change stands");
    } catch (const std::exception& error) {
      warn(std::string(error.what()));
    }
  }
}

}  // namespace vstore::cli
