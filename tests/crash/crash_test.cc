// Power cuts: every short sequence of steps and long random ones, each legal state of each point.
//
// A build looks at 100,000 states and more, of all sequences of two steps and some of three.
// VSTORE_CRASH_STATES=5000000 asks for all sequences of three, with more of each point, and so many states of
// random runs.
#include <doctest/doctest.h>

#include <algorithm>
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
  choice.insert(choice.end(), {Step::group, Step::die, Step::die_unseen});
  std::mt19937_64 random(seed);
  std::vector<Step> steps;
  while (steps.size() < length) steps.push_back(choice[random() % choice.size()]);
  return steps;
}

/// The number of states that somebody who has time asks for; 0 in a build.
std::uint64_t states_asked_for() {
  const char* given = std::getenv("VSTORE_CRASH_STATES");
  return given ? std::strtoull(given, nullptr, 10) : 0;
}

/// A build looks at a sample of each point.
SweepOptions sampled(std::size_t of_each_point) {
  SweepOptions options;
  options.samples_max = of_each_point * (states_asked_for() ? 4 : 1);
  return options;
}

void report(const Swept& swept, std::uint64_t states_min) {
  MESSAGE(swept.states << " states");
  for (const std::string& fault : swept.faults) FAIL_CHECK(fault);
  CHECK(swept.states >= states_min);
}

}  // namespace

TEST_CASE("making a store") {
  SweepOptions options;
  options.thorough_every = options.twice_every = 8;
  report(sweep(record_from_nothing({Step::commit}), options), 500);
}

TEST_CASE("every sequence of up to three steps") {
  constexpr std::size_t of_three = 100;  // in a build
  std::vector<std::vector<Step>> sequences = sequences_up_to(3);
  if (!states_asked_for()) {
    const auto three = std::ranges::find_if(sequences, [](const auto& steps) { return steps.size() == 3; });
    std::shuffle(three, sequences.end(), std::mt19937_64(test::test_seed()));
    sequences.erase(three + of_three, sequences.end());
  }
  // Runs are the same to the byte, so crashes before the last step are those of a shorter sequence.
  report(sweep_all(sequences.size(),
                   [&](std::size_t i) {
                     const Recording recording = record(sequences[i]);
                     SweepOptions options = sampled(8);
                     options.from = recording.last_step_begins;
                     return sweep(recording, options);
                   }),
         150 * sequences.size());
}

TEST_CASE("a process killed before its sync, and the ones after it") {
  std::vector<std::vector<Step>> sequences;
  for (const Step step : short_steps()) {
    sequences.push_back({Step::die, step});
    sequences.push_back({Step::die_unseen, step});
  }
  sequences.push_back({Step::die, Step::die, Step::commit});
  report(sweep_all(sequences.size(), [&](std::size_t i) { return sweep(record(sequences[i]), sampled(12)); }),
         1000);
}

TEST_CASE("repair of what rotted: packs, the format, the root") {
  std::vector<std::vector<Step>> sequences;
  for (const Step step : {Step::repair_pack, Step::repair_format, Step::repair_root}) {
    sequences.push_back({step, Step::commit});
    sequences.push_back({Step::commit, Step::fold, step, step});
  }
  report(sweep_all(sequences.size(), [&](std::size_t i) { return sweep(record(sequences[i]), sampled(12)); }),
         1000);
}

TEST_CASE("writers that are published together, before and after everything else") {
  std::vector<std::vector<Step>> sequences = {{Step::group}, {Step::group, Step::group}, {Step::die, Step::group}};
  for (const Step step : short_steps()) {
    sequences.push_back({Step::group, step});
    sequences.push_back({step, Step::group});
  }
  report(sweep_all(sequences.size(), [&](std::size_t i) { return sweep(record(sequences[i]), sampled(12)); }), 1000);
}

TEST_CASE("a commit too large for one pack") {
  SweepOptions options;
  options.samples_max = 4;
  options.thorough_every = options.twice_every = 0;
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
  const std::uint64_t runs = (states_asked_for() ? states_asked_for() : 50'000) / states_each + 1;
  report(sweep_all(runs,
                   [&](std::size_t i) {
                     const Recording recording = record(random_steps(seed + i, 20), seed + i);
                     SweepOptions options;
                     options.seed = seed + i;
                     options.from = std::mt19937_64(seed + i)() % recording.trace.ops.size();
                     options.states_max = states_each;
                     options.samples_max = 48;
                     return sweep(recording, options);
                   }),
         runs * states_each / 2);
}
