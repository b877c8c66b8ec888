#include "store/cold_tier.h"

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <unordered_map>

#include "pack/frame.h"
#include "store/reach.h"
#include "vstore/error.h"

namespace vstore {
namespace {

/// Raw bytes at which a frame is closed: reading one chunk decodes the whole. docs/adr/0022-cold-tier.md has
/// the measurements behind all three.
constexpr std::size_t newest_frame_bytes = 512 * 1024;
constexpr std::size_t older_frame_bytes = 2048 * 1024;
constexpr int zstd_level = 9;

struct Group {
  Bytes raw;
  std::vector<FrameObject> objects;

  void add(const Id& id, ByteView bytes) {
    objects.push_back({id, ObjectType::chunk, static_cast<std::uint32_t>(raw.size()),
                       static_cast<std::uint32_t>(bytes.size())});
    raw.insert(raw.end(), bytes.begin(), bytes.end());
  }
};

/// What one thread needs to write frames.
class FrameMaker {
 public:
  FrameMaker(const PackSet& packs, PackWriter& writer)
      : packs_(packs), writer_(writer), encoder_(zstd_level) {}

  void add(const Id& id) {
    const Blob chunk = packs_.read(id, ObjectType::chunk);
    const std::size_t frame_bytes = base_ ? older_frame_bytes : newest_frame_bytes;
    if (group_.raw.size() + chunk.bytes.size() > frame_bytes) flush();
    group_.add(id, chunk.bytes);
  }
  /// Begins anew: the frames that follow are based on this chunk, or plain.
  void start(const std::optional<Id>& base) {
    group_ = {};
    base_ = base;
    if (base) base_bytes_ = packs_.read(*base, ObjectType::chunk);
  }
  void flush() {
    if (group_.objects.empty()) return;
    std::optional<EncodedFrame> frame;
    if (base_)
      frame = encoder_.encode_based(group_.raw, FrameClass::data, group_.objects, *base_, base_bytes_.bytes);
    if (!frame) frame = encoder_.encode(group_.raw, FrameClass::data, group_.objects);
    writer_.append(std::move(*frame));
    group_ = {};
  }

