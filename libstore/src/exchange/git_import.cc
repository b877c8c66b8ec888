// Importing a history from git.
//
// 1. Blobs come before the commits that name them. They are gathered until there is work for all cores, then
// taken
//    in together; then the commits gathered meanwhile are made, in order, each from its first parent's tree.
// 2. A batch ends with a publish. The next one's contents can then be based on what this one wrote, and an
//    interrupted import goes on from there. Commits without a child so far are held by refs below
//    refs/imports/.
// 3. A blob displaces what stood at its path in the newest commit of the batch before: a hint, so that it may
// be stored as
//    a difference.
#include <algorithm>
#include <deque>
#include <set>
#include <unordered_map>

#include "exchange/git_parser.h"
#include "exchange/git_text.h"
#include "store/empty_tree.h"
#include "store/ingest.h"
#include "vstore/error.h"
#include "vstore/history.h"
#include "vstore/names.h"

namespace vstore {
namespace {

constexpr const char* own_refs = "refs/imports/";
constexpr const char* meta_key = "git-commit";
constexpr std::uint64_t batch_bytes = 32u << 20;
constexpr std::size_t batch_commits = 2000;
constexpr unsigned type_mask = 0170000, regular = 0100000, link = 0120000, submodule = 0160000;

struct Content {
  Id id;
  std::uint64_t size = 0;
};

struct PendingBlob {
  GitName name;
  Bytes bytes;
  std::optional<Id> displaced;
};

/// Bytes at hand, or those that stand next in the stream.
class BytesInput final : public InputFile {
 public:
  explicit BytesInput(ByteView bytes) : left_(bytes) {}
  std::size_t read(std::span<std::uint8_t> out) override {
    const std::size_t n = std::min(out.size(), left_.size());
    std::copy_n(left_.begin(), n, out.begin());
    left_ = left_.subspan(n);
    return n;
  }

 private:
  ByteView left_;
};

class StreamInput final : public InputFile {
 public:
  explicit StreamInput(GitParser& parser) : parser_(parser) {}
  std::size_t read(std::span<std::uint8_t> out) override { return parser_.read_data(out); }

 private:
  GitParser& parser_;
};

/// The blobs of one batch.
class BlobSource final : public IngestSource {
 public:
  using Done = std::function<void(const PendingBlob&, const Content&)>;
  BlobSource(const std::deque<PendingBlob>& blobs, Done done) : blobs_(blobs), done_(std::move(done)) {}
  std::optional<IngestItem> next() override {
    if (next_ == blobs_.size()) return std::nullopt;
    const PendingBlob& blob = blobs_[next_++];
    return IngestItem{const_cast<PendingBlob*>(&blob), blob.bytes.size(), blob.displaced};
  }
  std::unique_ptr<InputFile> open(const IngestItem& item) override {
    return std::make_unique<BytesInput>(blob_of(item).bytes);
  }
  void done(const IngestItem& item, const IngestResult& result) override {
    done_(blob_of(item), {result.content, result.size});
  }
  void failed(const IngestItem&, const Error& error) override { throw error; }

 private:
  static const PendingBlob& blob_of(const IngestItem& item) {
    return *static_cast<const PendingBlob*>(item.context);
  }
  const std::deque<PendingBlob>& blobs_;
  Done done_;
  std::size_t next_ = 0;
};

/// One blob too large to be held.
class LargeBlob final : public IngestSource {
 public:
  LargeBlob(GitParser& parser, std::uint64_t size) : parser_(parser), size_(size) {}
  std::optional<IngestItem> next() override {
    if (std::exchange(given_, true)) return std::nullopt;
    return IngestItem{nullptr, size_, std::nullopt};
  }
  std::unique_ptr<InputFile> open(const IngestItem&) override {
    return std::make_unique<StreamInput>(parser_);
  }
  void done(const IngestItem&, const IngestResult& result) override {
    content = {result.content, result.size};
  }
  void failed(const IngestItem&, const Error& error) override { throw error; }
  Content content;

 private:
  GitParser& parser_;
  std::uint64_t size_;
  bool given_ = false;
};

}  // namespace

struct GitImport::State {
  State(Store& opened, GitImportOptions opts) : store(opened), options(std::move(opts)) { list_imported(); }

  /// What earlier imports brought, by git's ids.
  void list_imported() {
    const Snapshot snapshot = store.snapshot();
    LogOptions all;
    for (const char* prefix : {"refs/heads/", "refs/tags/", own_refs}) {
      for (const Ref& ref : snapshot.refs(prefix)) {
        if (const auto commit = snapshot.ref_commit(ref.name)) all.set.include.push_back(*commit);
        if (ref.name.starts_with(own_refs)) held.insert(ref.value.id);
      }
    }
    LogWalk walk(snapshot, std::move(all));
    while (const auto entry = walk.next()) {
      const auto note = entry->commit.meta.find(meta_key);
      if (note != entry->commit.meta.end()) by_id.insert_or_assign(note->second, RefValue::commit(entry->id));
    }
  }

