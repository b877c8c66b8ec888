// vstore/progress.h - how long operations say how far they are, and are asked to stop.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

namespace vstore {

/// Given to long operations; null is allowed wherever a pointer is taken. Methods are called from
/// any thread, often: they must be cheap.
class Progress {
 public:
  virtual ~Progress() = default;
  /// A new phase; totals are 0 when unknown.
  virtual void phase(std::string_view name, std::uint64_t items_total, std::uint64_t bytes_total) = 0;
  virtual void advance(std::uint64_t items, std::uint64_t bytes) = 0;
  /// True if the operation should end: it then throws Error(refused, "interrupted"), nothing lost.
  virtual bool cancelled() const = 0;
};

}  // namespace vstore
