// Pass 3: every frame is decoded once, every object hashed once. Parallel over the frames of one pack at a
// time; the memory is that of the plan (4 bytes an object) and a frame for each thread.
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <atomic>
#include <charconv>
#include <map>

#include "os/mapped.h"
#include "store/frame_plan.h"
#include "store/fsck_object.h"

namespace vstore {
namespace {

/// Frames that are handed out at once; between two lots the clock is looked at.
constexpr std::size_t lot_size = 2048;

/// How many frames of each pack were checked before, in the order of the plan.
using Done = std::map<PackName, std::uint64_t>;

std::string encode(const Done& done) {
  std::string text;
  for (const auto& [name, frames] : done) text += name.hex() + " " + std::to_string(frames) + "\n";
  return text;
}

Done decode_done(std::string_view text) {
  Done done;
  for (std::size_t end = 0; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1)) {
    const auto name = PackName::from_hex(text.substr(0, 32));
    std::uint64_t frames = 0;
    if (!name || end < 34) continue;
    std::from_chars(text.data() + 33, text.data() + end, frames);
    done[*name] = frames;
  }
  return done;
}

/// The base that was used last, by one thread.
struct RecentBase {
  Id id;
  Blob bytes;
  const os::MappedFile* map = nullptr;
};

class FrameCheck {
 public:
  FrameCheck(FsckRun& run, const PackInSet& pack, ObjectCheck& object_check)
      : run_(run),
        packs_(*run.packs),
        pack_(*pack.reader),
        file_(file_of(pack.reader->name())),
        objects_(object_check) {}

  /// Thread-safe.
  void check(std::uint32_t frame, std::span<const std::uint32_t> positions, RecentBase& recent) {
    try {
      const FrameInfo info = pack_.frame(frame);
      count(info);
      const bool intact = checksum_fits(frame);
      if (!intact) run_.mark_unsound(pack_.name());
      if (!positions.empty() && !check_objects(frame, info, positions, recent)) return;
      if (!intact)
        run_.add(
            {DamageKind::frame, file_, {}, {}, frame_text(frame) + " does not match its checksum", {}, 0});
    } catch (const Error& error) {
      if (error.code() != ErrorCode::damaged) throw;
      for (const std::uint32_t position : positions) damaged(position, error.what());
    }
  }

  std::atomic<std::uint64_t> frames{0}, objects{0}, stored{0}, raw{0};

 private:
  static std::string frame_text(std::uint32_t frame) { return "frame " + std::to_string(frame); }

  void count(const FrameInfo& info) {
    frames.fetch_add(1, std::memory_order_relaxed);
    stored.fetch_add(info.stored_size, std::memory_order_relaxed);
    raw.fetch_add(info.raw_size, std::memory_order_relaxed);
    if (run_.options.progress) run_.options.progress->advance(0, info.stored_size);
  }

  bool checksum_fits(std::uint32_t frame) const {
    try {
      pack_.verify_frame(frame);
      return true;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::damaged) throw;
      return false;
    }
  }

  /// The base's bytes; they stay where they are until another one is asked for.
  const RecentBase& base_of(const Id& id, RecentBase& recent) const {
    if (recent.map != nullptr && recent.id == id) return recent;
    const auto found = packs_.locate_plain(id);
    if (!found || packs_.packs()[found->pack].reader->frame(found->location.frame).base) {
      run_.add_object(DamageKind::missing, "", id, std::nullopt, "is missing, and is the base of a frame");
      throw Error(ErrorCode::damaged, "its base '" + id.hex() + "' has no plain copy");
    }
    recent.map = nullptr;
    recent.bytes = packs_.read_at(*found, id);
    recent.id = id;
    recent.map = &packs_.packs()[found->pack].reader->map();
    return recent;
  }

  Blob decode(std::uint32_t frame, const FrameInfo& info, RecentBase& recent) const {
    if (!info.base) return pack_.decode(frame, {});
    const RecentBase& base = base_of(*info.base, recent);
    return pack_.decode(frame, base.bytes.bytes, base.map);
  }

  /// True if all are what they must be.
  bool check_objects(std::uint32_t frame, const FrameInfo& info, std::span<const std::uint32_t> positions,
                     RecentBase& recent) {
    const Blob whole = decode(frame, info, recent);
    bool sound = true;
    for (const std::uint32_t position : positions) sound = check_object(position, whole) && sound;
    objects.fetch_add(positions.size(), std::memory_order_relaxed);
    return sound;
  }

