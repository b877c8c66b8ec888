#include "store/new_objects.h"

#include <algorithm>

#include "base/check.h"
#include "store/empty_tree.h"
#include "vstore/error.h"

namespace vstore {
namespace {

// Below this a frame of its own (its table entry, its base's id) costs more than a delta saves.
constexpr std::size_t based_size_min = 256;

void check_size(ByteView bytes) {
  if (bytes.size() <= frame_raw_max) return;
  throw Error(ErrorCode::usage, "an object of " + std::to_string(bytes.size()) +
                                    " bytes is larger than the limit of " + std::to_string(frame_raw_max));
}

FrameObject whole(const Id& id, ObjectType type, ByteView bytes) {
  return {id, type, 0, static_cast<std::uint32_t>(bytes.size())};
}

}  // namespace

NewObjects::NewObjects(os::Fs& fs, const StorePaths& paths, std::shared_ptr<const PackSet> base,
                       std::shared_ptr<FrameCache> cache)
    : fs_(fs), paths_(paths), cache_(std::move(cache)), readable_(base), visible_(std::move(base)) {}

// ----------------------------------------------------------------------------------------- write --

bool NewObjects::claim(const Id& id) { return !visible_->locate(id) && claims_.insert(id); }

void NewObjects::append(EncodedFrame&& frame) {
  PackWriter* writer = nullptr;
  {
    std::lock_guard lock(mutex_);
    writer = &record(frame);
  }
  writer->append(std::move(frame));
}

void NewObjects::append_locked(EncodedFrame&& frame) {
  PackWriter& writer = record(frame);
  writer.append(std::move(frame));
}

/// Notes what the frame names; returns the writer it belongs to.
PackWriter& NewObjects::record(const EncodedFrame& frame) {
  if (frame.base) bases_.push_back(*frame.base);
  for (const FrameObject& object : frame.objects) {
    if (object.type != ObjectType::chunk) naming_.push_back({object.id, object.type});
  }
  return open_writer();
}

PackWriter& NewObjects::open_writer() {
  if (!pack_) pack_ = std::make_unique<PrivatePack>(fs_, paths_);
  return pack_->writer;
}

Id NewObjects::put(ObjectType type, ByteView bytes, const Id* displaced) {
  check_size(bytes);
  const Id id = hash_object(type, bytes);
  std::lock_guard lock(mutex_);  // also so that whoever is told "there already" can read it
  if (!claim(id)) return id;
  if (displaced && bytes.size() >= based_size_min && append_based(type, id, bytes, *displaced)) return id;
  append_plain(type, id, bytes);
  return id;
}

void NewObjects::put_plain(ObjectType type, const Id& id, ByteView bytes) {
  std::lock_guard lock(mutex_);
  claims_.insert(id);
  append_plain(type, id, bytes);
}

bool NewObjects::append_based(ObjectType type, const Id& id, ByteView bytes, const Id& displaced) {
  const auto base = plain_base_for(displaced, type);
  if (!base) return false;
  auto frame = encoder_.encode_based(bytes, frame_class_of(type), {whole(id, type, bytes)}, base->first,
                                     base->second.bytes);
  if (!frame) return false;
  append_locked(std::move(*frame));
  return true;
}

void NewObjects::append_plain(ObjectType type, const Id& id, ByteView bytes) {
  if (bytes.size() >= frame_solo_min) {
    return append_locked(encoder_.encode(bytes, frame_class_of(type), {whole(id, type, bytes)}));
  }
  OpenFrame& frame = open_frame(frame_class_of(type));
  if (frame.raw.size() + bytes.size() > frame_raw_target) flush_frame(frame_class_of(type));
  frame.objects.push_back(
      {id, type, static_cast<std::uint32_t>(frame.raw.size()), static_cast<std::uint32_t>(bytes.size())});
  frame.raw.insert(frame.raw.end(), bytes.begin(), bytes.end());
}

void NewObjects::flush_frame(FrameClass frame_class) {
  OpenFrame& frame = open_frame(frame_class);
  if (frame.objects.empty()) return;
  append_locked(encoder_.encode(frame.raw, frame_class, std::move(frame.objects)));
  frame.objects.clear();
  frame.raw.clear();
}

std::optional<std::pair<Id, Blob>> NewObjects::plain_base_for(const Id& displaced, ObjectType type) const {
  const auto plain_of = [&](const Id& id) -> std::optional<std::pair<Id, Blob>> {
    const auto found = visible_->locate_plain(id);
    if (!found || found->location.type != type || found->location.size == 0) return std::nullopt;
    return std::pair(id, visible_->read_at(*found, id));
  };
  try {
    if (auto itself = plain_of(displaced)) return itself;
    const auto base = visible_->base_of(displaced);
    return base ? plain_of(*base) : std::nullopt;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    return std::nullopt;  // a base is only a hint: damage is for fsck to report
  }
}

// ------------------------------------------------------------------------------------------ read --

const FrameObject* NewObjects::find_open(const Id& id, const OpenFrame** frame) const {
  for (const OpenFrame& open : open_) {
    const auto found = std::ranges::find(open.objects, id, &FrameObject::id);
    if (found == open.objects.end()) continue;
    *frame = &open;
    return &*found;
  }
  return nullptr;
}

std::optional<ObjectInfo> NewObjects::find(const Id& id) const {
  if (claims_.contains(id)) {
    std::lock_guard lock(mutex_);
    const OpenFrame* frame = nullptr;
    if (const FrameObject* object = find_open(id, &frame)) return ObjectInfo{object->type, object->size};
    if (pack_) {
      if (const auto located = pack_->writer.locate(id)) return ObjectInfo{located->type, located->size};
    }
  }
  if (is_empty_tree(id)) return ObjectInfo{ObjectType::tree, empty_tree_bytes().size()};
  if (auto found = readable_->find(id)) return found;
  return visible_->find(id);
}

Blob NewObjects::read(const Id& id, ObjectType type) const {
  if (claims_.contains(id)) {
    std::unique_lock lock(mutex_);
    const OpenFrame* frame = nullptr;
    if (const FrameObject* object = find_open(id, &frame); object && object->type == type) {
      return Blob::copy_of(ByteView(frame->raw).subspan(object->offset, object->size));
    }
    const PrivatePack* pack = pack_.get();
    lock.unlock();
    if (pack) {
      const auto read_base = [this](const Id& base, ObjectType t) { return read_packed(base, t); };
      if (auto blob = pack->writer.read_back(id, type, read_base)) return std::move(*blob);
    }
  }
  return read_packed(id, type);
}

Blob NewObjects::read_packed(const Id& id, ObjectType type) const {
  if (type == ObjectType::tree && is_empty_tree(id)) return {empty_tree_bytes(), nullptr};
  return readable_->locate(id) ? readable_->read(id, type) : visible_->read(id, type);
}

// ---------------------------------------------------------------------------------------- finish --

void NewObjects::flush() {
  std::lock_guard lock(mutex_);
  flush_frame(FrameClass::data);
  flush_frame(FrameClass::meta);
}

void NewObjects::finish_bulk() {
  flush();
  if (!pack_ || pack_->writer.bytes_written() < bulk_size_min) return;
  pack_->summary = pack_->writer.finish({});
  auto reader = PackReader::open(fs_, paths_.tmp_pack(pack_->name));
  VSTORE_CHECK(reader != nullptr);
  std::vector<PackInSet> packs = readable_->packs();
  packs.push_back({std::move(reader), nullptr});
  readable_ = std::make_shared<const PackSet>(std::move(packs), cache_);
  bulk_.push_back(std::move(pack_));
}

std::optional<std::vector<EncodedFrame>> NewObjects::buffered_frames() const {
  std::lock_guard lock(mutex_);
  if (!bulk_.empty()) return std::nullopt;
  return pack_ ? pack_->writer.buffered_frames() : std::vector<EncodedFrame>();
}

void NewObjects::adopt(std::vector<EncodedFrame>&& frames) {
  for (EncodedFrame& frame : frames) {
    for (const FrameObject& object : frame.objects) claims_.insert(object.id);
    append(std::move(frame));
  }
}

PrivatePack& NewObjects::final_pack() {
  std::lock_guard lock(mutex_);
  open_writer();
  return *pack_;
}

std::vector<NewObjects::Named> NewObjects::naming_objects() const {
  std::lock_guard lock(mutex_);
  return naming_;
}

std::vector<Id> NewObjects::bases() const {
  std::lock_guard lock(mutex_);
  std::vector<Id> unique = bases_;
  std::ranges::sort(unique);
  unique.erase(std::unique(unique.begin(), unique.end()), unique.end());
  return unique;
}

}  // namespace vstore
