// Writing a pack.
//
// 1. The file is created exclusively and locked before anything is written; it is unlinked unless it was
//    finished and moved.
// 2. `mutex` orders appends; compression and checksums happen outside it.
// 3. Nothing is renamed before finish() has read back what it wrote and synced it.
#include "pack/pack_writer.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/check.h"
#include "base/coding.h"
#include "pack/format.h"
#include "pack/index_writer.h"
#include "pack/pack_output.h"
#include "pack/pending_index.h"
#include "vstore/error.h"

namespace vstore {
namespace {

using pack_format::FrameEntry;

constexpr std::uint64_t read_back_frames_max = 4ull << 20;

/// A raw frame that is one chunk has the same bytes hashed already: the checksum is the beginning of the
/// chunk's id.
std::uint64_t checksum_of(const EncodedFrame& frame) {
  const bool is_chunk = frame.codec == Codec::raw && frame.objects.size() == 1 &&
                        frame.objects.front().type == ObjectType::chunk &&
                        frame.objects.front().size == frame.raw_size;
  return is_chunk ? load_u64(frame.objects.front().id.bytes.data())
                  : pack_format::frame_checksum(frame.stored);
}

}  // namespace

std::unique_ptr<os::File> create_locked(os::Fs& fs, const std::string& path) {
  std::unique_ptr<os::File> file = fs.create(path);
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (!fs.try_lock_file(*file)) {  // whoever removes it holds it while doing so
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    } else if (fs.stat(path)) {
      return file;
    } else {
      file = fs.create(path);
    }
  }
  throw Error(ErrorCode::lost_race, "cannot keep the temporary file '" + path + "': others remove it",
              "run the command again when the collector has finished");
}

struct PackWriter::State {
  State(os::Fs& the_fs, std::string the_path, const PackName& the_name)
      : fs(the_fs), path(std::move(the_path)), name(the_name), output(create_locked(fs, path)) {}

  std::uint32_t add_frame(Codec codec, FrameClass frame_class, std::uint32_t raw_size,
                          const std::optional<Id>& base, ByteView stored, std::uint64_t checksum);
  std::uint32_t base_number(const std::optional<Id>& base);
  std::unique_ptr<SortedObjects> all_objects();
  Id write_table();
  void check_written(const pack_format::Footer& footer, ByteView footer_bytes) const;
  void check_frames() const;

  Blob read_frame(std::uint32_t frame, std::unique_lock<std::mutex>& lock, const ReadBase& read_base,
                  ObjectType type);
  Blob base_bytes(const Id& base, ObjectType type, std::unique_lock<std::mutex>& lock,
                  const ReadBase& read_base);

  os::Fs& fs;
  std::string path;
  PackName name;

  mutable std::mutex mutex;  // guards everything below
  PackOutput output;
  PendingIndex pending;
  std::vector<std::unique_ptr<SortedObjects>> copied;
  std::vector<FrameEntry> frames;
  std::vector<Id> bases;
  std::unordered_map<Id, std::uint32_t> base_numbers;
  std::uint32_t recent_frame = 0xffffffff;  ///< the frame read back last, and its bytes
  Blob recent;
  bool finished = false;
  bool moved = false;
};

PackWriter::PackWriter(os::Fs& fs, const std::string& directory, const PackName& name)
    : state_(std::make_unique<State>(fs, directory + "/" + name.hex() + ".pack", name)) {
  std::uint8_t header[pack_format::header_size];
  pack_format::encode_header(name, header);
  state_->output.write(header);
}

PackWriter::~PackWriter() {
  if (!state_ || state_->moved) return;
  try {
    state_->fs.unlink(state_->path);
  } catch (const Error&) {  // an inert leftover: the next collector removes it
  }
}

// ---------------------------------------------------------------------------------------- append --

void PackWriter::append(EncodedFrame&& frame) {
  const std::uint64_t checksum = checksum_of(frame);
  for (const FrameObject& o : frame.objects)
    VSTORE_CHECK(o.offset <= frame.raw_size && o.size <= frame.raw_size - o.offset);
  std::lock_guard lock(state_->mutex);
  const std::uint32_t number =
      state_->add_frame(frame.codec, frame.frame_class, frame.raw_size, frame.base, frame.stored, checksum);
  for (const FrameObject& o : frame.objects)
    state_->pending.add({o.id, number, o.offset, o.size, o.type, frame.base.has_value()});
}

std::uint32_t PackWriter::append_copied(Codec codec, FrameClass frame_class, std::uint32_t raw_size,
                                        const std::optional<Id>& base, ByteView stored) {
  const std::uint64_t checksum = pack_format::frame_checksum(stored);
  std::lock_guard lock(state_->mutex);
  return state_->add_frame(codec, frame_class, raw_size, base, stored, checksum);
}

