#include "workspace/materialize.h"

#include <fcntl.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <thread>

#include "vstore/file.h"
#include "vstore/names.h"
#include "workspace/dir_stack.h"

namespace vstore {
namespace {

// Larger files are written by several workers, a range each.
constexpr std::uint64_t large_file_min = 8u << 20;
constexpr std::uint64_t range_bytes = 4u << 20;
constexpr std::uint64_t batch_bytes = 1u << 20;
constexpr std::size_t batch_files = 128;

struct Target {
  WriteItem item;
  std::shared_ptr<const os::Dir> dir;
  std::string name;
  os::EntryStat stat;
  std::optional<Error> error;
};

/// A large file while it is written.
struct LargeTarget {
  Target target;
  std::string scratch_name;
  os::UniqueFd fd;
  std::unique_ptr<FileReader> reader;
};

struct Parcel {
  std::vector<Target> targets;
  std::shared_ptr<LargeTarget> large;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool last = false;
  std::optional<Error> error;
};

bool hits_every_file(const Error& error) {
  switch (error.sys_errno()) {
    case ENOSPC:
    case EDQUOT:
    case EROFS:
    case EIO:
    case EMFILE:
    case ENFILE:
      return true;
    default:
      return error.code() == ErrorCode::refused;  // cancelled
  }
}

void write_all(int fd, ByteView bytes, std::uint64_t offset, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0) {
      if (errno == EINTR) continue;
      throw_errno("write", path);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
}

unsigned mode_of(const Entry& entry) { return entry.kind == Kind::executable ? 0777 : 0666; }

class Writer {
 public:
  Writer(const ObjectReader& reader, const os::Dir& top, const MaterializeOptions& options)
      : reader_(reader), dirs_(top), options_(options) {}

  void run(unsigned threads, const std::function<std::optional<WriteItem>()>& next,
           const std::function<void(const WriteItem&, const os::EntryStat&)>& written,
           std::vector<PathProblem>& problems) {
    next_ = &next;
    tbb::parallel_pipeline(
        threads * 2 + 2,
        tbb::make_filter<void, std::shared_ptr<Parcel>>(
            tbb::filter_mode::serial_in_order, [this](tbb::flow_control& flow) { return gather(flow); }) &
            tbb::make_filter<std::shared_ptr<Parcel>, std::shared_ptr<Parcel>>(
                tbb::filter_mode::parallel,
                [this](std::shared_ptr<Parcel> parcel) {
                  write(*parcel);
                  return parcel;
                }) &
            tbb::make_filter<std::shared_ptr<Parcel>, void>(
                tbb::filter_mode::serial_in_order,
                [&](std::shared_ptr<Parcel> parcel) { report(*parcel, written, problems); }));
  }

 private:
  // ------------------------------------------------------------------------------ first stage --

  std::shared_ptr<Parcel> gather(tbb::flow_control& flow) {
    if (options_.progress && options_.progress->cancelled()) throw Error(ErrorCode::refused, "interrupted");
    auto parcel = std::make_shared<Parcel>();
    if (large_) {
      next_range(*parcel);
      return parcel;
    }
    std::uint64_t bytes = 0;
    while (parcel->targets.size() < batch_files && bytes < batch_bytes) {
      if (!pending_) pending_ = (*next_)();
      if (!pending_) break;
      if (is_large(pending_->entry)) {
        if (!parcel->targets.empty()) return parcel;
        begin_large(*parcel);
        return parcel;
      }
      bytes += pending_->entry.size;
      parcel->targets.push_back(prepare(std::move(*pending_)));
      pending_.reset();
    }
    if (parcel->targets.empty()) {
      flow.stop();
      return nullptr;
    }
    return parcel;
  }

  static bool is_large(const Entry& entry) {
    return entry.size >= large_file_min && (entry.kind == Kind::file || entry.kind == Kind::executable);
  }

