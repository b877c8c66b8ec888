#include "cli/context.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "cli/errors.h"
#include "cli/identity.h"
#include "vstore/config.h"
#include "vstore/names.h"
#include "vstore/operations.h"

namespace vstore::cli {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string read_current_directory() {
  char buffer[4096];
  if (!::getcwd(buffer, sizeof buffer)) throw_errno("find", "the current directory");
  return buffer;
}

bool is_directory(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::string absolute(const std::string& path) {
  return path.empty() || path[0] == '/' ? path : read_current_directory() + "/" + path;
}

std::string without_trailing_slashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

Context::Context(GlobalOptions globals, std::vector<std::string> words)
    : globals_(std::move(globals)),
      words_(std::move(words)),
      out_(1, wants_colour(globals_.colour, 1)),
      progress_(is_terminal(2)) {
  out_.before_first_flush([this] { progress_.finish(); });
}

void Context::note(std::string_view line) {
  progress_.finish();
  print_error_line(line);
}

void Context::page() {
  if (globals_.no_pager || !is_terminal(1)) return;
  pager_.start(pager_command());
}

std::string Context::pager_command() {
  // As in git: the first that is set counts, and if that is empty, there is no pager.
  if (const char* own = std::getenv("VSTORE_PAGER")) return own;
  if (auto configured = config("core.pager")) return *std::move(configured);
  const char* common = std::getenv("PAGER");
  return common ? common : "less";
}

void Context::finish() {
  progress_.finish();
  out_.flush();
  pager_.finish();
}

WorkspaceOptions Context::workspace_options() {
  WorkspaceOptions options;
  options.store.warn = [this](std::string_view text) {
    progress_.finish();
    warn(text);
  };
  if (lock_timeout_seconds_) options.store.lock_timeout_ms = static_cast<int>(std::min<std::uint64_t>(*lock_timeout_seconds_, 86'400) * 1000);
  options.progress = &progress_;
  options.who = committer_before_opening();
  options.global_ignore_file = user_file("ignore");
  if (const auto file = user_config("core.excludesfile")) {
    const bool in_home = file->starts_with("~/");
    options.global_ignore_file = in_home ? environment("HOME") + file->substr(1) : *file;
  }
  return options;
}

/// Opens what --store or VSTORE_DIR names, else the workspace around the current directory.
void Context::open() {
  if (opened_) return;
  const std::string path = globals_.store.empty() ? environment("VSTORE_DIR") : globals_.store;
  if (path.empty()) {
    workspace_.emplace(Workspace::discover(current_directory(), workspace_options()));
  } else {
    open_at(without_trailing_slashes(absolute(path)));
  }
  opened_ = true;
  hook_up(workspace_ ? workspace_->store() : *store_);
}

/// From here on the store's hooks are asked and told.
void Context::hook_up(Store& store) {
  if (!is_directory(store.directory() + "/hooks")) return;
  hooks_.set_place(store.directory(), workspace_ ? workspace_->root() : store.directory(), command_line());
  watch_refs(store, {.before = [this](const RefUpdate& update) {
                       progress_.finish();
                       hooks_.before_update(update);
                     },
                     .after = [this](const RefUpdate& update) { hooks_.after_update(update); }});
}

/// A workspace, its `.vstore`, or a store alone.
void Context::open_at(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (is_directory(path + "/.vstore")) {
    workspace_.emplace(Workspace::open(path, workspace_options()));
  } else if (path.substr(slash + 1) == ".vstore" && is_directory(path)) {
    workspace_.emplace(Workspace::open(slash == 0 ? "/" : path.substr(0, slash), workspace_options()));
  } else {
    store_.emplace(Store::open(path, workspace_options().store));
  }
}

WorkspacePlace Context::place() {
  std::string path = globals_.store.empty() ? environment("VSTORE_DIR") : globals_.store;
  if (path.empty()) {
    if (auto found = find_workspace(current_directory())) return *std::move(found);
    throw Error(ErrorCode::usage, "not a vstore workspace (or any of the parent directories): '" + current_directory() + "'",
                "name a store with --store");
  }
  path = without_trailing_slashes(absolute(path));
  if (path.ends_with("/.vstore")) path.resize(path.size() - 8);
  if (is_directory(path + "/.vstore")) return find_workspace(path).value();
  return {"", "", path, ""};
}

Workspace* Context::workspace_or_null() {
  open();
  return workspace_ ? &*workspace_ : nullptr;
}

Workspace& Context::workspace() {
  open();
  if (!workspace_) no_workspace();
  return *workspace_;
}

void Context::no_workspace() {
  const std::string& directory = store_->directory();
  throw Error(ErrorCode::usage, "this command needs a workspace, but '" + directory + "' is a store alone",
              "run it in a directory made by 'vstore init --store " + directory + "'");
}

Store& Context::store() {
  open();
  return workspace_ ? workspace_->store() : *store_;
}

Snapshot Context::snapshot() {
  if (!globals_.as_of && !globals_.at_op) return store().snapshot();
  if (past_) return *past_;
  const Snapshot newest = store().snapshot();
  const Snapshot then = globals_.at_op ? newest.at(resolve_operation(newest, *globals_.at_op)) : newest;
  past_ = globals_.as_of ? then.at(operation_at(then, parse_time(*globals_.as_of, now()).seconds)) : then;
  return *past_;
}

RevisionContext Context::revisions() {
  open();
  RevisionContext names = workspace_ ? workspace_->revision_context() : RevisionContext{};
  names.now = now();
  names.warn = warn;
  if (!workspace_) return names;
  const std::string& root = workspace_->root();
  const std::string& here = current_directory();
  if (here.size() > root.size() && here.starts_with(root) && here[root.size()] == '/') {
    names.directory = here.substr(root.size() + 1);
  }
  return names;
}

const std::string& Context::current_directory() {
  if (current_directory_.empty()) current_directory_ = read_current_directory();
  return current_directory_;
}

std::string Context::workspace_path(const std::string& argument) {
  if (argument.empty())
    throw Error(ErrorCode::usage, "an empty string is no path",
                "to mean everything below this directory, give '.'");
  return workspace().to_workspace_path(current_directory(), argument);
}

PathSelection Context::select(const std::vector<std::string>& arguments) {
  PathSelection selection;
  for (const std::string& argument : arguments) selection.specs.push_back(workspace_path(argument));
  return selection;
}

std::string Context::relative(std::string_view path) {
  Workspace* workspace = workspace_or_null();
  if (!workspace) return std::string(path);
  const std::string& root = workspace->root();
  const std::string& here = current_directory();
  const bool below = here.size() > root.size() && here.starts_with(root) && here[root.size()] == '/';
  return below ? relative_path(std::string_view(here).substr(root.size() + 1), path) : std::string(path);
}

std::string Context::shown_path(std::string_view path) { return quote_path(relative(path)); }

std::optional<std::string> Context::config(std::string_view key) {
  try {
    if (Workspace* workspace = workspace_or_null()) {
      if (auto value = workspace->config(key)) return value;
    }
  } catch (const Error& error) {
    if (error.code() != ErrorCode::usage) throw;  // no workspace here: only the user's configuration
  }
  return user_config(key);
}

bool Context::config_bool(std::string_view key, bool otherwise) {
  const auto value = config(key);
  return value ? parse_bool(*value).value_or(otherwise) : otherwise;
}

std::string Context::command_line() const {
  std::string line;
  for (const std::string& word : words_) line += (line.empty() ? "" : " ") + shell_quote(word);
  return line;
}

std::string user_file(std::string_view name) {
  std::string base = environment("XDG_CONFIG_HOME");
  if (base.empty()) {
    const std::string home = environment("HOME");
    if (home.empty()) return {};
    base = home + "/.config";
  }
  return base.append("/vstore/").append(name);
}

std::optional<std::string> user_config(std::string_view key) {
  const std::string path = user_file("config");
  return path.empty() ? std::nullopt : ConfigFile::load(path).get(key);
}

std::string shell_quote(std::string_view text) {
  const std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@+%^~";
  if (!text.empty() && text.find_first_not_of(plain) == text.npos && text[0] != '~') return std::string(text);
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += "'\\''";
    else quoted += c;
  }
  return quoted + "'";
}

std::string relative_path(std::string_view directory, std::string_view path) {
  // Drop the components both share, go up for what is left of the directory.
  while (!directory.empty()) {
    const std::size_t end = std::min(directory.find('/'), directory.size());
    const bool shared = path.size() > end && path.substr(0, end) == directory.substr(0, end) && path[end] == '/';
    if (!shared) break;
    path.remove_prefix(end + 1);
    directory.remove_prefix(std::min(end + 1, directory.size()));
  }
  std::string result;
  while (!directory.empty()) {
    result += "../";
    const std::size_t slash = directory.find('/');
    directory = slash == directory.npos ? std::string_view{} : directory.substr(slash + 1);
  }
  result += path;
  return result.empty() ? "./" : result;
}

}  // namespace vstore::cli
