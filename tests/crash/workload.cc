#include "crash/workload.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <random>
#include <set>

#include "base/check.h"
#include "os/fault_fs.h"
#include "os/mem_fs.h"
#include "os/recording_fs.h"
#include "store/new_objects.h"
#include "store/open_checks.h"
#include "store/root.h"
#include "store/turn.h"
#include "vstore/backup.h"
#include "vstore/fsck.h"
#include "vstore/gc.h"

namespace vstore::crash {
namespace {

constexpr std::string_view returned = "returned: generation ";
constexpr std::string_view backed = "backed up: generation ";
constexpr std::string_view rots = "rots: ";
constexpr const char* branch = "refs/heads/main";
constexpr const char* base = "workspaces/w/base";
constexpr const char* stage = "workspaces/w/stage";
constexpr int tags = 3;

struct Killed {};

/// The store's user: repeats the same acts for the same seed.
class User {
 public:
  User(os::Fs& fs, std::uint64_t seed) : fs_(fs), random_(seed) {}

  /// Opens the store again, as a new process does.
  void open() { store_.emplace(Store::open(store_path, options_for(fs_))); }
  void create() { store_.emplace(Store::create(store_path, options_for(fs_))); }
  Store& store() { return *store_; }
  std::vector<Id> commits;
  std::vector<Bytes> rotten;  ///< what files were like when they had rotted