  void progress(std::uint64_t items, std::uint64_t bytes) const {
    if (!options.progress) return;
    options.progress->advance(items, bytes);
    if (options.progress->cancelled())
      throw Error(ErrorCode::refused, "interrupted", "run the command again: it goes on from here");
  }
  void warn(const std::string& text) {
    if (options.warn && warned.insert(text).second) options.warn(text);
  }

  // -- the stream --

  void read(ByteSource& source) {
    GitParser parser(source);
    while (auto command = parser.next()) {
      if (auto* blob = std::get_if<GitBlob>(&*command))
        take_blob(parser, *blob);
      else if (auto* commit = std::get_if<GitCommit>(&*command))
        take_commit(std::move(*commit));
      else
        take_tag(std::get<GitTag>(*command));
      if (pending_bytes >= batch_bytes || commits.size() >= batch_commits) flush();
    }
    flush();
  }

  void take_blob(GitParser& parser, const GitBlob& blob) {
    ++report.files;
    report.bytes += blob.size;
    progress(0, blob.size);
    if (blob.size > batch_bytes) return take_large(parser, blob);
    PendingBlob& pending = blobs.emplace_back();
    pending.name = blob.name;
    pending.bytes.resize(static_cast<std::size_t>(blob.size));
    parser.read_data(pending.bytes);
    pending_bytes += blob.size;
  }

  void take_large(GitParser& parser, const GitBlob& blob) {
    LargeBlob source(parser, blob.size);
    IngestOptions how;
    ingest(source, &txn(), how);
    contents[blob.name.mark] = source.content;
  }

  void take_commit(GitCommit&& commit) {
    ++report.commits;
    progress(1, 0);
    commits.push_back(std::move(commit));
  }

  void take_tag(const GitTag& tag) {
    flush();
    const auto target = find(tag.target);
    if (!target || target->kind != Kind::ref_commit)
      return warn("tag '" + tag.tag + "' names no commit: left out");
    Tag made;
    made.target = target->id;
    made.name = tag.tag;
    made.tagger = tag.tagger;
    made.time = tag.time;
    made.message = metadata_text(tag.message);
    const Id id = txn().put(ObjectType::tag, as_bytes(encode(made)));
    by_id.insert_or_assign(tag.name.id, RefValue::tag(id));
    ++report.tags;
  }

  // -- a batch --

  Transaction& txn() {
    if (!transaction) transaction.emplace(store.begin());
    return *transaction;
  }

  void flush() {
    if (commits.empty() && blobs.empty()) return;
    find_displaced();
    BlobSource source(blobs, [this](const PendingBlob& blob, const Content& content) {
      contents[blob.name.mark] = content;
    });
    ingest(source, &txn(), {});
    blobs.clear();
    pending_bytes = 0;
    for (const GitCommit& commit : commits) make(commit);
    commits.clear();
    publish_batch();
  }

  void find_displaced() {
    if (newest_tree.is_null()) return;
    std::unordered_map<std::uint64_t, PendingBlob*> waiting;
    for (PendingBlob& blob : blobs) waiting.emplace(blob.name.mark, &blob);
    const Tree tree(txn(), newest_tree);
    for (const GitCommit& commit : commits) {
      for (const GitChange& change : commit.changes) {
        const auto blob = waiting.find(change.content.mark);
        if (change.removed || blob == waiting.end() || blob->second->displaced) continue;
        if (const auto before = tree.get(change.path); before && !before->id.is_null())
          blob->second->displaced = before->id;
      }
    }
  }

  void make(const GitCommit& from) {
    Commit commit;
    for (const GitName& name : from.parents) {
      const auto parent = find(name);
      if (!parent) {
        throw Error(ErrorCode::not_found, "commit " + from.name.id + " has a parent that was not imported",
                    "import the branch that it is on from its beginning");
      }
      commit.parents.push_back(parent->id);
    }
    const bool fresh = from.from_nothing || commit.parents.empty();
    const Id before = fresh ? empty_tree_id() : tree_of(commit.parents.front());
    commit.tree = apply(before, from);
    commit.author = from.author;
    commit.author_time = from.author_time;
    commit.committer = from.committer;
    commit.commit_time = from.commit_time;
    commit.message = metadata_text(from.message);
    if (!from.name.id.empty()) commit.meta[meta_key] = from.name.id;
    const Id id = txn().put(ObjectType::commit, as_bytes(encode(commit)));
    if (from.name.mark != 0) by_mark[from.name.mark] = id;
    if (!from.name.id.empty()) by_id.insert_or_assign(from.name.id, RefValue::commit(id));
    for (const Id& parent : commit.parents) held.erase(parent);
    held.insert(id);
    trees[id] = newest_tree = commit.tree;
  }

  /// Of commits of this import at hand; of others read.
  Id tree_of(const Id& commit) {
    const auto known = trees.find(commit);
    if (known != trees.end()) return known->second;
    return decode_commit(txn().read(commit, ObjectType::commit).text()).tree;
  }

