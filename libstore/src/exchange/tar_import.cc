// A tar archive as a snapshot. Contents come one after the other: small ones are read ahead and taken in by
// all processors, large ones stream through the pipeline's serial stage. Entries come in any order, may come
// twice (the last one counts), and name others: they are sorted into a tree as they settle, a bounded number
// at a time.
#include <cstring>
#include <deque>
#include <mutex>
#include <set>

#include "exchange/tar_reader.h"
#include "store/chunk_sink.h"
#include "store/ingest.h"
#include "vstore/names.h"

namespace vstore {
namespace {

constexpr std::size_t edits_max = 100'000;

class MemoryInput final : public InputFile {
 public:
  explicit MemoryInput(Bytes bytes) : bytes_(std::move(bytes)) {}
  std::size_t read(std::span<std::uint8_t> out) override {
    const std::size_t n = std::min(out.size(), bytes_.size() - at_);
    if (n > 0) std::memcpy(out.data(), bytes_.data() + at_, n);
    at_ += n;
    return n;
  }

 private:
  const Bytes bytes_;
  std::size_t at_ = 0;
};

class ArchiveInput final : public InputFile {
 public:
  explicit ArchiveInput(TarReader& reader) : reader_(reader) {}
  std::size_t read(std::span<std::uint8_t> out) override { return reader_.read(out); }

 private:
  TarReader& reader_;
};

/// The snapshot as it grows.
class ArchiveTree {
 public:
  explicit ArchiveTree(Transaction& txn) : txn_(txn), root_(empty_tree_id()) {}

  void put(const std::string& path, const Entry& entry) {
    edits_[path] = entry;
    if (edits_.size() >= edits_max) fold();
  }

  void link(const std::string& path, const std::string& target) {
    const auto edit = edits_.find(target);
    const std::optional<Entry> entry = edit != edits_.end() ? edit->second : Tree(txn_, root_).get(target);
    if (!entry || entry->kind == Kind::empty_directory) {
      throw Error(ErrorCode::refused,
                  "the archive links '" + escape_for_terminal(path) + "' to '" + escape_for_terminal(target) +
                      "', which it does not have before it",
                  "make the archive of all names of a file together");
    }
    put(path, *entry);
  }

  void directory(const std::string& path) { directories_.insert(path); }

  Id finish() {
    fold();
    const Tree files(txn_, root_);
    for (auto at = directories_.rbegin(); at != directories_.rend(); ++at) {
      if (files.get(*at)) {
        throw Error(ErrorCode::refused,
                    "the archive has '" + escape_for_terminal(*at) + "' as a file and as a directory",
                    "make the archive anew");
      }
      if (!files.has_directory(*at) && !directory_below(*at))
        edits_[*at + "/"] = Entry{Kind::empty_directory, 0, Id()};
    }
    fold();
    return root_;
  }

 private:
  bool directory_below(const std::string& path) const {
    const auto next = directories_.lower_bound(path + "/");
    return next != directories_.end() && next->starts_with(path + "/");
  }

  void fold() {
    auto at = edits_.begin();
    root_ = edit_tree(Tree(txn_, root_), txn_, [&]() -> std::optional<TreeEdit> {
      if (at == edits_.end()) return std::nullopt;
      TreeEdit edit{at->first, at->second};
      ++at;
      return edit;
    });
    edits_.clear();
  }

  Transaction& txn_;
  Id root_;
  std::map<std::string, Entry> edits_;
  std::set<std::string> directories_;
};

class TarImport final : public IngestSource {
 public:
  TarImport(Transaction& txn, const ContentSource& bytes, const ImportOptions& options)
      : txn_(txn), options_(options), reader_(bytes), before_(txn, options.before), tree_(txn) {}

  Id run() {
    IngestOptions ingest_options;
    ingest_options.threads = options_.threads;
    ingest_options.progress = options_.progress;
    ingest(*this, &txn_, ingest_options);
    if (error_) throw Error(*error_);
    return tree_.finish();
  }

  std::optional<IngestItem> next() override {
    try {
      while (!stopped()) {
        const auto entry = reader_.next();
        if (!entry) return std::nullopt;
        if (Waiting* waiting = take(*entry)) return item_for(*waiting);
      }
    } catch (const Error& error) {
      stop(error);
    }
    return std::nullopt;
  }

