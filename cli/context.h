// cli/context.h - what a command works with: the workspace or store (opened when first asked for), output,
// progress, identity and configuration. The only place, with identity.cc, that reads the environment on
// behalf of the library.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/hooks.h"
#include "cli/output.h"
#include "cli/pager.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "vstore/revision.h"
#include "vstore/store.h"
#include "vstore/workspace.h"

namespace vstore::cli {

/// Options that stand before the command.
struct GlobalOptions {
  std::string store;       ///< --store; empty: VSTORE_DIR, else the workspace around us
  bool no_pager = false;
  When colour = When::automatic;
  std::optional<std::string> as_of, at_op;  ///< for commands that read: the state of all refs to look at
};

class Context {
 public:
  Context(GlobalOptions globals, std::vector<std::string> words);

  Output& out() { return out_; }
  /// A line on standard error (after taking the progress line away). For humans; quiet commands don't.
  void note(std::string_view line);
  /// Sends what follows through the pager if standard output is a terminal.
  void page();
  /// Flushes and waits for the pager.
  void finish();

  /// The workspace around the current directory (or VSTORE_DIR). Throws Error(usage) without one.
  Workspace& workspace();
  /// The workspace if there is one; nullptr for a plain store. For commands that only read.
  Workspace* workspace_or_null();
  /// The workspace's store, or the one that --store or VSTORE_DIR names.
  Store& store();
  /// Where the store (and the workspace, if there is one) lies, without opening it: for commands that must work
  /// on damaged stores.
  WorkspacePlace place();
  /// The state that commands which read look at: the newest, or the one that --as-of or --at-op names.
  Snapshot snapshot();
  /// How long to wait for the publish lock, in seconds; before the store is opened.
  void set_lock_timeout(std::uint64_t seconds) { lock_timeout_seconds_ = seconds; }
  /// HEAD and stage for the revision language.
  RevisionContext revisions();
  /// Options for opening, with warnings, progress and the user's ignore file filled in.
  WorkspaceOptions workspace_options();

  /// What the user typed, relative to the current directory -> relative to the workspace's root.
  std::string workspace_path(const std::string& argument);
  PathSelection select(const std::vector<std::string>& arguments);
  /// A workspace path as seen from the current directory.
  std::string relative(std::string_view workspace_path);
  /// The same, quoted if unusual: for output.
  std::string shown_path(std::string_view workspace_path);
  const std::string& current_directory();

  /// Store's configuration, then the user's.
  std::optional<std::string> config(std::string_view key);
  bool config_bool(std::string_view key, bool otherwise);
  const GlobalOptions& globals() const { return globals_; }

  /// The command line, quoted for a shell: recorded with the operation.
  std::string command_line() const;
  Hooks& hooks() { return hooks_; }
  Progress* progress() { return &progress_; }
  /// Names the long operation that begins now, for the progress line. From here on Ctrl-C asks it to stop;
  /// the first output after it ends that.
  void begin(std::string_view what) { progress_.phase(what, 0, 0); }

 private:
  std::string pager_command();
  void open();
  void open_at(const std::string& path);
  void hook_up(Store& store);
  [[noreturn]] void no_workspace();

  GlobalOptions globals_;
  std::vector<std::string> words_;
  Output out_;
  ProgressMeter progress_;
  Pager pager_;
  Hooks hooks_;
  std::string current_directory_;
  std::optional<std::uint64_t> lock_timeout_seconds_;
  bool opened_ = false;
  std::optional<Workspace> workspace_;
  std::optional<Store> store_;
  std::optional<Snapshot> past_;  ///< found once
};

/// $XDG_CONFIG_HOME/vstore/NAME or ~/.config/vstore/NAME; empty without a home directory.
std::string user_file(std::string_view name);

/// A value of the user's configuration, ~/.config/vstore/config.
std::optional<std::string> user_config(std::string_view key);

/// `text` as one word of a POSIX shell, in quotes if it needs them.
std::string shell_quote(std::string_view text);

/// `path` seen from `directory`, both relative to the same root, without leading or trailing '/'.
std::string relative_path(std::string_view directory, std::string_view path);

}  // namespace vstore::cli