void PackWriter::add_sorted(std::unique_ptr<SortedObjects> objects) {
  std::lock_guard lock(state_->mutex);
  state_->copied.push_back(std::move(objects));
}

std::uint32_t PackWriter::State::add_frame(Codec codec, FrameClass frame_class, std::uint32_t raw_size,
                                           const std::optional<Id>& base, ByteView stored,
                                           std::uint64_t checksum) {
  VSTORE_CHECK(!finished && raw_size <= frame_raw_max && frames.size() < 0xffffffffu);
  FrameEntry entry;
  entry.offset = output.size();
  entry.stored_size = static_cast<std::uint32_t>(stored.size());
  entry.raw_size = raw_size;
  entry.checksum = checksum;
  entry.codec = codec;
  entry.frame_class = frame_class;
  entry.base = base_number(base);
  output.write(stored);
  frames.push_back(entry);
  return static_cast<std::uint32_t>(frames.size() - 1);
}

std::uint32_t PackWriter::State::base_number(const std::optional<Id>& base) {
  if (!base) return 0;
  const auto [found, fresh] = base_numbers.try_emplace(*base, static_cast<std::uint32_t>(bases.size() + 1));
  if (fresh) bases.push_back(*base);
  return found->second;
}

std::uint64_t PackWriter::bytes_written() const {
  std::lock_guard lock(state_->mutex);
  return state_->output.size();
}

std::uint64_t PackWriter::object_count() const {
  std::lock_guard lock(state_->mutex);
  return state_->pending.count();
}

// ------------------------------------------------------------------------------------- read back --

std::optional<PackWriter::Located> PackWriter::locate(const Id& id) const {
  std::lock_guard lock(state_->mutex);
  const std::optional<IndexedObject> found = state_->pending.find(id);
  if (!found) return std::nullopt;
  const std::uint32_t base = state_->frames[found->frame].base;
  return Located{found->type, found->size,
                 base == 0 ? std::nullopt : std::optional<Id>(state_->bases[base - 1])};
}

std::optional<Blob> PackWriter::read_back(const Id& id, ObjectType type, const ReadBase& read_base) const {
  std::unique_lock lock(state_->mutex);
  const std::optional<IndexedObject> found = state_->pending.find(id);
  if (!found) return std::nullopt;
  if (found->type != type)
    pack_format::fail_damaged(state_->path, "object '" + id.hex() + "' has another type");
  Blob frame = state_->read_frame(found->frame, lock, read_base, type);
  Blob object{frame.bytes.subspan(found->offset, found->size), std::move(frame.owner)};
  if (hash_object(type, object.bytes) != id)
    pack_format::fail_damaged(state_->path, "object '" + id.hex() + "' does not hash to its id");
  return object;
}

/// Takes what it needs under the lock, reads and decodes without it.
Blob PackWriter::State::read_frame(std::uint32_t number, std::unique_lock<std::mutex>& lock,
                                   const ReadBase& read_base, ObjectType type) {
  if (number == recent_frame) {
    Blob hit = recent;
    lock.unlock();
    return hit;
  }
  const FrameEntry entry = frames[number];
  const std::optional<Id> base = entry.base == 0 ? std::nullopt : std::optional<Id>(bases[entry.base - 1]);
  Bytes stored(entry.stored_size);
  const bool flushed = entry.offset < output.flushed();
  if (!flushed && !stored.empty())
    std::memcpy(stored.data(), output.buffered(entry.offset, stored.size()).data(), stored.size());
  Blob base_blob;
  if (base) base_blob = base_bytes(*base, type, lock, read_base);
  if (lock.owns_lock()) lock.unlock();
  if (flushed) output.read_flushed(entry.offset, stored);
  auto raw = std::make_shared<Bytes>(entry.raw_size);
  decode_frame(entry.codec, stored, base_blob.bytes, *raw);
  Blob blob{*raw, std::move(raw)};
  lock.lock();
  recent_frame = number;
  recent = blob;
  lock.unlock();
  return blob;
}

/// From this pack if it is plain here, else from the caller.
Blob PackWriter::State::base_bytes(const Id& base, ObjectType type, std::unique_lock<std::mutex>& lock,
                                   const ReadBase& read_base) {
  const std::optional<IndexedObject> own = pending.find(base);
  if (own && !own->based) {
    Blob frame = read_frame(own->frame, lock, {}, type);
    return {frame.bytes.subspan(own->offset, own->size), std::move(frame.owner)};
  }
  lock.unlock();
  if (!read_base) pack_format::fail_damaged(path, "the base '" + base.hex() + "' cannot be read");
  return read_base(base, type);
}

