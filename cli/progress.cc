#include "cli/progress.h"

#include <time.h>
#include <unistd.h>

#include "cli/interrupt.h"
#include "cli/output.h"

namespace vstore::cli {
namespace {

constexpr std::int64_t kDelayMs = 500;
constexpr std::int64_t kIntervalMs = 100;

std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

void send(const std::string& text) {
  [[maybe_unused]] const ssize_t n = ::write(2, text.data(), text.size());
}

}  // namespace

void ProgressMeter::phase(std::string_view name, std::uint64_t items_total, std::uint64_t bytes_total) {
  if (!armed_.exchange(true)) arm_interrupt();
  const std::lock_guard lock(mutex_);
  const std::int64_t now = now_ms();
  if (started_ms_ == 0) {
    started_ms_ = now;
    next_draw_ms_ = now + kDelayMs;
  }
  name_ = name;
  items_total_ = items_total;
  bytes_total_ = bytes_total;
  items_ = 0;
  bytes_ = 0;
}

void ProgressMeter::advance(std::uint64_t items, std::uint64_t bytes) {
  items_.fetch_add(items, std::memory_order_relaxed);
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
  if (enabled_.load(std::memory_order_relaxed)) maybe_draw();
}

bool ProgressMeter::cancelled() const { return interrupted(); }

void ProgressMeter::maybe_draw() {
  const std::int64_t now = now_ms();
  if (now < next_draw_ms_.load(std::memory_order_relaxed)) return;
  const std::unique_lock lock(mutex_, std::try_to_lock);  // somebody else is drawing: fine
  if (!lock || started_ms_ == 0 || now < next_draw_ms_) return;
  next_draw_ms_ = now + kIntervalMs;
  drawn_ = true;
  send("\r" + text() + "\x1b[K");
}

/// "checking out:  42% (33012/78600), 512 MB"
std::string ProgressMeter::text() const {
  const std::uint64_t items = items_, bytes = bytes_;
  std::string line = name_ + ":";
  const bool by_bytes = bytes_total_ != 0;
  const std::uint64_t total = by_bytes ? bytes_total_ : items_total_;
  if (total != 0) {
    const double share = static_cast<double>(by_bytes ? bytes : items) / static_cast<double>(total);
    line += " " + std::to_string(static_cast<int>(share < 1 ? share * 100 : 100)) + "%";
  }
  if (items_total_ != 0) {
    line += " (" + std::to_string(items) + "/" + std::to_string(items_total_) + ")";
  } else if (items != 0) {
    line += " " + std::to_string(items);
  }
  if (bytes != 0) line += (line.back() == ':' ? " " : ", ") + human_bytes(bytes);
  return line;
}

void ProgressMeter::finish() {
  const std::lock_guard lock(mutex_);
  if (drawn_) send("\r\x1b[K");
  drawn_ = false;
  started_ms_ = 0;
  if (armed_.exchange(false)) disarm_interrupt();
}

}  // namespace vstore::cli