  /// Opens (and makes) the directory that the item goes to. Names are checked here again, whatever the
  /// tree's decoder let through.
  Target prepare(WriteItem item) {
    Target target;
    target.item = std::move(item);
    try {
      const std::string& path = target.item.path;
      if (const std::string problem = path_problem(path); !problem.empty()) {
        throw Error(ErrorCode::damaged, "path '" + escape_for_terminal(path) + "' in the snapshot: " + problem);
      }
      const bool directory = path.ends_with('/');
      const auto [parent, name] = split_path(std::string_view(path).substr(0, path.size() - directory));
      target.dir = dirs_.open(parent, true);
      target.name = name;
    } catch (const Error& error) {
      if (hits_every_file(error)) throw;
      target.error = error;
    }
    return target;
  }

  void begin_large(Parcel& parcel) {
    auto large = std::make_shared<LargeTarget>();
    large->target = prepare(std::move(*pending_));
    pending_.reset();
    Target& target = large->target;
    if (!target.error) {
      try {
        large->reader = std::make_unique<FileReader>(reader_, target.item.entry.id);
        if (large->reader->size() != target.item.entry.size) throw size_mismatch(target);
        create_large(*large);
      } catch (const Error& error) {
        if (hits_every_file(error)) throw;
        target.error = error;
      }
    }
    if (target.error) {
      parcel.targets.push_back(std::move(target));
      return;
    }
    large_ = std::move(large);
    large_offset_ = 0;
    next_range(parcel);
  }

  void create_large(LargeTarget& large) {
    const Target& target = large.target;
    if (options_.scratch) {
      large.scratch_name = scratch_name();
      large.fd = options_.scratch->create_file(large.scratch_name, mode_of(target.item.entry));
    } else {
      large.fd = target.dir->create_file(target.name, mode_of(target.item.entry));
    }
    // A full disk is better known before the work than after it; where unsupported, never mind.
    const int rc = ::posix_fallocate(large.fd.get(), 0, static_cast<off_t>(target.item.entry.size));
    if (rc == ENOSPC || rc == EDQUOT) {
      if (options_.scratch) options_.scratch->unlink(large.scratch_name);
      throw_errno(rc, "write", target.item.path);
    }
  }

  void next_range(Parcel& parcel) {
    parcel.large = large_;
    parcel.offset = large_offset_;
    const std::uint64_t size = large_->target.item.entry.size;
    parcel.length = std::min(range_bytes, size - large_offset_);
    large_offset_ += parcel.length;
    parcel.last = large_offset_ == size;
    if (parcel.last) large_.reset();
  }

  std::string scratch_name() { return std::to_string(::getpid()) + "." + std::to_string(scratch_count_++); }

  // ----------------------------------------------------------------------------- second stage --

  void write(Parcel& parcel) {
    if (parcel.large) write_range(parcel);
    for (Target& target : parcel.targets) {
      if (target.error) continue;
      try {
        write_small(target);
      } catch (const Error& error) {
        if (hits_every_file(error)) throw;
        target.error = error;
      }
      if (options_.progress) options_.progress->advance(1, target.item.entry.size);
    }
  }

  void write_range(Parcel& parcel) {
    LargeTarget& large = *parcel.large;
    try {
      std::uint64_t at = parcel.offset;
      large.reader->visit(
          [&](ByteView bytes) {
            write_all(large.fd.get(), bytes, at, large.target.item.path);
            at += bytes.size();
            return true;
          },
          parcel.offset, parcel.length);
      if (at != parcel.offset + parcel.length) throw size_mismatch(large.target);
    } catch (const Error& error) {
      if (hits_every_file(error)) throw;
      parcel.error = error;
    }
    if (options_.progress) options_.progress->advance(parcel.last, parcel.length);
  }

  void write_small(Target& target) {
    switch (target.item.entry.kind) {
      case Kind::empty_directory:
        target.dir->make_directory(target.name);
        return;
      case Kind::symlink:
        return write_symlink(target);
      case Kind::file:
      case Kind::executable:
        return write_file(target);
      default:
        throw Error(ErrorCode::damaged, "'" + target.item.path + "' is of a kind that can't be a file");
    }
  }

