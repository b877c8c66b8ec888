// cli/hooks.h - programs of the user that are asked before something changes, or told of it afterwards.
//
// A hook is an executable file STORE/hooks/NAME. It gets the change as one JSON document on standard input
// (docs/json.md); what it prints goes to standard error. The pre- hooks are asked: if one fails, nothing is
// changed. The post- hooks are told once the command has done its work and let go of its locks; if one fails,
// that is a warning.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/json.h"
#include "vstore/history.h"
#include "vstore/ref_update.h"

namespace vstore::cli {

/// A commit that is about to be made.
struct CommitPlan {
  std::optional<std::string> ref;  ///< full name of what will name it; nullopt: a detached HEAD
  std::vector<Id> parents;
  std::optional<std::string> message;  ///< nullopt: not known yet
  bool amend = false;
  /// Calls back for each difference to what it is based on, until that returns false.
  std::function<void(const std::function<bool(const Change&)>&)> changes;
};

/// The hooks of one run of the program. Before set_place() there are none. Belongs to one thread.
class Hooks {
 public:
  /// Hooks run in `directory`, a workspace's root or the store, and the commands that they run work with it.
  void set_place(std::string store, std::string directory, std::string command);

  /// Throws `refused` if the hook fails.
  void before_commit(const CommitPlan& plan);
  /// From now on before_update() asks about new commits as well.
  void check_commits() { checks_commits_ = true; }
  /// Throws `refused` if a hook fails.
  void before_update(const RefUpdate& update);
  /// Noted, for tell().
  void after_commit(const Id& id, const std::function<Commit()>& commit);
  void after_update(const RefUpdate& update);
  /// Runs the post- hooks for all that was noted.
  void tell() noexcept;

 private:
  using Emit = std::function<void(std::string_view)>;
  using Document = std::function<void(const Emit&)>;
  struct Waiting {
    std::string hook, document;
  };

  std::optional<std::string> find(const std::string& name) const;
  void ask(const std::string& name, const std::string& remedy, const Document& document) const;
  int run(const std::string& name, const std::string& path, const Document& document) const;
  Json header(const std::string& name) const;
  Json describe(const std::string& name, const RefUpdate& update) const;

  std::string store_, directory_, command_;
  bool checks_commits_ = false;
  std::vector<Waiting> waiting_;
};

}  // namespace vstore::cli
