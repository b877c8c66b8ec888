// 1. An object is known by its hash. A claim of the index counts if the hash agrees with what is left of the
// id there;
//    without a claim, bytes count that are a sound object of their type, or chunks that somebody wants.
// 2. Plain frames are identified before based ones, whose bases may be among them.
#include "store/salvaged_pack.h"

#include <algorithm>
#include <cstring>

#include "pack/format.h"
#include "store/object_length.h"
#include "vstore/error.h"

namespace vstore {
std::unique_ptr<SalvagedPack> SalvagedPack::open(os::Fs& fs, const std::string& path, ReadBase read_base) {
  auto file = fs.open_read(path);
  if (!file) return nullptr;
  std::unique_ptr<SalvagedPack> pack(new SalvagedPack(std::move(file), std::move(read_base)));
  pack->identify_all();
  return pack;
}

SalvagedPack::SalvagedPack(std::unique_ptr<os::File> file, ReadBase read_base)
    : file_(std::move(file)), read_base_(std::move(read_base)), layout_(salvage_layout(*file_)) {}

// -------------------------------------------------------------------------------------- identify --

void SalvagedPack::identify_all() {
  for (const bool based : {false, true}) {
    std::size_t claim = 0;
    for (std::uint32_t frame = 0; frame < layout_.frames.size(); ++frame) {
      while (claim < layout_.claims.size() && layout_.claims[claim].at.frame < frame) ++claim;
      if (layout_.frames[frame].base.has_value() == based) identify(frame, claim);
    }
  }
}

void SalvagedPack::add(const Id& id, const Place& place) {
  const auto [known, fresh] = objects_.try_emplace(id, place);
  if (!fresh && layout_.frames[known->second.frame].base && !layout_.frames[place.frame].base)
    known->second = place;
}

void SalvagedPack::identify(std::uint32_t frame, std::size_t& claim) {
  const auto whole = decode(frame);
  if (!whole) return;
  std::uint32_t covered = 0;
  for (; claim < layout_.claims.size() && layout_.claims[claim].at.frame == frame; ++claim) {
    const SalvageClaim& c = layout_.claims[claim];
    if (c.at.offset > whole->bytes.size() || c.at.size > whole->bytes.size() - c.at.offset) continue;
    const Id id = hash_object(c.at.type, whole->bytes.subspan(c.at.offset, c.at.size));
    const bool fits = id.prefix64() == c.prefix || std::memcmp(id.bytes.data() + 8, c.suffix.data(), 24) == 0;
    if (!fits) continue;
    add(id, {frame, c.at.offset, c.at.size, c.at.type});
    if (c.at.offset > covered) identify_gap(frame, *whole, covered, c.at.offset);
    covered = std::max(covered, c.at.offset + c.at.size);
  }
  const auto end = static_cast<std::uint32_t>(whole->bytes.size());
  if (covered < end) identify_gap(frame, *whole, covered, end);
}

/// One chunk, or one metadata object after the other. The frame's class may be damaged too, so both are
/// tried.
void SalvagedPack::identify_gap(std::uint32_t frame, const Blob& whole, std::uint32_t begin,
                                std::uint32_t end) {
  const ByteView bytes = whole.bytes.subspan(begin, end - begin);
  add(hash_object(ObjectType::chunk, bytes), {frame, begin, end - begin, ObjectType::chunk});
  gaps_.push_back({frame, begin, end});
  for (std::uint32_t at = 0; at < bytes.size();) {
    const auto found = object_at(bytes.subspan(at));
    if (!found) return;
    const auto size = static_cast<std::uint32_t>(found->size);
    add(hash_object(found->type, bytes.subspan(at, size)), {frame, begin + at, size, found->type});
    at += size;
  }
}

std::size_t SalvagedPack::find_chunks(const std::function<bool(const Id&)>& is_wanted,
                                      const std::vector<std::uint32_t>& sizes) {
  std::size_t found = 0;
  for (const Gap& gap : gaps_) {
    const auto whole = decode(gap.frame);
    if (!whole) continue;
    for (std::uint32_t at = gap.begin; at < gap.end;) {
      const auto fits = std::ranges::find_if(sizes, [&](std::uint32_t size) {
        if (size > gap.end - at) return false;
        const Id id = hash_object(ObjectType::chunk, whole->bytes.subspan(at, size));
        if (!is_wanted(id)) return false;
        found += !objects_.contains(id);
        add(id, {gap.frame, at, size, ObjectType::chunk});
        return true;
      });
      if (fits == sizes.end()) break;
      at += *fits;
    }
  }
  return found;
}

// ------------------------------------------------------------------------------------------ read --

std::optional<Bytes> SalvagedPack::stored(std::uint32_t frame) const {
  const FrameInfo& info = layout_.frames[frame];
  Bytes bytes(info.stored_size);
  try {
    bytes.resize(file_->pread_some(info.offset, bytes));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::io) throw;
    return std::nullopt;  // the disk does not give it
  }
  return bytes.size() == info.stored_size ? std::optional(std::move(bytes)) : std::nullopt;
}

