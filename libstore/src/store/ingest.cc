#include "store/ingest.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <mutex>
#include <thread>
#include <vector>

#include "base/check.h"
#include "store/chunk_sink.h"
#include "store/run_cutter.h"

namespace vstore {
namespace {

// A batch of small files closes at this many expected bytes, or this many files.
constexpr std::uint64_t batch_bytes = 1u << 20;
constexpr std::size_t batch_files = 256;
// A store with other constants is refused when it is opened (store/format.h).
constexpr ChunkerParams chunking;

/// A large file on its way through the pipeline. Touched by the serial stages only, but for `displaced`.
struct LargeFile {
  IngestItem item;
  std::optional<RunCutter> cutter;
  std::unique_ptr<DisplacedChunks> displaced;
  std::unique_ptr<ListBuilder> list;
  std::optional<Error> error;
};

struct SmallFile {
  IngestItem item;
  IngestResult result;
  std::optional<Error> error;
};

/// What travels: a batch of small files, or a run of one large file.
struct Parcel {
  std::vector<SmallFile> files;
  std::shared_ptr<LargeFile> large;
  Bytes bytes;
  std::vector<std::uint32_t> lengths;
  std::uint64_t offset = 0;
  std::vector<ChunkRef> chunks;
  bool last = false;
};

class Pipeline {
 public:
  Pipeline(IngestSource& source, Transaction* transaction, const IngestOptions& options)
      : source_(source), transaction_(transaction), options_(options), workers_([this] { return Worker(*this); }) {}

  /// The passes: gather (serial) -> hash and compress (parallel) -> report in order (serial).
  void run(unsigned threads) {
    tbb::parallel_pipeline(
        threads * 2 + 2,
        tbb::make_filter<void, std::shared_ptr<Parcel>>(
            tbb::filter_mode::serial_in_order, [this](tbb::flow_control& flow) { return gather(flow); }) &
            tbb::make_filter<std::shared_ptr<Parcel>, std::shared_ptr<Parcel>>(
                tbb::filter_mode::parallel,
                [this](std::shared_ptr<Parcel> parcel) { return workers_.local().process(std::move(parcel)); }) &
            tbb::make_filter<std::shared_ptr<Parcel>, void>(
                tbb::filter_mode::serial_in_order,
                [this](std::shared_ptr<Parcel> parcel) { report(*parcel); recycle(std::move(parcel)); }));
  }

 private:
  /// What one thread keeps between parcels.
  struct Worker {
    explicit Worker(Pipeline& owner) : pipeline(&owner), sink(owner.transaction_) {}

    std::shared_ptr<Parcel> process(std::shared_ptr<Parcel> parcel) {
      if (parcel->large) {
        sink.add(parcel->bytes, parcel->lengths, parcel->offset, parcel->large->displaced.get(), parcel->chunks);
      } else {
        for (SmallFile& file : parcel->files) process_small(file);
      }
      sink.flush();
      return parcel;
    }

    void process_small(SmallFile& file) {
      try {
        storing = false;
        auto input = pipeline->source_.open(file.item);
        file.result = read_small(*input, file.item.size_hint) ? store_small(file) : store_grown(file, std::move(input));
      } catch (const Error& error) {
        if (pipeline->transaction_ && storing) throw;  // the store failed, not the file
        file.error = error;
      }
      if (Progress* progress = pipeline->options_.progress) progress->advance(1, file.result.size);
    }

    /// Fills the buffer to the end of the input; false if the file has grown past what is kept in memory.
    bool read_small(InputFile& input, std::uint64_t size_hint) {
      size = 0;
      for (std::size_t wanted = static_cast<std::size_t>(size_hint) + 1; size <= small_file_max; wanted = size + 1) {
        wanted = std::min<std::size_t>(wanted, RunCutter::begun_bytes_max - size);
        if (buffer.size() < size + wanted) buffer.resize(size + wanted);
        const std::size_t got = input.read({buffer.data() + size, wanted});
        size += got;
        if (got == wanted) continue;
        input.finish();
        return true;
      }
      return false;
    }

    /// The same as a large file would get, run by run, but by this thread.
    IngestResult store_grown(const SmallFile& file, std::unique_ptr<InputFile> input) {
      RunCutter cutter(std::move(input), {buffer.data(), size});
      const auto displaced = displaced_by(file);
      const auto list = pipeline->make_list(file.item.displaced);
      for (bool last = false; !last;) {
        storing = false;
        const std::uint64_t offset = cutter.offset();
        last = cutter.next(buffer, lengths);
        storing = true;
        chunks.clear();
        sink.add(buffer, lengths, offset, displaced ? &*displaced : nullptr, chunks);
        for (const ChunkRef& chunk : chunks) list->add(chunk.id, chunk.size);
      }
      const std::uint64_t bytes = list->size();
      return {list->finish(), bytes};
    }

    std::optional<DisplacedChunks> displaced_by(const SmallFile& file) const {
      if (!pipeline->transaction_ || !file.item.displaced) return std::nullopt;
      return std::optional<DisplacedChunks>(std::in_place, pipeline->transaction_->base(), *file.item.displaced);
    }

    IngestResult store_small(const SmallFile& file) {
      storing = true;
      ByteView bytes(buffer.data(), size);
      lengths.clear();
      do {
        const std::size_t cut = next_cut(bytes.subspan(0, bytes.size()), true, chunking);
        lengths.push_back(static_cast<std::uint32_t>(cut));
        bytes = bytes.subspan(cut);
      } while (!bytes.empty());
      const auto displaced = displaced_by(file);
      chunks.clear();
      sink.add_small({buffer.data(), size}, lengths, displaced ? &*displaced : nullptr, chunks);
      return pipeline->string_together(chunks, file.item.displaced);
    }

