// crash/sweep.h - every crash state of recordings, checked on all processors.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "crash/workload.h"

namespace vstore::crash {

struct SweepOptions {
  std::uint64_t seed = 1;
  std::size_t from = 0;               ///< position in the trace of the first crash
  std::uint64_t thorough_every = 16;  ///< one state in so many gets fsck and goes on with the backup; 0: none
  std::uint64_t twice_every = 64;     ///< one state in so many gets crashes of its recovery; 0: none
  std::uint64_t states_max = ~0ull;
  std::size_t samples_max = ~0ull;  ///< about so many choices of what survives, for each point
  std::size_t faults_max = 3;       ///< then it ends
};

struct Swept {
  std::uint64_t states = 0;  ///< distinct ones; the same bytes under a larger promise count again
  std::vector<std::string> faults;

  void add(Swept other);
};

Swept sweep(const Recording& recording, const SweepOptions& options);

/// Runs the tasks 0 to count-1 on all processors and adds up what they return.
Swept sweep_all(std::size_t count, const std::function<Swept(std::size_t)>& task);

}  // namespace vstore::crash
