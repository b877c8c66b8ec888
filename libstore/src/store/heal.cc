// 1. Nothing is taken but what hashes to a wanted id.
// 2. Healed objects are stored plain: their bases could be what is lost.
#include "store/heal.h"

#include "store/harvest.h"
#include "vstore/error.h"

namespace vstore {

bool Healer::is_wanted(const Id& id) const {
  if (wanted_->ids.contains(id)) return !pool_.is_kept(id);
  return wanted_->plain.contains(id) && !pool_.is_kept_plain(id);
}

Id Healer::put(ObjectType type, ByteView bytes, const Id*) {
  const Id id = hash_object(type, bytes);
  if (!is_wanted(id)) return id;
  fresh_.put_plain(type, id, bytes);
  pool_.fresh_plain().insert(id);
  ++taken_;
  return id;
}

// --------------------------------------------------------------------------------------- salvage --

std::size_t Healer::salvage(const WantedObjects& wanted) {
  wanted_ = &wanted;
  taken_ = 0;
  std::vector<std::uint32_t> sizes(wanted.sizes.begin(), wanted.sizes.end());
  for (const auto& pack : pool_.salvaged()) {
    pack->find_chunks([this](const Id& id) { return is_wanted(id); }, sizes);
    pack->copy_frames([this](const Id& id) { return is_wanted(id); },
                      [this](EncodedFrame&& frame) { copy_frame(std::move(frame)); });
  }
  for (const Id& base : wanted.plain) {
    const auto info = pool_.find(base);
    if (const auto bytes = info ? pool_.read_plain(base) : std::nullopt) put(info->type, bytes->bytes);
  }
  fresh_.flush();  // a based frame can be read once its base is in one, too
  return taken_;
}

/// As it is, unless its base will have no plain copy: then the base is put back first.
void Healer::copy_frame(EncodedFrame&& frame) {
  if (frame.base && !pool_.is_kept_plain(*frame.base)) {
    const auto base = pool_.read_plain(*frame.base);
    if (!base) return;
    fresh_.put_plain(frame.objects.front().type, *frame.base, base->bytes);
    pool_.fresh_plain().insert(*frame.base);
  }
  for (const FrameObject& object : frame.objects) {
    fresh_.take_over(object.id);
    if (!frame.base) pool_.fresh_plain().insert(object.id);
  }
  taken_ += frame.objects.size();
  fresh_.append(std::move(frame));
}

// --------------------------------------------------------------------------------------- sources --

template <class Take>
void Healer::for_each_wanted(Take&& take) const {
  for (const auto* ids : {&wanted_->ids, &wanted_->plain}) {
    for (const Id& id : *ids) {
      if (is_wanted(id)) take(id);
    }
  }
}

void Healer::heal_from_sound(std::vector<PackInSet> packs) {
  const PackSet source(std::move(packs), std::make_shared<FrameCache>(16u << 20));
  for_each_wanted([&](const Id& id) {
    try {
      if (const auto info = source.find(id)) put(info->type, source.read(id, info->type).bytes);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::damaged) throw;  // this copy is no better
    }
  });
}

void Healer::heal_from_damaged(const std::string& path) {
  const auto pack = SalvagedPack::open(fs_, path, [this](const Id& base) { return pool_.read_plain(base); });
  if (!pack) return;
  pack->find_chunks([this](const Id& id) { return is_wanted(id); },
                    {wanted_->sizes.begin(), wanted_->sizes.end()});
  for_each_wanted([&](const Id& id) {
    const auto info = pack->find(id);
    if (const auto bytes = info ? pack->read(id) : std::nullopt) put(info->type, bytes->bytes);
  });
}

std::size_t Healer::heal_from_packs(const std::vector<std::string>& files, const WantedObjects& wanted) {
  wanted_ = &wanted;
  taken_ = 0;
  std::vector<PackInSet> sound;
  std::vector<std::string> damaged;
  for (const std::string& path : files) {
    try {
      if (auto pack = PackReader::open(fs_, path)) {
        pack->verify_structure();
        sound.push_back({std::move(pack), nullptr});
      }
    } catch (const Error& error) {
      if (error.code() != ErrorCode::damaged) throw;
      damaged.push_back(path);
    }
  }
  heal_from_sound(std::move(sound));
  for (const std::string& path : damaged) heal_from_damaged(path);
  fresh_.flush();
  return taken_;
}

std::size_t Healer::heal_from_files(const std::string& directory, const WantedObjects& wanted) {
  wanted_ = &wanted;
  taken_ = 0;
  harvest(directory, *this, progress_);
  fresh_.flush();
  return taken_;
}

}  // namespace vstore
