// cli/progress.h - how far a long operation is: one line on standard error, on a terminal only, and only
// when it takes over half a second. Also the place where Ctrl-C reaches the library.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>

#include "vstore/progress.h"

namespace vstore::cli {

/// Thread-safe. advance() costs two relaxed additions and a look at the coarse clock.
class ProgressMeter final : public Progress {
 public:
  /// Draws only if `enabled` (standard error is a terminal, no --quiet).
  explicit ProgressMeter(bool enabled) : enabled_(enabled) {}
  ~ProgressMeter() override { finish(); }

  void phase(std::string_view name, std::uint64_t items_total, std::uint64_t bytes_total) override;
  void advance(std::uint64_t items, std::uint64_t bytes) override;
  bool cancelled() const override;

  /// Takes the line away and lets Ctrl-C end the process at once again. Call it before other output.
  void finish();
  void disable() { enabled_ = false; }

 private:
  void maybe_draw();
  std::string text() const;

  std::atomic<bool> enabled_;
  std::atomic<bool> armed_{false};
  std::atomic<std::uint64_t> items_{0}, bytes_{0};
  std::atomic<std::int64_t> next_draw_ms_{0};
  std::mutex mutex_;  ///< guards what follows
  std::string name_;
  std::uint64_t items_total_ = 0, bytes_total_ = 0;
  std::int64_t started_ms_ = 0;
  bool drawn_ = false;
};

}  // namespace vstore::cli
