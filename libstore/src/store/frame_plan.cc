#include "store/frame_plan.h"

#include <algorithm>
#include <numeric>

#include "vstore/error.h"

namespace vstore {
namespace {

constexpr std::uint64_t run_objects_max = 4'000'000;

/// A frame table entry that makes no sense is found out when the frame is looked at.
std::optional<Id> base_of(const PackReader& pack, std::uint32_t frame) {
  try {
    return pack.frame(frame).base;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    return std::nullopt;
  }
}

}  // namespace

FramePlan::FramePlan(const PackInSet& pack, std::function<void(std::uint64_t)> bad_entry)
    : pack_(pack), counts_(pack.reader->frame_count()) {
  const std::uint64_t count = pack.reader->object_count();
  for (std::uint64_t i = 0; i < count; ++i) {
    if (is_dead(i)) continue;
    try {
      ++counts_[pack.reader->location_at(i).frame];
    } catch (const Error& error) {
      if (error.code() != ErrorCode::damaged) throw;
      if (bad_.empty()) bad_.resize(static_cast<std::size_t>(count));
      bad_[static_cast<std::size_t>(i)] = true;
      bad_entry(i);
    }
  }
}

bool FramePlan::is_dead(std::uint64_t i) const {
  return pack_.dead && i / 8 < pack_.dead->size() &&
         ((*pack_.dead)[static_cast<std::size_t>(i / 8)] >> (i % 8) & 1) != 0;
}

std::uint32_t FramePlan::end_of_run() const {
  std::uint64_t objects = 0;
  std::uint32_t end = next_;
  while (end < counts_.size() && (end == next_ || objects + counts_[end] <= run_objects_max))
    objects += counts_[end++];
  return end;
}

bool FramePlan::next(FrameRun& run) {
  if (next_ == counts_.size()) return false;
  const std::uint32_t end = end_of_run();
  run.first = next_;
  fill(run, end);
  order(run, end);
  next_ = end;
  return true;
}

void FramePlan::fill(FrameRun& run, std::uint32_t end) const {
  run.starts.assign(end - run.first + 1, 0);
  for (std::uint32_t f = run.first; f < end; ++f)
    run.starts[f - run.first + 1] = run.starts[f - run.first] + counts_[f];
  run.positions.resize(run.starts.back());
  std::vector<std::uint32_t> at(run.starts.begin(), run.starts.end() - 1);
  for (std::uint64_t i = 0; i < pack_.reader->object_count(); ++i) {
    if (is_dead(i) || (!bad_.empty() && bad_[static_cast<std::size_t>(i)])) continue;
    const std::uint32_t frame = pack_.reader->location_at(i).frame;
    if (frame >= run.first && frame < end)
      run.positions[at[frame - run.first]++] = static_cast<std::uint32_t>(i);
  }
}

void FramePlan::order(FrameRun& run, std::uint32_t end) const {
  std::vector<std::pair<Id, std::uint32_t>> based;
  run.order.clear();
  for (std::uint32_t f = run.first; f < end; ++f) {
    const auto base = base_of(*pack_.reader, f);
    if (base)
      based.emplace_back(*base, f);
    else
      run.order.push_back(f);
  }
  std::ranges::sort(based);
  for (const auto& [base, frame] : based) run.order.push_back(frame);
}

}  // namespace vstore
