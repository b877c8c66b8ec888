#include "vstore/import.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <deque>
#include <mutex>

#include "store/ingest.h"
#include "vstore/workspace.h"
#include "workspace/dir_stack.h"
#include "workspace/disk_check.h"
#include "workspace/input_file.h"
#include "workspace/scan.h"

namespace vstore {
namespace {

class StreamInput final : public InputFile {
 public:
  explicit StreamInput(const ContentSource& bytes) : bytes_(bytes) {}
  std::size_t read(std::span<std::uint8_t> out) override { return bytes_(out); }

 private:
  const ContentSource& bytes_;
};

/// The pipeline for one content.
class OneContent final : public IngestSource {
 public:
  OneContent(std::unique_ptr<InputFile> input, std::uint64_t size_hint, const Id* displaced)
      : input_(std::move(input)) {
    item_.size_hint = size_hint;
    if (displaced) item_.displaced = *displaced;
  }

  IngestResult run(Transaction& txn) {
    ingest(*this, &txn, {});
    if (error_) throw Error(*error_);
    return result_;
  }

  std::optional<IngestItem> next() override {
    if (given_) return std::nullopt;
    given_ = true;
    return item_;
  }
  std::unique_ptr<InputFile> open(const IngestItem&) override { return std::move(input_); }
  void done(const IngestItem&, const IngestResult& result) override { result_ = result; }
  void failed(const IngestItem&, const Error& why) override { error_ = why; }

 private:
  std::unique_ptr<InputFile> input_;
  IngestItem item_;
  bool given_ = false;
  IngestResult result_;
  std::optional<Error> error_;
};

/// Feeds the pipeline with a directory's files in path order, and builds the snapshot in the same order.
class DirectoryImport final : public IngestSource {
 public:
  DirectoryImport(Transaction& txn, const std::string& directory, const ImportOptions& options)
      : txn_(txn), options_(options), top_(os::Dir::open(directory)), before_(txn, options.before), scan_(top_, scan_options()), tree_(txn) {}

  Id run() {
    IngestOptions ingest_options;
    ingest_options.threads = options_.threads;
    ingest_options.progress = options_.progress;
    ingest(*this, &txn_, ingest_options);
    if (error_) throw Error(*error_);
    return tree_.finish();
  }

  std::optional<IngestItem> next() override {
    while (const ScanItem* at = scan_.next()) {
      std::lock_guard lock(mutex_);
      if (error_) return std::nullopt;
      if (at->problem) {
        error_ = Error(at->problem->code, at->problem->message);
        return std::nullopt;
      }
      Waiting& waiting = take(*at);
      if (error_) return std::nullopt;
      if (waiting.settled) {
        flush();
        continue;
      }
      IngestItem item;
      item.context = &waiting;
      item.size_hint = at->stat.size;
      if (const auto old = before_.get(waiting.path)) item.displaced = old->id;
      return item;
    }
    return std::nullopt;
  }

  std::unique_ptr<InputFile> open(const IngestItem& item) override {
    Waiting& waiting = *static_cast<Waiting*>(item.context);
    return waiting.stat.type == os::FileType::symlink ? open_symlink(top_, waiting.path, waiting.stat)
                                                      : open_disk_file(top_, waiting.path, waiting.stat);
  }

  void done(const IngestItem& item, const IngestResult& result) override {
    std::lock_guard lock(mutex_);
    Waiting& waiting = *static_cast<Waiting*>(item.context);
    waiting.entry = {kind_on_disk(waiting.stat), result.size, result.content};
    waiting.settled = true;
    flush();
  }

  void failed(const IngestItem&, const Error& error) override {
    std::lock_guard lock(mutex_);
    if (!error_) error_ = error;
  }

 private:
  /// A path on its way; a deque keeps its address.
  struct Waiting {
    std::string path;
    os::EntryStat stat;
    Entry entry;
    bool settled = false;
  };

  ScanOptions scan_options() const {
    ScanOptions scan;
    scan.threads = options_.threads;
    return scan;
  }

  Waiting& take(const ScanItem& at) {
    Waiting& waiting = waiting_.emplace_back();
    waiting.path = at.path;
    waiting.stat = at.stat;
    if (waiting.path.ends_with('/')) {
      waiting.entry = {Kind::empty_directory, 0, Id()};
      waiting.settled = true;
    } else if (at.stat.type != os::FileType::regular && at.stat.type != os::FileType::symlink) {
      error_ = Error(ErrorCode::io, "cannot read '" + waiting.path + "': it is neither a file nor a symbolic link", "move it away");
    }
    return waiting;
  }

  void flush() {
    for (; !waiting_.empty() && waiting_.front().settled; waiting_.pop_front()) {
      tree_.add(waiting_.front().path, waiting_.front().entry);
    }
  }

  Transaction& txn_;
  const ImportOptions& options_;
  os::Dir top_;
  Tree before_;
  Scan scan_;
  std::mutex mutex_;
  std::deque<Waiting> waiting_;  // guarded by mutex_, and so are these
  TreeBuilder tree_;
  std::optional<Error> error_;
};

}  // namespace

Entry import_content(Transaction& txn, const ContentSource& bytes, std::uint64_t size_hint, const Id* displaced) {
  const IngestResult result = OneContent(std::make_unique<StreamInput>(bytes), size_hint, displaced).run(txn);
  return {Kind::file, result.size, result.content};
}

Entry import_file(Transaction& txn, const std::string& path, const Id* displaced) {
  struct stat target;
  if (::stat(path.c_str(), &target) != 0) throw_errno("read", path);
  if (!S_ISREG(target.st_mode)) {
    throw Error(ErrorCode::io, "cannot read '" + path + "': it is not a regular file", "name a file, or - for standard input");
  }
  char* real = ::realpath(path.c_str(), nullptr);
  if (!real) throw_errno("read", path);
  const std::string resolved(real);
  std::free(real);
  const auto [parent, name] = split_path(resolved);
  const std::string file(name);
  const os::Dir top = os::Dir::open(parent.empty() ? "/" : std::string(parent));
  os::EntryStat stat;
  auto input = open_disk_file(top, file, stat);
  const IngestResult result = OneContent(std::move(input), stat.size, displaced).run(txn);
  return {kind_on_disk(stat), result.size, result.content};
}

Id import_directory(Transaction& txn, const std::string& directory, const ImportOptions& options) {
  return DirectoryImport(txn, directory, options).run();
}

}  // namespace vstore