  void run(Step step) {
    switch (step) {
      case Step::add: return add();
      case Step::commit: return commit(text(700), false);
      case Step::amend: return commit(text(300), true);
      case Step::delete_ref: return delete_tag();
      case Step::fold: store_->fold(); return;
      case Step::collect: return collect();
      case Step::repair: return rot_and_repair();
      case Step::repair_pack: return rot_pack_and_repair();
      case Step::repair_format: return rot_format_and_repair();
      case Step::repair_root: return lose_root_and_repair();
      case Step::backup: return back_up();
      case Step::bulk: return commit(noise(NewObjects::bulk_size_min + 70'000), false);
      case Step::group: return commit_with_companion();
      case Step::die: return die(os::Call::datasync);
      case Step::die_unseen: return die(os::Call::write);
    }
  }
  void tag(int number) {
    Transaction txn = store_->begin();
    txn.set_ref("refs/tags/t" + std::to_string(number), std::nullopt, txn.base().ref(branch));
    publish(txn, "tag");
  }

 private:
  std::string text(std::size_t size) {
    std::string out;
    while (out.size() < size) out += std::to_string(random_()) + "\n";
    return out;
  }
  std::string noise(std::size_t size) {
    std::string out(size, '\0');
    for (char& c : out) c = static_cast<char>(random_());
    return out;
  }
  static void publish(Transaction& txn, const char* command) {
    txn.publish({{"tester", "t@example.org"}, command, Time{1, 0}});
  }
  Id put_tree(Transaction& txn, const std::string& content) {
    constexpr std::size_t piece = 100'000;
    TreeBuilder tree(txn);
    for (std::size_t at = 0; at < content.size(); at += piece) {
      const std::string part = content.substr(at, piece);
      tree.add("file" + std::to_string(1000 + at / piece),
               {Kind::file, part.size(), txn.put(ObjectType::chunk, as_bytes(part))});
    }
    return tree.finish();
  }
  /// The other writer has posted its wish, and is told before anybody can ask.
  void commit_with_companion() {
    Transaction other = store_->begin();
    Commit companion;
    companion.tree = put_tree(other, text(400));
    companion.message = "companion " + std::to_string(random_());
    const Id id = other.put(ObjectType::commit, as_bytes(encode(companion)));
    other.set_ref("refs/heads/companion", std::nullopt, RefValue::commit(id));
    other.impl().objects.flush();
    Mailbox mailbox(fs_, {store_path});
    const auto wish = wish_of(other.impl(), {{"companion", "c@example.org"}, "commit", Time{1, 0}}, Nonce{1});
    VSTORE_CHECK(wish && mailbox.post(*wish));
    commit(text(500), false);
    const auto answer = mailbox.answer();
    VSTORE_CHECK(answer && answer->published);
    commits.push_back(id);
  }
  void add() {
    Transaction txn = store_->begin();
    const Id tree = put_tree(txn, text(500));
    txn.set_ref(stage, txn.base().ref(stage), RefValue::tree(tree));
    publish(txn, "add");
  }
  void commit(const std::string& content, bool amend) {
    Transaction txn = store_->begin();
    const auto old = txn.base().ref(branch);
    Commit commit;
    commit.tree = put_tree(txn, content);
    commit.message = std::to_string(random_());
    if (old) commit.parents = amend ? txn.base().commit(old->id).parents : std::vector{old->id};
    const Id id = txn.put(ObjectType::commit, as_bytes(encode(commit)));
    txn.set_ref(branch, old, RefValue::commit(id));
    txn.set_ref(base, txn.base().ref(base), RefValue::commit(id));
    txn.set_ref(stage, txn.base().ref(stage), RefValue::tree(commit.tree));
    publish(txn, amend ? "amend" : "commit");
    commits.push_back(id);
  }
  void delete_tag() {
    Transaction txn = store_->begin();
    const std::vector<Ref> left = txn.base().refs("refs/tags/");
    const std::string name = left.empty() ? stage : left[0].name;
    txn.set_ref(name, std::nullopt, std::nullopt);
    publish(txn, "delete");
  }
  void collect() {
    const std::uint64_t before = store_->snapshot().generation();
    const std::vector<Id> kept = reachable_commits();
    GcOptions options;
    options.operations_since = std::numeric_limits<std::int64_t>::max();
    options.aggressive = before % 2 == 0;
    store_->collect(options);
    if (store_->snapshot().generation() != before) commits = kept;
  }
  std::vector<Id> reachable_commits() {
    const Snapshot now = store_->snapshot();
    std::set<Id> seen;
    std::vector<Id> pending;
    for (const Ref& ref : now.refs()) {
      if (const auto id = now.ref_commit(ref.name)) pending.push_back(*id);
    }
    while (!pending.empty()) {
      const Id id = pending.back();
      pending.pop_back();
      if (!seen.insert(id).second) continue;
      for (const Id& parent : now.commit(id).parents) pending.push_back(parent);
    }
    return {seen.begin(), seen.end()};
  }
  void rot_and_repair() {
    const std::string path = std::string(store_path) + "/root";
    std::uint64_t newest = 0, at = 0;
    for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{slot_spacing}}) {
      SlotBytes bytes;
      fs_.open_read(path)->pread(offset, bytes);
      const auto slot = decode_slot(bytes);
      if (slot && slot->generation > newest) newest = slot->generation, at = offset;
    }
    fs_.open_write(path)->pwrite(at + 20, as_bytes(std::string(8, '\xee')));
    repair_and_open();
  }
  /// In the footer or shortly before it, so that the frames can all be salvaged.
  void rot_pack_and_repair() {
    std::vector<std::string> packs;
    const auto roots = roots_beside_slots(fs_, store_path);
    const auto newest =
        std::ranges::max_element(roots, {}, [](const LoadedRoot& r) { return r.root.generation; });
    for (const RootPack& pack : newest->live())
      packs.push_back(store_paths(store_path).pack(pack.summary.name));
    rot(packs[random_() % packs.size()], random_() % 2 ? 100 : 230);
    repair_and_open();
  }
  void rot_format_and_repair() {
    rot(store_paths(store_path).format(), 20);
    repair_and_open();
  }
  void lose_root_and_repair() {
    fs_.note(std::string(rots) + "root");
    fs_.unlink(store_paths(store_path).root());
    fs_.sync_directory(store_path);
    rotten.emplace_back();
    repair_and_open();
  }
  void rot(const std::string& path, std::uint64_t before_end) {
    fs_.note(std::string(rots) + path);
    const auto file = fs_.open_write(path);
    Bytes content(file->size());
    file->pread(0, content);
    const std::uint64_t at = content.size() - before_end;
    content[at] ^= 0x10;
    file->pwrite(at, ByteView(content.data() + at, 1));
    file->datasync();
    rotten.push_back(std::move(content));
  }
  void repair_and_open() {
    RepairOptions options;
    options.store = options_for(fs_);
    options.threads = 1;
    repair(store_path, options);
    open();
  }
  void back_up() {
    const BackupReport report = backup(*store_, backup_path, options_for(fs_));
    fs_.note(std::string(backed) + std::to_string(report.generation));
  }
  /// Commits as another process that is killed right before it does that to the root file.
  void die(os::Call last) {
    os::FaultFs dying(fs_);
    dying.before_each([last](const os::CallInfo& call) {
      if (call.call == last && call.path.ends_with("/root")) throw Killed{};
    });
    User other(dying, random_());
    try {
      other.open();
      other.run(Step::commit);
    } catch (const Killed&) {
    }
    open();
    // Bytes of the slot that were written are there, though not durable: whoever comes next sees them.
    const auto now = *store_->snapshot().ref_commit(branch);
    if (std::ranges::find(commits, now) == commits.end()) commits.push_back(now);
  }

