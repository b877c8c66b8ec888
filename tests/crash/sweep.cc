#include "crash/sweep.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <random>
#include <thread>
#include <unordered_set>

#include "crash/verify.h"
#include "os/crash_model.h"

namespace vstore::crash {
namespace {

/// One recording: states are made, those seen before are skipped, the rest is checked.
class Sweep {
 public:
  Sweep(const Recording& recording, const SweepOptions& options) : recording_(recording), options_(options) {}

  Swept run() {
    os::CrashModel large(recording_.trace, 4096), small(recording_.trace, 512);
    do {
      if (large.position() < options_.from) continue;
      promise_ = promise_at(large.position());
      if (!run_point(large)) break;
      if (small.unit_count() != large.unit_count() && !run_point(small))
        break;  // else the units are the same
    } while (large.step() && small.step());
    return std::move(result_);
  }

 private:
  Promise promise_at(std::size_t position) const {
    Promise promise;
    promise.acknowledged = recording_.acknowledged(position);
    promise.backed_up = recording_.backed_up(position);
    promise.at_rest = recording_.at_rest(position);
    promise.needs_repair = recording_.needs_repair(position);
    promise.set_aside = recording_.set_aside(position);
    return promise;
  }
  /// False when enough has been seen.
  bool run_point(const os::CrashModel& model) {
    std::size_t total = 0;
    os::for_each_choice(model.unit_count(), options_.seed, [&](const std::vector<bool>&) { ++total; });
    std::mt19937_64 random(options_.seed + model.position());
    os::for_each_choice(model.unit_count(), options_.seed, [&](const std::vector<bool>& kept) {
      const bool extreme = std::adjacent_find(kept.begin(), kept.end(), std::not_equal_to<>()) == kept.end();
      if (!extreme && random() % total >= options_.samples_max) return;  // all or nothing is always looked at
      for (const auto lost : {os::LostReads::old_bytes, os::LostReads::zeros, os::LostReads::garbage}) {
        if (lost != os::LostReads::old_bytes && !model.loses_bytes(kept)) break;
        if (!enough()) check(model.state(kept, lost, options_.seed), model.position());
      }
    });
    return !enough();
  }

  void check(os::Image state, std::size_t position) {
    const std::uint64_t promised =
        promise_.acknowledged * 1'000'003 + promise_.backed_up * 2 + (promise_.needs_repair ? 1 : 0);
    if (!seen_.insert(state.fingerprint() * 31 + promised).second) return;
    ++result_.states;
    promise_.thorough = options_.thorough_every != 0 && result_.states % options_.thorough_every == 0;
    promise_.twice = options_.twice_every != 0 && result_.states % options_.twice_every == 0;
    if (const auto fault = fault_of(std::move(state), recording_, promise_)) {
      result_.faults.push_back(recording_.name + ": power cut after operation " + std::to_string(position) +
                               ": " + *fault);
    }
  }

  bool enough() const {
    return result_.faults.size() >= options_.faults_max || result_.states >= options_.states_max;
  }

  const Recording& recording_;
  const SweepOptions& options_;
  Promise promise_;
  std::unordered_set<std::uint64_t> seen_;
  Swept result_;
};

}  // namespace

void Swept::add(Swept other) {
  states += other.states;
  for (std::string& fault : other.faults) faults.push_back(std::move(fault));
}

Swept sweep(const Recording& recording, const SweepOptions& options) {
  return Sweep(recording, options).run();
}

Swept sweep_all(std::size_t count, const std::function<Swept(std::size_t)>& task) {
  Swept total;
  std::mutex mutex;  // guards total
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      Swept part = task(i);
      const std::lock_guard hold(mutex);
      total.add(std::move(part));
    }
  };
  std::vector<std::thread> threads(std::max(1u, std::thread::hardware_concurrency()));
  for (std::thread& thread : threads) thread = std::thread(work);
  for (std::thread& thread : threads) thread.join();
  return total;
}

}  // namespace vstore::crash
