// Power cuts: every short sequence of steps and long random ones, each legal state of each point.
//
// VSTORE_CRASH_STATES=5000000 asks for more random runs than those of every build, and for every choice at each
// point, of which a build takes a sample. A build leaves the short sequences out; scripts/crash.sh runs them.
#include <doctest/doctest.h>

#include <cstdlib>
#include <random>

#include "crash/sweep.h"
#include "support/seed.h"

using namespace vstore;
using namespace vstore::crash;

namespace {

std::vector<std::vector<Step>> sequences_up_to(std::size_t length_max) {
  std::vector<std::vector<Step>> all, last = {{}};
  for (std::size_t length = 1; length <= length_max; ++length) {
    std::vector<std::vector<Step>> longer;
    for (const auto& shorter : last) {
      for (const Step step : short_steps()) {
        longer.push_back(shorter);
        longer.back().push_back(step);
      }
    }
    all.insert(all.end(), longer.begin(), longer.end());
    last = std::move(longer);
  }
  return all;
}

std::vector<Step> random_steps(std::uint64_t seed, std::size_t length) {
  std::vector<Step> choice = short_steps();
  choice.push_back(Step::die);
  std::mt19937_64 random(seed);
  std::vector<Step> steps;
  while (steps.size() < length) steps.push_back(choice[random() % choice.size()]);
  return steps;
}

/// A build looks at a sample of each point.
SweepOptions sampled(std::size_t of_each_point) {
  SweepOptions options;
  if (!std::getenv("VSTORE_CRASH_STATES")) options.samples_max = of_each_point;
  return options;
}

std::uint64_t states_wanted() {
  const char* given = std::getenv("VSTORE_CRASH_STATES");
  return given ? std::strtoull(given, nullptr, 10) : 20'000;
}

void report(const Swept& swept, std::uint64_t states_min) {
  MESSAGE(swept.states << " states");
  for (const std::string& fault : swept.faults) FAIL_CHECK(fault);
  CHECK(swept.states >= states_min);
}

}  // namespace

TEST_CASE("making a store") {
  SweepOptions options;
  options.deep_every = 8;
  report(sweep(record_from_nothing({Step::commit}), options), 500);
}

TEST_CASE("every sequence of up to three steps") {
  const auto sequences = sequences_up_to(3);
  // Runs are the same to the byte, so crashes before the last step are those of a shorter sequence.
  report(sweep_all(sequences.size(), [&](std::size_t i) {
    const Recording recording = record(sequences[i]);
    SweepOptions options = sampled(12);
    options.from = recording.last_step_begins;
    return sweep(recording, options);
  }), 10'000);
}

TEST_CASE("a process killed before its sync, and the ones after it") {
  std::vector<std::vector<Step>> sequences;
  for (const Step step : short_steps()) sequences.push_back({Step::die, step});
  sequences.push_back({Step::die, Step::die, Step::commit});
  report(sweep_all(sequences.size(), [&](std::size_t i) { return sweep(record(sequences[i]), sampled(24)); }), 1000);
}

TEST_CASE("a commit too large for one pack") {
  SweepOptions options;
  options.samples_max = 4;
  options.deep_every = 0;
  report(sweep(record({Step::bulk}), options), 20);
}

TEST_CASE("a copied store keeps what is committed to the copy") {
  const Recording recording = record_copy({Step::commit, Step::amend});
  SweepOptions options;
  options.from = recording.first_promise();
  report(sweep(recording, options), 100);
}

TEST_CASE("long random runs") {
  const std::uint64_t seed = test::test_seed();
  constexpr std::uint64_t states_each = 2'000;
  report(sweep_all(states_wanted() / states_each, [&](std::size_t i) {
    SweepOptions options;
    options.seed = seed + i;
    options.states_max = states_each;
    options.samples_max = 48;  // of each point, so that a run is crashed along all of its length
    return sweep(record(random_steps(seed + i, 40), seed + i), options);
  }), states_wanted() / 2);
}
