#include "store/reach.h"

#include "store/empty_tree.h"
#include "store/references.h"
#include "vstore/error.h"

namespace vstore {
namespace {

constexpr std::uint64_t report_every = 4096;

[[noreturn]] void fail(const Id& id, const std::string& why, const Id* namer) {
  throw Error(ErrorCode::damaged,
              "object '" + id.hex() + "' " + why + (namer ? ", named by '" + namer->hex() + "'" : ""),
              "run 'vstore fsck' to see what is affected; nothing was removed");
}

bool names_others(ObjectType type) { return type != ObjectType::chunk && type != ObjectType::bitmap; }

}  // namespace

Reach::Reach(const PackSet& packs, Enter enter, Progress* progress)
    : packs_(packs), enter_(std::move(enter)), progress_(progress) {}

void Reach::from(const Id& id) {
  meet(id, std::nullopt, nullptr);
  drain();
}

void Reach::below(const Id& id, const PackSet::Found& found) {
  if (names_others(found.location.type)) waiting_.push_back({id, found});
  drain();
}

void Reach::meet(const Id& id, std::optional<ObjectType> type, const Id* namer) {
  if (is_empty_tree(id)) return;
  const auto found = packs_.locate(id);
  if (!found) fail(id, "is missing", namer);
  if (type && *type != found->location.type) fail(id, "is not a " + std::string(to_string(*type)), namer);
  if (++unreported_ == report_every) report();
  if (enter_(id, *found) && names_others(found->location.type)) waiting_.push_back({id, *found});
}

void Reach::drain() {
  while (!waiting_.empty()) {
    const Waiting next = waiting_.back();
    waiting_.pop_back();
    visit_references(next.found.location.type, packs_.read_at(next.found, next.id),
                     [&](const Id& id, std::optional<ObjectType> type) { meet(id, type, &next.id); });
  }
}

void Reach::report() {
  if (progress_) {
    progress_->advance(unreported_, 0);
    if (progress_->cancelled()) throw Error(ErrorCode::refused, "interrupted", "nothing was removed");
  }
  unreported_ = 0;
}

}  // namespace vstore