  os::Fs& fs_;
  std::mt19937_64 random_;
  std::optional<Store> store_;
};

class Recorder {
 public:
  explicit Recorder(Recording& out) : out_(out) {}

  void remember(User& user) {
    const Snapshot now = user.store().snapshot();
    out_.refs[now.generation()] = refs_of(now);
    out_.commits[now.generation()] = user.commits;
  }
  void run(User& user, os::RecordingFs& fs, const std::vector<Step>& steps) {
    for (const Step step : steps) {
      out_.last_step_begins = fs.position();
      out_.name += std::string(out_.name.empty() ? "" : ", ") + to_string(step);
      out_.repaired = out_.repaired || repairs(step);
      const std::uint64_t before = user.store().snapshot().generation();
      user.run(step);
      remember(user);
      const std::uint64_t after = user.store().snapshot().generation();
      // What a killed process wrote was promised to nobody, nor is it by a step that finds nothing to do.
      const bool dies = step == Step::die || step == Step::die_unseen;
      const bool promises = !dies && (after != before || repairs(step));
      if (promises) fs.note(std::string(returned) + std::to_string(after));
    }
    out_.trace = fs.trace();
    remember_rotten(user);
  }

 private:
  static bool repairs(Step step) {
    return step == Step::repair || step == Step::repair_pack || step == Step::repair_format ||
           step == Step::repair_root;
  }
  /// The first sync after each note of rot is the one that makes it durable.
  void remember_rotten(User& user) {
    std::size_t at = 0;
    for (Bytes& content : user.rotten) {
      while (!out_.trace.ops[at].path.starts_with(rots)) ++at;
      while (!is_sync(out_.trace.ops[at])) ++at;
      out_.rotten.push_back({at, std::move(content)});
    }
  }
  static bool is_sync(const os::TraceOp& op) {
    return op.kind == os::TraceOp::Kind::datasync || op.kind == os::TraceOp::Kind::sync_directory;
  }