std::optional<std::vector<EncodedFrame>> PackWriter::buffered_frames() const {
  std::lock_guard lock(state_->mutex);
  const State& s = *state_;
  if (s.output.flushed() > 0 || !s.copied.empty()) return std::nullopt;
  std::vector<EncodedFrame> out;
  for (const FrameEntry& entry : s.frames) {
    const ByteView stored = s.output.buffered(entry.offset, entry.stored_size);
    const auto base = entry.base == 0 ? std::nullopt : std::optional<Id>(s.bases[entry.base - 1]);
    out.push_back(
        {entry.codec, entry.frame_class, entry.raw_size, base, Bytes(stored.begin(), stored.end()), {}});
  }
  for (std::size_t i = 0; i < s.pending.count(); ++i) {
    const IndexedObject object = s.pending.added(i);
    out[object.frame].objects.push_back({object.id, object.type, object.offset, object.size});
  }
  return out;
}

// ---------------------------------------------------------------------------------------- finish --

PackSummary PackWriter::finish(ByteView root_blob) {
  std::lock_guard lock(state_->mutex);
  State& s = *state_;
  VSTORE_CHECK(!s.finished && root_blob.size() <= 0xffffffffu);
  s.finished = true;
  s.recent = {};
  pack_format::Footer footer;
  footer.name = s.name;
  footer.frames_size = s.output.size() - pack_format::header_size;
  footer.frame_count = static_cast<std::uint32_t>(s.frames.size());
  footer.base_count = static_cast<std::uint32_t>(s.bases.size());
  footer.table_hash = s.write_table();
  const IndexWritten index = write_index(*s.all_objects(), s.output);
  footer.object_count = index.object_count;
  footer.fanout_bits = index.fanout_bits;
  footer.index_hash = index.hash;
  footer.root_size = static_cast<std::uint32_t>(root_blob.size());
  footer.root_hash = hash_object(ObjectType::chunk, root_blob);
  s.output.write(root_blob);
  footer.file_size = s.output.size() + pack_format::footer_size;
  std::uint8_t bytes[pack_format::footer_size];
  pack_format::encode_footer(footer, bytes);
  s.output.write(bytes);
  s.output.close_tail();
  s.check_written(footer, bytes);
  s.output.datasync();
  return {s.name, footer.file_size, footer.object_count, hash_object(ObjectType::chunk, bytes)};
}

std::unique_ptr<SortedObjects> PackWriter::State::all_objects() {
  std::vector<std::unique_ptr<SortedObjects>> inputs = std::move(copied);
  inputs.push_back(pending.sorted());
  return std::make_unique<MergedObjects>(std::move(inputs));
}

Id PackWriter::State::write_table() {
  SectionWriter section(output);
  for (const FrameEntry& entry : frames)
    pack_format::encode_frame_entry(entry, section.extend(pack_format::frame_entry_size));
  for (const Id& base : bases) std::memcpy(section.extend(32), base.bytes.data(), 32);
  return section.finish();
}

void PackWriter::State::check_written(const pack_format::Footer& f, ByteView footer_bytes) const {
  const auto demand = [this](bool good, const char* what) {
    if (!good) pack_format::fail_damaged(path, std::string(what) + " reads back otherwise than written");
  };
  std::uint8_t header[pack_format::header_size];
  std::uint8_t footer[pack_format::footer_size];
  output.read_flushed(0, header);
  output.read_flushed(f.file_size - pack_format::footer_size, footer);
  pack_format::check_header(header, name, path);
  demand(std::equal(footer_bytes.begin(), footer_bytes.end(), footer), "the footer");
  demand(output.hash_flushed(f.table_offset(), f.table_size()) == f.table_hash, "the frame table");
  demand(output.hash_flushed(f.index_offset(), f.index_size()) == f.index_hash, "the index");
  demand(output.hash_flushed(f.root_offset(), f.root_size) == f.root_hash, "the root");
  check_frames();
}

/// All frames of a small pack; of a large one every n-th, so that a commit does not read its data twice.
void PackWriter::State::check_frames() const {
  const std::uint64_t total = output.size();
  const std::size_t stride = static_cast<std::size_t>(1 + total / read_back_frames_max);
  Bytes stored;
  for (std::size_t i = 0; i < frames.size(); i += stride) {
    stored.resize(frames[i].stored_size);
    output.read_flushed(frames[i].offset, stored);
    if (pack_format::frame_checksum(stored) != frames[i].checksum)
      pack_format::fail_damaged(path, "frame " + std::to_string(i) + " reads back otherwise than written");
  }
}

void PackWriter::move_into(const std::string& directory) {
  std::lock_guard lock(state_->mutex);
  VSTORE_CHECK(state_->finished && !state_->moved);
  const std::string target = directory + "/" + state_->name.hex() + ".pack";
  state_->fs.rename_noreplace(state_->path, target);
  state_->path = target;
  state_->moved = true;
}

}  // namespace vstore