  bool check_object(std::uint32_t position, const Blob& whole) {
    const Location at = pack_.location_at(position);
    const Id id = pack_.id_at(position);
    if (at.offset > whole.bytes.size() || at.size > whole.bytes.size() - at.offset) {
      run_.mark_unsound(pack_.name());
      damaged(position, "it lies outside its frame");
      return false;
    }
    const Blob object{whole.bytes.subspan(at.offset, at.size), whole.owner};
    Id hash;
    os::guarded(pack_.map(), [&] { hash = hash_object(at.type, object.bytes); });
    if (hash != id) {
      run_.mark_unsound(pack_.name());
      damaged(position, "its bytes do not hash to its id");
      return false;
    }
    objects_.check(file_, id, at.type, object);
    return true;
  }

  void damaged(std::uint32_t position, const std::string& why) {
    run_.add_object(DamageKind::object, file_, pack_.id_at(position), pack_.location_at(position).type, why);
  }

  FsckRun& run_;
  const PackSet& packs_;
  const PackReader& pack_;
  const std::string file_;
  ObjectCheck& objects_;
};

/// Whether a frame belongs to the sample.
bool is_chosen(const FsckRun& run, std::uint64_t seed, std::uint32_t frame) {
  if (run.options.sample >= 1.0) return true;
  std::uint64_t x = seed ^ (std::uint64_t{frame} * 0x9e3779b97f4a7c15ull);
  x = (x ^ (x >> 31)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 29)) * 0x94d049bb133111ebull;
  return static_cast<double>((x ^ (x >> 32)) >> 11) * 0x1p-53 < run.options.sample;
}

class PackPass {
 public:
  PackPass(FsckRun& run, const PackInSet& pack, ObjectCheck& objects, tbb::task_arena& arena)
      : run_(run), pack_(pack), arena_(arena), check_(run, pack, objects) {
    std::array<std::uint8_t, 8> random;
    run.fs.random(random);
    for (const std::uint8_t byte : random) seed_ = seed_ << 8 | byte;
  }

  /// Leaves out the first `done` frames; returns how many are done when it ends, all or until time is up.
  std::uint64_t go(std::uint64_t done) {
    FramePlan plan(pack_, [this](std::uint64_t i) {
      run_.add_object(DamageKind::object, file_of(pack_.reader->name()), pack_.reader->id_at(i), std::nullopt,
                      "its entry in the index makes no sense");
      run_.mark_unsound(pack_.reader->name());
    });
    std::uint64_t reached = 0;
    for (FrameRun frames; plan.next(frames); reached += frames.order.size()) {
      for (std::size_t at = 0; at < frames.order.size(); at += lot_size) {
        const std::size_t end = std::min(at + lot_size, frames.order.size());
        if (reached + end <= done) continue;
        if (run_.time_is_up()) return finish(reached + at);
        run_.check_cancelled();
        check_lot(frames, at, end);
      }
    }
    return finish(reached);
  }

 private:
  void check_lot(const FrameRun& frames, std::size_t begin, std::size_t end) {
    arena_.execute([&] {
      tbb::parallel_for(tbb::blocked_range<std::size_t>(begin, end, 16), [&](const auto& range) {
        RecentBase recent;
        for (std::size_t i = range.begin(); i < range.end(); ++i) {
          const std::uint32_t frame = frames.order[i];
          if (is_chosen(run_, seed_, frame)) check_.check(frame, frames.objects(frame), recent);
        }
      });
    });
  }

  std::uint64_t finish(std::uint64_t done) {
    run_.report.frames += check_.frames;
    run_.report.objects += check_.objects;
    run_.report.bytes_stored += check_.stored;
    run_.report.bytes_raw += check_.raw;
    return done;
  }

  FsckRun& run_;
  const PackInSet& pack_;
  tbb::task_arena& arena_;
  FrameCheck check_;
  std::uint64_t seed_ = 0;
};

std::uint64_t total_size(const PackSet& packs) {
  std::uint64_t total = 0;
  for (const PackInSet& pack : packs.packs()) total += pack.reader->summary().file_size;
  return total;
}

}  // namespace

void fsck_frames(FsckRun& run) {
  if (run.options.progress) run.options.progress->phase("checking objects", 0, total_size(*run.packs));
  tbb::task_arena arena(run.options.threads == 0 ? tbb::task_arena::automatic
                                                 : static_cast<int>(run.options.threads));
  ObjectCheck objects(run);
  Done done = decode_done(run.options.resume);
  Done now;
  for (const PackInSet& pack : run.packs->packs()) {
    const PackName name = pack.reader->name();
    const std::uint64_t before = done.contains(name) ? done[name] : 0;
    now[name] = run.time_is_up() ? before : PackPass(run, pack, objects, arena).go(before);
    if (now[name] < pack.reader->frame_count()) run.report.complete = false;
  }
  if (!run.report.complete) run.report.resume = encode(now);
  if (run.options.sample < 1.0) run.report.complete = false;
}

}  // namespace vstore