std::optional<Blob> SalvagedPack::decode(std::uint32_t frame) {
  if (frame == recent_frame_) return recent_;
  const FrameInfo& info = layout_.frames[frame];
  Blob base;
  if (info.base) {
    auto bytes = read_plain(*info.base);
    if (!bytes) bytes = read_base_(*info.base);
    if (!bytes) return std::nullopt;
    base = std::move(*bytes);
  }
  const auto bytes = stored(frame);
  if (!bytes) return std::nullopt;
  auto raw = std::make_shared<Bytes>(info.raw_size);
  try {
    decode_frame(info.codec, *bytes, base.bytes, *raw);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    return std::nullopt;
  }
  recent_ = {*raw, raw};
  recent_frame_ = frame;
  return recent_;
}

std::optional<Blob> SalvagedPack::slice(const Place& place) {
  const auto whole = decode(place.frame);
  if (!whole) return std::nullopt;
  return Blob{whole->bytes.subspan(place.offset, place.size), whole->owner};
}

std::optional<ObjectInfo> SalvagedPack::find(const Id& id) const {
  const auto found = objects_.find(id);
  if (found == objects_.end()) return std::nullopt;
  return ObjectInfo{found->second.type, found->second.size};
}

std::optional<Blob> SalvagedPack::read(const Id& id) {
  const auto found = objects_.find(id);
  return found == objects_.end() ? std::nullopt : slice(found->second);
}

std::optional<Blob> SalvagedPack::read_plain(const Id& id) {
  const auto found = objects_.find(id);
  if (found == objects_.end() || layout_.frames[found->second.frame].base) return std::nullopt;
  return slice(found->second);
}

// ------------------------------------------------------------------------------------------ copy --

void SalvagedPack::copy_frames(const std::function<bool(const Id&)>& is_wanted,
                               const std::function<void(EncodedFrame&&)>& visit) {
  std::unordered_map<std::uint32_t, std::vector<FrameObject>> wanted;
  for (const auto& [id, place] : objects_) {
    if (is_wanted(id)) wanted[place.frame].push_back({id, place.type, place.offset, place.size});
  }
  std::vector<std::uint32_t> order;
  for (const auto& [frame, objects] : wanted) order.push_back(frame);
  std::ranges::sort(order, {}, [&](std::uint32_t frame) {
    return std::pair(layout_.frames[frame].base.has_value(), frame);
  });
  for (const std::uint32_t frame : order) {
    const FrameInfo& info = layout_.frames[frame];
    auto bytes = stored(frame);
    if (!bytes) continue;
    std::vector<FrameObject>& objects = wanted[frame];
    std::ranges::sort(objects, {}, &FrameObject::offset);
    const FrameClass frame_class = frame_class_of(objects.front().type);  // the table's may be damaged
    visit({info.codec, frame_class, info.raw_size, info.base, std::move(*bytes), std::move(objects)});
  }
}

}  // namespace vstore
