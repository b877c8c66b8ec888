// Opening and making workspaces, and the small questions about one.
#include "vstore/workspace.h"

#include <climits>
#include <cstdlib>

#include "workspace/identity.h"
#include "workspace/moment.h"
#include "workspace/moved_files.h"
#include "workspace/stat_cache.h"
#include "workspace/workspace_impl.h"

namespace vstore {
namespace {

constexpr const char* metadata_name = "/.vstore";
constexpr std::string_view branch_prefix = "refs/heads/";

std::string real_path(const std::string& path) {
  char buffer[PATH_MAX];
  if (!::realpath(path.c_str(), buffer)) throw_errno("open", path);
  return buffer;
}

/// What remains of `path` below `root`, both without ".", ".." and trailing '/'.
std::optional<std::string> path_below(const std::string& root, const std::string& path) {
  if (path == root) return std::string();
  const std::string below = root == "/" ? "/" : root + "/";
  if (!path.starts_with(below)) return std::nullopt;
  return path.substr(below.size());
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

/// The store for a user's --store PATH: a store, or a workspace whose store it then shares.
std::string store_behind(const std::string& path, const StoreOptions& options) {
  if (!Store::is_store(path, options) && Store::is_store(path + metadata_name, options)) return path + metadata_name;
  return path;
}

/// A new workspace starts on the store's default branch with an empty stage.
void publish_new_workspace(Workspace::Impl& ws, std::string_view initial_branch) {
  auto txn = ws.store.begin();
  TreeBuilder empty(txn);
  txn.set_ref(ws.ref("stage"), std::optional<RefValue>{}, RefValue::tree(empty.finish()));
  txn.set_ref(ws.ref("HEAD"), std::optional<RefValue>{},
              RefValue::symbolic(std::string(branch_prefix).append(initial_branch)));
  ws.publish(txn, "init");
}

/// A copy takes an id of its own, so that it no longer shares HEAD and stage with the original (protocol.md
/// rule 12). The old refs are copied under the new id, unless they may no longer be those of the copied files: then
/// HEAD alone is, with nothing checked out, so that no commit starts from what these files never were.
void separate_from_original(Workspace::Impl& ws) {
  const auto lock = ws.lock();
  const auto current = read_workspace_metadata(ws.fs(), ws.metadata_directory);
  if (current && current->id != ws.metadata.id) {  // another process was faster
    ws.metadata = *current;
    return;
  }
  const std::string old_prefix = ws.ref("");
  const WorkState state = ws.state();
  const bool whole = !ws.shares_store() || is_at_moment(ws.fs(), ws.metadata_directory, state);
  WorkspaceMetadata fresh = ws.metadata;
  fresh.id = new_workspace_id(ws.fs());
  claim_id(ws.fs(), ws.root, fresh);
  auto txn = ws.store.begin();
  const std::string prefix = "workspaces/" + fresh.id + "/";
  if (whole) {
    for (const Ref& ref : state.snapshot.refs(old_prefix)) {
      txn.set_ref(prefix + ref.name.substr(old_prefix.size()), std::nullopt, ref.value);
    }
  } else {
    TreeBuilder empty(txn);
    txn.set_ref(prefix + "stage", std::nullopt, RefValue::tree(empty.finish()));
    txn.set_ref(prefix + "HEAD", std::nullopt, state.head);
  }
  PublishInfo info;
  info.who = ws.options.who;
  info.command = "workspace copied";
  txn.publish(info);
  write_workspace_metadata(ws.fs(), ws.metadata_directory, fresh);
  ws.metadata = fresh;
  if (whole && ws.shares_store()) note_moment(ws.fs(), ws.metadata_directory, ws.state());
}

/// A workspace's HEAD is published before its file is written, so an id without one is not an id that we gave:
/// taking it for an empty workspace would report every file as removed.
void check_known_to_store(const Workspace::Impl& ws) {
  if (ws.store.snapshot().ref(ws.ref("HEAD"))) return;
  throw Error(ErrorCode::damaged,
              "damaged workspace file '" + ws.metadata_directory + "/workspace': its store knows no such workspace",
              "restore the file from a backup, or attach a new workspace to the store '" + ws.store.directory() +
                  "' with 'vstore init --store'");
}

}  // namespace

os::Fs& fs_of(const WorkspaceOptions& options) { return options.store.fs ? *options.store.fs : os::real_fs(); }

std::string short_branch_name(const std::string& ref) {
  return ref.starts_with(branch_prefix) ? ref.substr(branch_prefix.size()) : ref;
}

bool WorkState::base_moved() const {
  const std::optional<Id> based_on = base ? std::optional(base->id) : std::nullopt;
  return based_on != head_commit;
}

Workspace::Impl::Impl(WorkspaceOptions opts, std::string root_path, WorkspaceMetadata meta, Store opened)
    : options(std::move(opts)),
      root(std::move(root_path)),
      metadata_directory(root + metadata_name),
      metadata(std::move(meta)),
      store(std::move(opened)) {}

Workspace::Impl::~Impl() = default;

os::Fs& Workspace::Impl::fs() const { return fs_of(options); }

WorkState Workspace::Impl::state_in(const Snapshot& snapshot) const {
  WorkState state{snapshot, {}, {}, {}, empty_tree_id(), {}, {}, empty_tree_id()};
  state.head = snapshot.ref(ref("HEAD")).value_or(RefValue::symbolic("refs/heads/main"));
  if (state.head.kind == Kind::ref_symbolic) {
    state.branch = state.head.target;
    state.head_commit = snapshot.ref_commit(*state.branch);
  } else {
    state.head_commit = state.head.id;
  }
  if (state.head_commit) state.head_tree = snapshot.commit(*state.head_commit).tree;
  state.base = snapshot.ref(ref("base"));
  state.stage_ref = snapshot.ref(ref("stage"));
  if (state.stage_ref) state.stage = state.stage_ref->id;
  return state;
}

std::unique_ptr<os::Lock> Workspace::Impl::lock() const {
  constexpr int silent_ms = 500;
  const int timeout = options.store.lock_timeout_ms;
  const auto attempt = [&](int ms) {
    return fs().lock(metadata_directory + "/workspace.lock", os::LockMode::exclusive, ms);
  };
  if (timeout >= 0 && timeout <= silent_ms) {
    if (auto held = attempt(timeout)) return held;
  } else {
    if (auto held = attempt(silent_ms)) return held;
    if (options.store.warn) options.store.warn("waiting for another vstore command in the workspace '" + root + "'");
    if (auto held = attempt(timeout < 0 ? timeout : timeout - silent_ms)) return held;
  }
  throw Error(ErrorCode::lost_race, "another vstore command is changing the workspace '" + root + "'",
              "wait until it has finished, then run the command again");
}

StatCache& Workspace::Impl::stat_cache() {
  if (!opened_stat_cache) opened_stat_cache = open_stat_cache(metadata_directory, store.id(), options.store.warn);
  return *opened_stat_cache;
}

void Workspace::Impl::set_stage(Transaction& txn, const WorkState& state, const Id& stage) const {
  txn.set_ref(ref("stage"), state.stage_ref, RefValue::tree(stage));
  txn.expect_ref(ref("HEAD"), state.head);
  txn.expect_ref(ref("base"), state.base);
}

Published Workspace::Impl::publish(Transaction& txn, const std::string& command) {
  return publish(txn, {.who = options.who, .command = command, .time = std::nullopt});
}

Published Workspace::Impl::publish_with_files(Transaction& txn, const std::string& command) {
  note_moved_files(*this, txn, std::nullopt);
  return publish(txn, {.who = options.who, .command = command, .time = std::nullopt, .files = true});
}

Published Workspace::Impl::publish(Transaction& txn, const PublishInfo& info) {
  Published published = txn.publish(info);
  if (shares_store()) note_moment(fs(), metadata_directory, state());
  return published;
}

// --------------------------------------------------------------------------------------- opening --

Workspace::Workspace(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace::~Workspace() = default;

Workspace Workspace::init(const std::string& directory, const std::string& store_directory,
                          std::string_view initial_branch, const WorkspaceOptions& options, bool* created) {
  os::Fs& fs = fs_of(options);
  fs.make_directory(directory);
  const std::string root = real_path(directory);
  const std::string metadata_directory = root + metadata_name;
  if (created) *created = false;
  if (read_workspace_metadata(fs, metadata_directory)) return open(root, options);

  WorkspaceMetadata metadata;
  std::string store_path = metadata_directory;
  if (!store_directory.empty()) {
    store_path = store_behind(store_directory, options.store);
    fs.make_directory(store_path);
    metadata.store = store_path = real_path(store_path);
  }
  // The store first: if there can be none, no directory remains that looks like a workspace.
  Store store = Store::is_store(store_path, options.store) ? Store::open(store_path, options.store)
                                                           : Store::create(store_path, options.store, initial_branch);
  fs.make_directory(metadata_directory);
  metadata.id = new_workspace_id(fs);
  claim_id(fs, root, metadata);
  auto impl = std::make_unique<Impl>(options, root, metadata, std::move(store));
  publish_new_workspace(*impl, initial_branch);
  write_workspace_metadata(fs, metadata_directory, metadata);  // last: an init cut short is begun again
  fs.sync_directory(root);
  if (created) *created = true;
  return Workspace(std::move(impl));
}

Workspace Workspace::open(const std::string& root, const WorkspaceOptions& options) {
  os::Fs& fs = fs_of(options);
  const std::string real_root = real_path(root);
  const std::string metadata_directory = real_root + metadata_name;
  auto metadata = read_workspace_metadata(fs, metadata_directory);
  if (!metadata) {
    throw Error(ErrorCode::usage, "not a vstore workspace: '" + real_root + "'", "make one with 'vstore init'");
  }
  const std::string store_path = metadata->store.empty() ? metadata_directory : metadata->store;
  auto impl = std::make_unique<Impl>(options, real_root, *metadata, Store::open(store_path, options.store));
  check_known_to_store(*impl);
  if (is_copy(fs, real_root, *metadata)) {
    try {
      separate_from_original(*impl);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::io) throw;  // read-only copy: reading under the old id is harmless
    }
  }
  return Workspace(std::move(impl));
}

Workspace Workspace::discover(const std::string& directory, const WorkspaceOptions& options) {
  os::Fs& fs = fs_of(options);
  const std::string start = real_path(directory);
  for (std::string at = start;; at = parent_of(at)) {
    const std::string candidate = (at == "/" ? "" : at) + metadata_name;
    if (fs.stat(candidate + "/workspace")) return open(at, options);
    if (at == "/") break;
  }
  throw Error(ErrorCode::usage, "not a vstore workspace (or any of the parent directories): '" + start + "'",
              "make one with 'vstore init'");
}

std::optional<WorkspacePlace> find_workspace(const std::string& directory, const WorkspaceOptions& options) {
  os::Fs& fs = fs_of(options);
  for (std::string at = real_path(directory);; at = parent_of(at)) {
    WorkspacePlace place{at, (at == "/" ? "" : at) + metadata_name, {}, {}};
    place.store = place.metadata_directory;
    if (fs.stat(place.metadata_directory + "/workspace") || fs.stat(place.store + "/packs")) {
      try {
        const auto metadata = read_workspace_metadata(fs, place.metadata_directory);
        if (!metadata) place.fault = "the file 'workspace' is missing";
        else if (!metadata->store.empty()) place.store = metadata->store;
      } catch (const Error& error) {
        if (error.code() != ErrorCode::damaged) throw;
        place.fault = error.what();
      }
      return place;
    }
    if (at == "/") return std::nullopt;
  }
}

// ------------------------------------------------------------------------------------- questions --

const std::string& Workspace::root() const { return impl_->root; }
const std::string& Workspace::metadata_directory() const { return impl_->metadata_directory; }
const std::string& Workspace::id() const { return impl_->metadata.id; }
Store& Workspace::store() { return impl_->store; }
std::string Workspace::head_ref() const { return impl_->ref("HEAD"); }
std::string Workspace::stage_ref() const { return impl_->ref("stage"); }
std::string Workspace::base_ref() const { return impl_->ref("base"); }

RevisionContext Workspace::revision_context() const {
  RevisionContext context;
  context.head = head_ref();
  context.stage = stage_ref();
  return context;
}

std::optional<std::string> Workspace::config(std::string_view key) const {
  return ConfigFile::load(impl_->store.directory() + "/config").get(key);
}

Id Workspace::stage_root() const { return impl_->state().stage; }
std::optional<Id> Workspace::head_commit() const { return impl_->state().head_commit; }
std::optional<std::string> Workspace::head_branch() const { return impl_->state().branch; }

std::string Workspace::to_workspace_path(const std::string& cwd, const std::string& argument) const {
  const std::string absolute = !argument.empty() && argument[0] == '/' ? argument : real_path(cwd) + "/" + argument;
  std::string normal;  // "/a/b", without ".", ".." and repeated '/'
  for (std::size_t at = 0; at < absolute.size();) {
    const std::size_t end = std::min(absolute.find('/', at), absolute.size());
    const std::string_view part(absolute.data() + at, end - at);
    if (part == "..") {
      normal.resize(normal.empty() ? 0 : normal.rfind('/'));
    } else if (!part.empty() && part != ".") {
      normal.append("/").append(part);
    }
    at = end + 1;
  }
  if (const auto below = path_below(impl_->root, normal)) return *below;
  // The way to the workspace may lead through symbolic links; below its root they stay as they are.
  for (std::size_t slash = normal.find('/', 1);; slash = normal.find('/', slash + 1)) {
    const std::string above = normal.substr(0, slash);
    char resolved[PATH_MAX];
    if (!::realpath(above.c_str(), resolved)) break;
    if (resolved == impl_->root) return slash == std::string::npos ? std::string() : normal.substr(slash + 1);
    if (slash == std::string::npos) break;
  }
  const std::string& root = impl_->root;
  throw Error(ErrorCode::usage, "path '" + argument + "' is outside the workspace at '" + root + "'",
              "give paths below the workspace's root");
}

}  // namespace vstore