  std::unique_ptr<InputFile> open(const IngestItem& item) override {
    Waiting& waiting = *static_cast<Waiting*>(item.context);
    if (waiting.streamed) return std::make_unique<ArchiveInput>(reader_);
    return std::make_unique<MemoryInput>(std::move(waiting.bytes));
  }

  void done(const IngestItem& item, const IngestResult& result) override {
    std::lock_guard lock(mutex_);
    Waiting& waiting = *static_cast<Waiting*>(item.context);
    waiting.entry.size = result.size;
    waiting.entry.id = result.content;
    waiting.settled = true;
    flush();
  }

  void failed(const IngestItem&, const Error& error) override { stop(error); }

 private:
  /// An entry on its way; a deque keeps its address.
  struct Waiting {
    std::string path, target;  ///< a target: it is what that path is
    Entry entry;
    Bytes bytes;
    bool streamed = false, settled = false;
  };

  bool stopped() {
    std::lock_guard lock(mutex_);
    return error_.has_value();
  }

  void stop(const Error& error) {
    std::lock_guard lock(mutex_);
    if (!error_) error_ = error;
  }

  /// Null if the entry has no content of its own.
  Waiting* take(const TarEntry& entry) {
    Waiting fresh;
    fresh.path = clean_tar_path(entry.path);
    if (fresh.path == ".vstore" || fresh.path.starts_with(".vstore/")) return nullptr;
    if (entry.type == TarEntry::Type::directory) {
      std::lock_guard lock(mutex_);
      if (!fresh.path.empty()) tree_.directory(fresh.path);
      return nullptr;
    }
    if (fresh.path.empty())
      throw Error(ErrorCode::refused, "the archive has a file without a name", "make the archive anew");
    if (entry.type == TarEntry::Type::hard_link)
      fresh.target = clean_tar_path(entry.target);
    else
      read_ahead(entry, fresh);
    std::lock_guard lock(mutex_);
    Waiting& waiting = waiting_.emplace_back(std::move(fresh));
    if (entry.type != TarEntry::Type::hard_link) return &waiting;
    waiting.settled = true;
    flush();
    return nullptr;
  }

  void read_ahead(const TarEntry& entry, Waiting& fresh) {
    const bool symlink = entry.type == TarEntry::Type::symlink;
    fresh.entry.kind = symlink ? Kind::symlink : entry.executable ? Kind::executable : Kind::file;
    fresh.entry.size = symlink ? entry.target.size() : entry.size;
    if (symlink) {
      if (entry.target.empty())
        throw Error(ErrorCode::refused,
                    "the archive has a symbolic link to nothing: '" + escape_for_terminal(fresh.path) + "'",
                    "make the archive without it");
      const ByteView target = as_bytes(entry.target);
      fresh.bytes.assign(target.begin(), target.end());
    } else if (entry.size <= small_file_max) {
      fresh.bytes.resize(static_cast<std::size_t>(entry.size));
      reader_.read(fresh.bytes);
    } else {
      fresh.streamed = true;
    }
  }

  IngestItem item_for(Waiting& waiting) {
    IngestItem item;
    item.context = &waiting;
    item.size_hint = waiting.entry.size;
    if (const auto old = before_.get(waiting.path)) item.displaced = old->id;
    return item;
  }

  /// What is settled goes to the tree in the archive's order.
  void flush() {
    for (; !waiting_.empty() && waiting_.front().settled; waiting_.pop_front()) {
      const Waiting& front = waiting_.front();
      if (front.target.empty())
        tree_.put(front.path, front.entry);
      else
        tree_.link(front.path, front.target);
    }
  }

  Transaction& txn_;
  const ImportOptions& options_;
  TarReader reader_;
  Tree before_;
  std::mutex mutex_;
  std::deque<Waiting> waiting_;  // guarded by mutex_, and so are these
  ArchiveTree tree_;
  std::optional<Error> error_;
};

}  // namespace

Id import_tar(Transaction& txn, const ContentSource& bytes, const ImportOptions& options) {
  return TarImport(txn, bytes, options).run();
}

}  // namespace vstore