  Recording& out_;
};

}  // namespace

const char* to_string(Step step) noexcept {
  switch (step) {
    case Step::add: return "add";
    case Step::commit: return "commit";
    case Step::amend: return "amend";
    case Step::delete_ref: return "delete ref";
    case Step::fold: return "fold";
    case Step::collect: return "collect";
    case Step::repair: return "repair";
    case Step::repair_pack: return "repair of a pack";
    case Step::repair_format: return "repair of the format";
    case Step::repair_root: return "repair of a lost root";
    case Step::backup: return "backup";
    case Step::bulk: return "bulk commit";
    case Step::group: return "group commit";
    case Step::die: return "die";
    case Step::die_unseen: return "die unseen";
  }
  return "?";
}

std::vector<Step> short_steps() {
  return {Step::add,  Step::commit,  Step::amend,  Step::delete_ref,
          Step::fold, Step::collect, Step::repair, Step::backup};
}

StoreOptions options_for(os::Fs& fs) {
  StoreOptions options;
  options.fs = &fs;
  options.allow_other_owner = true;
  options.lock_timeout_ms = 0;
  options.frame_cache_bytes = 1u << 20;
  return options;
}

std::vector<LoadedRoot> roots_beside_slots(os::Fs& fs, const std::string& path) {
  std::vector<LoadedRoot> found;
  const auto file = fs.open_read(store_paths(path).root());
  if (!file) return found;
  for (const std::uint64_t at : {std::uint64_t{0}, std::uint64_t{slot_spacing}}) {
    SlotBytes bytes{};
    file->pread_some(at, bytes);
    const auto slot = decode_slot(bytes);
    if (!slot || slot->root_size > blob_beside_max) continue;
    Bytes blob(slot->root_size);
    file->pread_some(at + blob_offset, blob);
    if (hash_root(blob) == slot->root_hash)
      found.push_back({decode_root(blob), slot->root_hash, slot->carrier});
  }
  return found;
}

RefMap refs_of(const Snapshot& snapshot) {
  RefMap map;
  for (const Ref& ref : snapshot.refs()) {
    map[ref.name] = ref.value.target.empty() ? ref.value.id.hex() : ref.value.target;
  }
  return map;
}

namespace {

/// The number in the last of the notes before `position` that begin so; `none` if there is none.
std::uint64_t last_noted(const os::Trace& trace, std::size_t position, std::string_view begin,
                         std::uint64_t none) {
  for (std::size_t i = position; i-- > 0;) {
    const os::TraceOp& op = trace.ops[i];
    if (op.kind != os::TraceOp::Kind::note || !op.path.starts_with(begin)) continue;
    return std::stoull(op.path.substr(begin.size()));
  }
  return none;
}

bool is_return(const os::TraceOp& op) {
  return op.kind == os::TraceOp::Kind::note && op.path.starts_with(returned);
}

}  // namespace

std::uint64_t Recording::acknowledged(std::size_t position) const {
  return last_noted(trace, position, returned, first_generation);
}

std::uint64_t Recording::backed_up(std::size_t position) const {
  return last_noted(trace, position, backed, 0);
}

bool Recording::needs_repair(std::size_t position) const {
  for (std::size_t i = position; i-- > 0;) {
    const os::TraceOp& op = trace.ops[i];
    if (op.kind != os::TraceOp::Kind::note) continue;
    if (op.path.starts_with(rots)) return true;
    if (op.path.starts_with(returned)) return false;
  }
  return false;
}

std::size_t Recording::set_aside(std::size_t position) const {
  std::size_t last_return = position;
  while (last_return > 0 && !is_return(trace.ops[last_return - 1])) --last_return;
  return static_cast<std::size_t>(
      std::ranges::count_if(rotten, [&](const RottenFile& file) { return file.position < last_return; }));
}

bool Recording::at_rest(std::size_t position) const {
  if (position == 0) return false;
  const os::TraceOp& before = trace.ops[position - 1];
  return is_return(before);
}

std::size_t Recording::first_promise() const {
  std::size_t position = 0;
  while (position < trace.ops.size() && acknowledged(position) == 0) ++position;
  return position;
}

Recording record(const std::vector<Step>& steps, std::uint64_t seed) {
  Recording out;
  Recorder recorder(out);
  os::MemFs memory(seed);
  memory.make_directory(top);
  User user(memory, seed);
  user.create();
  user.run(Step::commit);
  for (int i = 0; i < tags; ++i) user.tag(i);
  recorder.remember(user);
  out.first_generation = user.store().snapshot().generation();
  os::RecordingFs fs(memory, top);
  User recorded(fs, seed + 1);
  recorded.commits = user.commits;
  recorded.open();
  recorder.run(recorded, fs, steps);
  return out;
}

Recording record_from_nothing(const std::vector<Step>& steps, std::uint64_t seed) {
  Recording out;
  Recorder recorder(out);
  os::MemFs memory(seed);
  memory.make_directory(top);
  os::RecordingFs fs(memory, top);
  User user(fs, seed);
  user.create();
  recorder.remember(user);
  fs.note(std::string(returned) + "1");
  recorder.run(user, fs, steps);
  return out;
}

Recording record_copy(const std::vector<Step>& steps, std::uint64_t seed) {
  Recording out;
  Recorder recorder(out);
  out.copied = true;
  os::MemFs elsewhere(seed);
  elsewhere.make_directory(top);
  User original(elsewhere, seed);
  original.create();
  for (int i = 0; i < 3; ++i) original.run(Step::commit);
  os::MemFs memory(seed + 1);  // the copy must not draw the names that the original drew
  memory.make_directory(top);
  os::RecordingFs fs(memory, top);
  os::Image::read(elsewhere, top).write(fs, top);
  User user(fs, seed + 1);
  user.open();
  recorder.remember(user);
  recorder.run(user, fs, steps);
  return out;
}

}  // namespace vstore::crash
