// Look-up and reading over many packs.
//
// 1. A dead entry is absent to every look-up (protocol.md rule 17).
// 2. Whatever read() returns hashed to the id it was asked for; index, frame table and base are only hints
//    that this check makes safe. It is not repeated while the very bytes that were hashed stay in the cache;
//    bytes read in place, on the map, are hashed each time.
// 3. A base resolves to a plain copy only, so a read decodes at most two frames (protocol.md rule 11).
// 4. If one copy is damaged, the others are tried before the error is thrown.
#include "pack/pack_set.h"

#include <algorithm>
#include <exception>

#include "os/mapped.h"
#include "pack/format.h"
#include "vstore/error.h"

namespace vstore {
namespace {

/// Hashing fewer bytes than this is no dearer than remembering that it was done.
constexpr std::uint32_t verified_size_min = 1024;

bool is_dead(const PackInSet& pack, std::uint64_t position) {
  return pack.dead && position / 8 < pack.dead->size() &&
         ((*pack.dead)[static_cast<std::size_t>(position / 8)] >> (position % 8) & 1) != 0;
}

/// Calls visit(Location, position) for each live copy of `id` in one pack, the plain one first, until it
/// returns true.
template <class Visit>
bool each_copy_in(const PackInSet& pack, const Id& id, Visit&& visit) {
  const std::optional<std::uint64_t> first = pack.reader->find_position(id);
  if (!first) return false;
  for (std::uint64_t i = *first; i < pack.reader->object_count() && i < *first + 2; ++i) {
    if (i != *first && pack.reader->id_at(i) != id) return false;
    if (!is_dead(pack, i) && visit(pack.reader->location_at(i), i)) return true;
  }
  return false;
}

/// The same over all packs: visit(Found).
template <class Visit>
bool each_copy(const std::vector<PackInSet>& packs, const Id& id, Visit&& visit) {
  for (std::uint32_t p = 0; p < packs.size(); ++p) {
    const auto visit_copy = [&](const Location& at, std::uint64_t i) {
      return visit(PackSet::Found{p, at, i});
    };
    if (each_copy_in(packs[p], id, visit_copy)) return true;
  }
  return false;
}

void check_inside(const PackReader& pack, const Location& at, std::size_t frame_size) {
  if (at.offset > frame_size || at.size > frame_size - at.offset)
    pack_format::fail_damaged(pack.path(), "an object lies outside its frame");
}

Blob copy_of_mapped(const os::MappedFile& map, ByteView bytes) {
  std::shared_ptr<std::uint8_t[]> copy = std::make_shared_for_overwrite<std::uint8_t[]>(bytes.size());
  std::uint8_t* const out = copy.get();
  os::guarded(map, [&] { std::copy(bytes.begin(), bytes.end(), out); });
  return {ByteView(out, bytes.size()), std::move(copy)};
}

[[noreturn]] void fail_object(const Id& id, const std::string& why) {
  throw Error(ErrorCode::damaged, "object '" + id.hex() + "' " + why,
              "run 'vstore fsck' to see what is affected");
}

}  // namespace

PackSet::PackSet(std::vector<PackInSet> packs, std::shared_ptr<FrameCache> cache)
    : packs_(std::move(packs)), cache_(std::move(cache)) {}

// --------------------------------------------------------------------------------------- look-up --

std::optional<PackSet::Found> PackSet::locate(const Id& id) const {
  std::optional<Found> result;
  each_copy(packs_, id, [&](const Found& found) {
    result = found;
    return true;
  });
  return result;
}

std::optional<PackSet::Found> PackSet::locate_plain(const Id& id) const {
  std::optional<Found> result;
  each_copy(packs_, id, [&](const Found& found) {
    if (found.location.based) return false;
    result = found;
    return true;
  });
  return result;
}

std::optional<Id> PackSet::base_of(const Id& id) const {
  const std::optional<Found> found = locate(id);
  if (!found || !found->location.based) return std::nullopt;
  return packs_[found->pack].reader->frame(found->location.frame).base;
}

std::optional<ObjectInfo> PackSet::find(const Id& id) const {
  const std::optional<Found> found = locate(id);
  if (!found) return std::nullopt;
  return ObjectInfo{found->location.type, found->location.size};
}

namespace {

/// The lowest id with these hex digits; nullopt if they are not.
std::optional<Id> first_with(std::string_view hex) {
  if (hex.size() > 64) return std::nullopt;
  std::string digits(hex);
  digits.resize(64, '0');
  return Id::from_hex(digits);
}

bool begins_with(const Id& id, const Id& low, std::size_t digits) {
  const std::size_t whole = digits / 2;
  if (!std::equal(low.bytes.begin(), low.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  id.bytes.begin()))
    return false;
  return digits % 2 == 0 || id.bytes[whole] >> 4 == low.bytes[whole] >> 4;
}

}  // namespace

std::vector<Id> PackSet::find_prefix(std::string_view hex, std::size_t limit) const {
  std::vector<Id> ids;
  const std::optional<Id> low = first_with(hex);
  if (!low) return ids;
  for (const PackInSet& pack : packs_) {
    std::size_t taken = 0;
    for (std::uint64_t i = pack.reader->lower_bound(*low); i < pack.reader->object_count(); ++i) {
      const Id id = pack.reader->id_at(i);
      if (!begins_with(id, *low, hex.size())) break;
      if (is_dead(pack, i) || (taken > 0 && ids.back() == id)) continue;
      if (taken++ == limit) break;
      ids.push_back(id);
    }
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.size() > limit) ids.resize(limit);
  return ids;
}

// --------------------------------------------------------------------------------------- reading --

Blob PackSet::read(const Id& id, ObjectType type) const {
  std::exception_ptr first_error;
  bool wrong_type = false;
  Blob result;
  const bool done = each_copy(packs_, id, [&](const Found& found) {
    wrong_type = found.location.type != type;
    if (wrong_type) return true;
    try {
      result = read_at(found, id);
      return true;
    } catch (const Error&) {
      if (!first_error) first_error = std::current_exception();
      return false;
    }
  });
  if (wrong_type) fail_object(id, "is not a " + std::string(to_string(type)));
  if (done) return result;
  if (first_error) std::rethrow_exception(first_error);
  fail_object(id, "is missing");
}

Blob PackSet::read_at(const Found& found, const Id& id) const {
  const PackReader& pack = *packs_[found.pack].reader;
  const Location& at = found.location;
  const bool cached = cache_ && at.size >= verified_size_min;
  if (cached) {
    if (auto hit = cache_->get_verified(pack.name(), at.frame, id)) return std::move(*hit);
  }
  Blob object = slice(found, keep_for(found));
  Id hash;
  // Raw frames are views into the map; hashing touches every byte, so a lost page shows here.
  os::guarded(pack.map(), [&] { hash = hash_object(at.type, object.bytes); });
  if (hash != id) fail_object(id, "in pack '" + pack.path() + "' does not hash to its id");
  if (cached) cache_->note_verified(pack.name(), at.frame, id, object.bytes);
  return object;
}

/// A chunk that fills its frame is read once, as a rule: keeping it would only push out frames that are worth
/// keeping. Whoever asks for it again, as random reads of a file do, will ask once more. One as large as no piece of a
/// file is the base of many frames, and spans many chunks (store/solid_tier.h).
PackSet::Keep PackSet::keep_for(const Found& found) const {
  const Location& at = found.location;
  const PackReader& pack = *packs_[found.pack].reader;
  if (!cache_ || at.type != ObjectType::chunk || at.offset != 0 || at.size < pack.frame(at.frame).raw_size ||
      at.size > frame_raw_target * 4)
    return Keep::yes;
  return cache_->asked_again(pack.name(), at.frame) ? Keep::copied : Keep::no;
}

/// The object's bytes, not verified.
Blob PackSet::slice(const Found& found, Keep keep) const {
  const Location& at = found.location;
  Blob whole = load(found.pack, at.frame, keep);
  check_inside(*packs_[found.pack].reader, at, whole.bytes.size());
  return {whole.bytes.subspan(at.offset, at.size), std::move(whole.owner)};
}

Blob PackSet::frame(std::uint32_t pack, std::uint32_t frame) const { return load(pack, frame, Keep::yes); }

Blob PackSet::load(std::uint32_t pack, std::uint32_t frame, Keep keep) const {
  const PackReader& reader = *packs_[pack].reader;
  const FrameInfo info = reader.frame(frame);
  const bool in_place = info.codec == Codec::raw;
  if (in_place && keep != Keep::copied) return reader.decode(frame, {});
  if (cache_) {
    if (std::optional<Blob> hit = cache_->get(reader.name(), frame)) return std::move(*hit);
  }
  Blob blob = info.base ? decode_based(reader, frame, *info.base) : reader.decode(frame, {});
  if (in_place) blob = copy_of_mapped(reader.map(), blob.bytes);
  if (cache_ && keep != Keep::no) cache_->put(reader.name(), frame, blob);
  return blob;
}

Blob PackSet::decode_based(const PackReader& reader, std::uint32_t frame, const Id& base) const {
  const std::optional<Found> found = locate_plain(base);
  // The index may lie about "plain"; the frame itself decides, so a chain cannot recurse.
  if (!found || packs_[found->pack].reader->frame(found->location.frame).base)
    fail_object(base, "is named as a base and has no plain copy");
  const Blob bytes = slice(*found, keep_for(*found));
  return reader.decode(frame, bytes.bytes, &packs_[found->pack].reader->map());
}

}  // namespace vstore