  Id apply(const Id& before, const GitCommit& commit) {
    const Tree tree(txn(), before);
    std::map<std::string, std::optional<Entry>> edits;
    for (const GitChange& change : commit.changes) {
      if (change.removed)
        remove(tree, change.path, edits);
      else if (const auto entry = entry_of(change))
        edits[change.path] = *entry;
    }
    auto at = edits.begin();
    return edit_tree(tree, txn(), [&]() -> std::optional<TreeEdit> {
      if (at == edits.end()) return std::nullopt;
      TreeEdit edit{at->first, at->second};
      ++at;
      return edit;
    });
  }

  /// A file, or a directory with all below. git names a file that became a directory after what is now below
  /// it.
  static void remove(const Tree& tree, const std::string& path,
                     std::map<std::string, std::optional<Entry>>& edits) {
    if (tree.get(path)) return void(edits.try_emplace(path, std::nullopt));
    const std::string below = path + "/";
    for (TreeCursor at = tree.seek(below); at.valid() && at.key().starts_with(below); at.next())
      edits[std::string(at.key())] = std::nullopt;
    for (auto at = edits.lower_bound(below); at != edits.end() && at->first.starts_with(below); ++at)
      at->second = std::nullopt;
  }

  std::optional<Entry> entry_of(const GitChange& change) {
    if ((change.mode & type_mask) == submodule) {
      warn("submodule '" + escape_for_terminal(change.path) + "' is left out");
      return std::nullopt;
    }
    if (const std::string problem = path_problem(change.path); !problem.empty()) {
      throw Error(ErrorCode::usage,
                  "cannot import the path '" + escape_for_terminal(change.path) + "': " + problem,
                  "rename it in git first, or leave its branch out");
    }
    const auto content = contents.find(change.content.mark);
    if (content == contents.end() || ((change.mode & type_mask) != regular && change.mode != link)) {
      throw Error(ErrorCode::damaged, "bad entry in git's stream: '" + escape_for_terminal(change.path) + "'",
                  "it must come from 'git fast-export --show-original-ids'");
    }
    const Kind kind = change.mode == link    ? Kind::symlink
                      : (change.mode & 0100) ? Kind::executable
                                             : Kind::file;
    return Entry{kind, content->second.size, content->second.id};
  }

  std::optional<RefValue> find(const GitName& name) const {
    if (name.mark != 0) {
      const auto found = by_mark.find(name.mark);
      return found == by_mark.end() ? std::nullopt : std::optional(RefValue::commit(found->second));
    }
    const auto found = by_id.find(name.id);
    return found == by_id.end() ? std::nullopt : std::optional(found->second);
  }

  void publish_batch() {
    const Snapshot now = store.snapshot();
    std::set<std::string> wanted;
    for (const Id& id : held) wanted.insert(own_refs + id.hex());
    for (const Ref& ref : now.refs(own_refs)) {
      if (!wanted.erase(ref.name)) txn().set_ref(ref.name, std::nullopt, std::nullopt);
    }
    for (const std::string& name : wanted)
      txn().set_ref(
          name, std::nullopt,
          RefValue::commit(*Id::from_hex(std::string_view(name).substr(std::string_view(own_refs).size()))));
    publish();
    trees.clear();
    store.fold();
  }

  void publish() {
    PublishInfo info;
    info.who = options.who;
    info.command = options.command;
    txn().publish(info);
    transaction.reset();
  }

  Store& store;
  GitImportOptions options;
  GitImportReport report;
  std::set<std::string> warned;

  std::optional<Transaction> transaction;
  std::deque<PendingBlob> blobs;
  std::uint64_t pending_bytes = 0;
  std::vector<GitCommit> commits;

  std::unordered_map<std::uint64_t, Content> contents;  // by mark, as are the next
  std::unordered_map<std::uint64_t, Id> by_mark;
  std::unordered_map<std::string, RefValue> by_id;
  std::unordered_map<Id, Id> trees;  // of this batch's commits
  std::set<Id> held;                 // commits without a child
  Id newest_tree;
};

GitImport::GitImport(Store& store, GitImportOptions options)
    : state_(std::make_unique<State>(store, std::move(options))) {}
GitImport::~GitImport() = default;

std::optional<RefValue> GitImport::find(const std::string& git_id) const {
  return state_->find(GitName{0, git_id});
}

GitImportReport GitImport::read(ByteSource& source) {
  state_->report = {};
  state_->read(source);
  return state_->report;
}

void GitImport::finish(const std::map<std::string, RefValue>& refs) {
  const Snapshot now = state_->store.snapshot();
  for (const auto& [name, value] : refs) state_->txn().set_ref(name, now.ref(name), value);
  for (const Ref& ref : now.refs(own_refs)) state_->txn().set_ref(ref.name, std::nullopt, std::nullopt);
  state_->publish();
}

}  // namespace vstore