    Pipeline* pipeline;
    ChunkSink sink;
    Bytes buffer;
    std::size_t size = 0;
    bool storing = false;
    std::vector<std::uint32_t> lengths;
    std::vector<ChunkRef> chunks;
  };

  IngestResult string_together(const std::vector<ChunkRef>& chunks, const std::optional<Id>& displaced) {
    if (chunks.size() == 1) return {chunks.front().id, chunks.front().size};
    auto list = make_list(displaced);
    for (const ChunkRef& chunk : chunks) list->add(chunk.id, chunk.size);
    const std::uint64_t size = list->size();
    return {list->finish(), size};
  }

  std::unique_ptr<ListBuilder> make_list(const std::optional<Id>& displaced) {
    if (!transaction_) return std::make_unique<ListBuilder>(hashing_writer_);
    return std::make_unique<ListBuilder>(*transaction_, &transaction_->base(), displaced ? &*displaced : nullptr);
  }

  // ------------------------------------------------------------------------------ first stage --

  std::shared_ptr<Parcel> gather(tbb::flow_control& flow) {
    if (options_.progress && options_.progress->cancelled()) throw Error(ErrorCode::refused, "interrupted");
    if (!large_ && !next_item()) {
      flow.stop();
      return nullptr;
    }
    auto parcel = fresh_parcel();
    if (pending_->size_hint > small_file_max) {
      if (!large_) large_ = open_large(*pending_);
      next_run(*parcel);
    } else {
      gather_batch(*parcel);
    }
    return parcel;
  }

  /// Makes pending_ the next item; false at the end of the source.
  bool next_item() {
    if (!pending_) pending_ = source_.next();
    return pending_.has_value();
  }

  void gather_batch(Parcel& parcel) {
    std::uint64_t bytes = 0;
    while (next_item() && pending_->size_hint <= small_file_max && bytes < batch_bytes &&
           parcel.files.size() < batch_files) {
      bytes += pending_->size_hint + 512;
      parcel.files.push_back({*pending_, {}, {}});
      pending_.reset();
    }
  }

  std::shared_ptr<LargeFile> open_large(const IngestItem& item) {
    auto file = std::make_shared<LargeFile>();
    file->item = item;
    try {
      file->cutter.emplace(source_.open(item));
    } catch (const Error& error) {
      file->error = error;
      return file;
    }
    if (transaction_ && item.displaced)
      file->displaced = std::make_unique<DisplacedChunks>(transaction_->base(), *item.displaced);
    file->list = make_list(item.displaced);
    return file;
  }

  void next_run(Parcel& parcel) {
    parcel.large = large_;
    try {
      if (!large_->error) read_run(parcel);
    } catch (const Error& error) {
      large_->error = error;
    }
    parcel.last = parcel.last || large_->error.has_value();
    if (parcel.last) {
      large_.reset();
      pending_.reset();
    }
  }

  void read_run(Parcel& parcel) {
    parcel.offset = large_->cutter->offset();
    parcel.last = large_->cutter->next(parcel.bytes, parcel.lengths);
    if (options_.progress) options_.progress->advance(parcel.last ? 1 : 0, parcel.bytes.size());
  }

  // ------------------------------------------------------------------------------- last stage --

  void report(Parcel& parcel) {
    for (SmallFile& file : parcel.files) {
      if (file.error) {
        source_.failed(file.item, *file.error);
      } else {
        source_.done(file.item, file.result);
      }
    }
    if (parcel.large) report_run(parcel);
  }

  void report_run(Parcel& parcel) {
    LargeFile& file = *parcel.large;
    if (!file.list) {
      source_.failed(file.item, *file.error);
      return;
    }
    for (const ChunkRef& chunk : parcel.chunks) add_to_list(file, chunk);
    if (!parcel.last) return;
    if (file.error) {
      source_.failed(file.item, *file.error);
      return;
    }
    const std::uint64_t size = file.list->size();
    source_.done(file.item, {file.list->finish(), size});
  }

  static void add_to_list(LargeFile& file, const ChunkRef& chunk) {
    VSTORE_CHECK(chunk.offset == file.list->size());
    file.list->add(chunk.id, chunk.size);
  }

  // --------------------------------------------------------------------------------- parcels --

  // Fresh pages are expensive, so the buffers of finished parcels are used again.
  std::shared_ptr<Parcel> fresh_parcel() {
    std::lock_guard lock(spare_mutex_);
    if (spare_.empty()) return std::make_shared<Parcel>();
    auto parcel = std::move(spare_.back());
    spare_.pop_back();
    return parcel;
  }

  void recycle(std::shared_ptr<Parcel> parcel) {
    parcel->files.clear();
    parcel->large.reset();
    parcel->lengths.clear();
    parcel->chunks.clear();
    parcel->last = false;
    std::lock_guard lock(spare_mutex_);
    spare_.push_back(std::move(parcel));
  }

  IngestSource& source_;
  Transaction* transaction_;
  const IngestOptions& options_;
  HashingWriter hashing_writer_;
  tbb::enumerable_thread_specific<Worker> workers_;
  std::optional<IngestItem> pending_;    // first stage only
  std::shared_ptr<LargeFile> large_;     // first stage only
  std::mutex spare_mutex_;
  std::vector<std::shared_ptr<Parcel>> spare_;
};

}  // namespace

void ingest(IngestSource& source, Transaction* transaction, const IngestOptions& options) {
  const unsigned threads = options.threads ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  tbb::task_arena arena(static_cast<int>(threads));
  arena.execute([&] { Pipeline(source, transaction, options).run(threads); });
}

}  // namespace vstore