  /// A file that is replaced goes first: a new inode leaves hard links and open readers with the old bytes.
  void write_file(Target& target) {
    if (target.item.replace) target.dir->unlink(target.name);
    const os::UniqueFd fd = target.dir->create_file(target.name, mode_of(target.item.entry));
    fill(fd.get(), target);
  }

  void fill(int fd, Target& target) {
    std::uint64_t at = 0;
    FileReader(reader_, target.item.entry.id).visit([&](ByteView bytes) {
      write_all(fd, bytes, at, target.item.path);
      at += bytes.size();
      return true;
    });
    if (at != target.item.entry.size) throw size_mismatch(target);
    target.stat = os::stat_descriptor(fd, target.item.path);
  }

  void write_symlink(Target& target) {
    const Blob content = reader_.read(target.item.entry.id, ObjectType::chunk);
    const std::string link(content.text());
    if (link.empty() || link.find('\0') != std::string::npos)
      throw Error(ErrorCode::damaged, "symlink '" + target.item.path + "' has no valid target");
    if (target.item.replace) target.dir->unlink(target.name);
    target.dir->make_symlink(target.name, link);
    target.dir->stat(target.name.c_str(), target.stat);
  }

  static Error size_mismatch(const Target& target) {
    return Error(ErrorCode::damaged, "content of '" + target.item.path + "' has not the size its entry says",
                 "run 'vstore fsck'");
  }

  // ------------------------------------------------------------------------------- last stage --

  void report(Parcel& parcel, const std::function<void(const WriteItem&, const os::EntryStat&)>& written,
              std::vector<PathProblem>& problems) {
    if (parcel.large) finish_range(parcel);
    for (Target& target : parcel.targets) {
      if (target.error) {
        problems.push_back({target.item.path, target.error->what(), target.error->code()});
      } else {
        written(target.item, target.stat);
      }
    }
  }

  /// In order, so the last range of a file comes after all its others.
  void finish_range(Parcel& parcel) {
    LargeTarget& large = *parcel.large;
    if (parcel.error && !large.target.error) large.target.error = parcel.error;
    if (!parcel.last) return;
    if (!options_.scratch) {
      if (!large.target.error) large.target.stat = os::stat_descriptor(large.fd.get(), large.target.item.path);
    } else if (large.target.error) {
      options_.scratch->unlink(large.scratch_name);
    } else {
      place_large(large);
    }
    parcel.targets.push_back(std::move(large.target));
  }

  void place_large(LargeTarget& large) {
    Target& target = large.target;
    try {
      if (!target.item.replace && target.dir->stat(target.name)) throw_errno(EEXIST, "create", target.item.path);
      options_.scratch->rename_to(large.scratch_name, *target.dir, target.name);
      target.stat = os::stat_descriptor(large.fd.get(), target.item.path);
    } catch (const Error& error) {
      options_.scratch->unlink(large.scratch_name);
      target.error = error;
    }
  }

  const ObjectReader& reader_;
  DirStack dirs_;                        // first stage only
  const MaterializeOptions& options_;
  const std::function<std::optional<WriteItem>()>* next_ = nullptr;
  std::optional<WriteItem> pending_;     // first stage only
  std::shared_ptr<LargeTarget> large_;   // first stage only
  std::uint64_t large_offset_ = 0;
  std::uint64_t scratch_count_ = 0;      // first stage only
};

}  // namespace

void materialize(const ObjectReader& reader, const os::Dir& top, const std::function<std::optional<WriteItem>()>& next,
                 const std::function<void(const WriteItem&, const os::EntryStat&)>& written,
                 std::vector<PathProblem>& problems, const MaterializeOptions& options) {
  const unsigned threads = options.threads ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  tbb::task_arena arena(static_cast<int>(threads));
  arena.execute([&] { Writer(reader, top, options).run(threads, next, written, problems); });
}

}  // namespace vstore