 private:
  const PackSet& packs_;
  PackWriter& writer_;
  FrameEncoder encoder_;
  Group group_;
  std::optional<Id> base_;
  Blob base_bytes_;
};

void check_cancelled(const Progress* progress) {
  if (progress && progress->cancelled())
    throw Error(ErrorCode::refused, "interrupted", "nothing was removed");
}

}  // namespace

ColdTier::ColdTier(Marker& marker, unsigned versions_min, std::uint64_t choice, std::size_t members_max)
    : marker_(marker), versions_min_(versions_min), choice_(choice), members_max_(members_max) {}

// --------------------------------------------------------------------------------------- choosing --

void ColdTier::choose() {
  if (versions_min_ == 0) return;
  const std::vector<Member> members = list_members();
  for (auto begin = members.begin(); begin != members.end();) {
    const auto end =
        std::find_if(begin, members.end(), [&](const Member& m) { return m.base != begin->base; });
    if (const std::span<const Member> family(begin, end); may_move(family)) take(family);
    begin = end;
  }
  if (!families_.empty()) find_newest();
  std::ranges::sort(moving_);
}

/// Calls `visit(pack, position, location)` for each live based chunk.
template <typename Visit>
void each_based_chunk(const Marker& marker, Visit visit) {
  const std::vector<PackInSet>& packs = marker.state().packs->packs();
  for (std::uint32_t p = 0; p < packs.size(); ++p) {
    for (std::uint64_t i = 0; i < packs[p].reader->object_count(); ++i) {
      if (!marker.marks().get(p, i)) continue;
      const Location at = packs[p].reader->location_at(i);
      if (at.based && at.type == ObjectType::chunk) visit(p, i, at);
    }
  }
}

std::uint64_t ColdTier::count_members() const {
  std::uint64_t count = 0;
  each_based_chunk(marker_, [&](std::uint32_t, std::uint64_t, const Location&) { ++count; });
  return count;
}

/// By base, and by place within. A family is of one part of the store, all of it.
std::vector<ColdTier::Member> ColdTier::list_members() const {
  const std::uint64_t parts = count_members() / members_max_ + 1;
  std::vector<Member> members;
  each_based_chunk(marker_, [&](std::uint32_t p, std::uint64_t i, const Location& at) {
    const PackReader& reader = *marker_.state().packs->packs()[p].reader;
    const FrameInfo frame = reader.frame(at.frame);
    if (!frame.base || frame.base->prefix64() % parts != choice_ % parts) return;
    members.push_back({*frame.base, reader.id_at(i), i, p, at.frame, at.size,
                       at.size == frame.raw_size && at.size <= older_frame_bytes / 2});
  });
  std::ranges::sort(members, [](const Member& a, const Member& b) {
    return std::tie(a.base, a.pack, a.frame, a.position) < std::tie(b.base, b.pack, b.frame, b.position);
  });
  return members;
}

bool ColdTier::may_move(std::span<const Member> family) const {
  const auto fresh = static_cast<std::size_t>(std::ranges::count(family, true, &Member::fresh));
  if (fresh < std::max(versions_min_, 2u) || fresh * 2 < family.size()) return false;
  const PackSet& packs = *marker_.state().packs;
  // A base that is itself based, or a member that is itself a base, would tie families together.
  const auto base = packs.locate(family.front().base);
  if (!base || base->location.based || !marker_.marks().get(base->pack, base->position)) return false;
  return std::ranges::none_of(family, [&](const Member& member) {
    const auto plain = packs.locate_plain(member.id);
    return plain && marker_.marks().get(plain->pack, plain->position);
  });
}

void ColdTier::take(std::span<const Member> family) {
  const Id& base = family.front().base;
  const auto plain = marker_.state().packs->locate(base);
  marker_.unmark(plain->pack, plain->position);
  Family& taken = families_.emplace_back();
  taken.members.push_back(base);
  for (const Member& member : family) {
    marker_.unmark(member.pack, member.position);
    if (taken.members.back() != member.id) taken.members.push_back(member.id);
  }
  moving_.insert(moving_.end(), taken.members.begin(), taken.members.end());
}

/// Walks the newest versions: what branches and workspaces are at.
void ColdTier::find_newest() {
  std::unordered_map<Id, std::uint32_t> family_of;
  for (std::uint32_t f = 0; f < families_.size(); ++f) {
    for (const Id& id : families_[f].members) family_of.emplace(id, f);
  }
  const PackSet& packs = *marker_.state().packs;
  LiveMarks seen;
  seen.cover(packs);
  Reach reach(packs, [&](const Id& id, const PackSet::Found& found) {
    if (!seen.set(found.pack, found.position)) return false;
    const auto known = found.location.type == ObjectType::chunk ? family_of.find(id) : family_of.end();
    if (known == family_of.end()) return true;
    Family& family = families_[known->second];
    if (family.newest != SIZE_MAX) return true;
    family.newest = static_cast<std::size_t>(std::ranges::find(family.members, id) - family.members.begin());
    order_.push_back(known->second);
    return true;
  });
  const Snapshot snapshot(marker_.shared_state());
  for (const char* prefix : {"refs/heads/", "workspaces/"}) {
    for (const Ref& ref : snapshot.refs(prefix)) {
      if (ref.value.kind == Kind::ref_tree) reach.from(ref.value.id);
      if (ref.value.kind == Kind::ref_commit) reach.from(snapshot.commit(ref.value.id).tree);
    }
  }
  for (std::uint32_t f = 0; f < families_.size(); ++f) {
    if (families_[f].newest != SIZE_MAX) continue;
    families_[f].newest = families_[f].members.size() - 1;
    order_.push_back(f);
  }
}

// ---------------------------------------------------------------------------------------- writing --

void ColdTier::write(PackWriter& writer, Progress* progress) const {
  const PackSet& packs = *marker_.state().packs;
  tbb::enumerable_thread_specific<FrameMaker> makers([&] { return FrameMaker(packs, writer); });
  // Neighbours share frames, so each task takes a run of them.
  tbb::parallel_for(
      tbb::blocked_range<std::size_t>(0, order_.size(), 64),
      [&](const auto& run) {
        check_cancelled(progress);
        FrameMaker& frames = makers.local();
        frames.start({});
        for (std::size_t i = run.begin(); i < run.end(); ++i) {
          const Family& family = families_[order_[i]];
          frames.add(family.members[family.newest]);
        }
        frames.flush();
      },
      tbb::simple_partitioner());
  tbb::parallel_for(std::size_t{0}, families_.size(), [&](std::size_t f) {
    check_cancelled(progress);
    const Family& family = families_[f];
    FrameMaker& frames = makers.local();
    frames.start(family.members[family.newest]);
    for (std::size_t i = family.members.size(); i-- > 0;) {
      if (i != family.newest) frames.add(family.members[i]);
    }
    frames.flush();
    if (progress) progress->advance(family.members.size(), 0);
  });
}

}  // namespace vstore
