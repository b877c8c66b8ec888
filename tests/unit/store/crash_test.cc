// Power cuts: every point of a recorded run, every state that the model of os/crash_model.h allows.
#include <doctest/doctest.h>

#include "os/crash_model.h"
#include "os/mem_fs.h"
#include "os/recording_fs.h"
#include "unit/store/fixture.h"

using namespace vstore;
using namespace vstore::test;

namespace {

constexpr const char* place = "/d";

StoreOptions with(os::Fs& fs) {
  StoreOptions options;
  options.fs = &fs;
  options.allow_other_owner = true;
  options.lock_timeout_ms = 0;
  return options;
}

/// Generation acknowledged last before operation `position`.
std::uint64_t acknowledged(const os::Trace& trace, std::size_t position, std::uint64_t generation) {
  for (std::size_t i = 0; i < position && i < trace.ops.size(); ++i) {
    constexpr std::string_view words = "acknowledged generation ";
    const os::TraceOp& op = trace.ops[i];
    if (op.kind == os::TraceOp::Kind::note && op.path.starts_with(words)) {
      generation = std::stoull(op.path.substr(words.size()));
    }
  }
  return generation;
}

/// Opens the state read-only, then writing, then again.
void check_state(const os::Image& image, std::uint64_t generation_min) {
  os::MemFs fs(image, place, 1000);
  const StoreOptions options = with(fs);
  const std::string path = std::string(place) + "/s";
  if (generation_min == 0 && !Store::is_store(path, options)) {
    Store store = Store::create(path, options);
    commit_to(store, "refs/heads/main", "after the crash");
    return;
  }
  Store store = Store::open(path, options);
  const std::uint64_t seen = store.snapshot().generation();
  CHECK(seen >= generation_min);
  CHECK(seen <= generation_min + 1);
  read_everything(store.snapshot());
  const Id id = commit_to(store, "refs/heads/after", "after the crash");
  const Snapshot again = Store::open(path, options).snapshot();
  CHECK(again.generation() == seen + 1);
  CHECK(again.ref_commit("refs/heads/after") == id);
  read_everything(again);
}

void check_all(const os::Trace& trace, std::uint64_t first_generation) {
  std::size_t states = 0;
  os::for_each_crash_state(trace, 1, [&](std::size_t position, const os::Image& image) {
    ++states;
    INFO("operation ", position);
    REQUIRE_NOTHROW(check_state(image, acknowledged(trace, position, first_generation)));
  });
  MESSAGE(states << " states");
  CHECK(states > 50);
}

}  // namespace

TEST_CASE("creating a store") {
  os::MemFs memory;
  memory.make_directory(place);
  os::RecordingFs fs(memory, place);
  Store::create(std::string(place) + "/s", with(fs));
  check_all(fs.trace(), 0);
}

TEST_CASE("commits, a ref deleted, a fold") {
  os::MemFs memory;
  memory.make_directory(place);
  {
    Store store = Store::create(std::string(place) + "/s", with(memory));
    for (int i = 0; i < 3; ++i) commit_to(store, "refs/heads/main", std::to_string(i));
  }
  os::RecordingFs fs(memory, place);
  Store store = Store::open(std::string(place) + "/s", with(fs));
  commit_to(store, "refs/heads/main", "recorded");
  delete_ref(store, "refs/heads/main");
  store.fold();
  commit_to(store, "refs/heads/other", "after the fold");
  store.fold();
  check_all(fs.trace(), 4);
}

TEST_CASE("a crash during recovery") {
  os::MemFs memory;
  memory.make_directory(place);
  Store store = Store::create(std::string(place) + "/s", with(memory));
  commit_to(store, "refs/heads/main", "one");
  commit_to(store, "refs/heads/main", "two");
  memory.open_write("/d/s/root")->pwrite(0, as_bytes(std::string("rotten")));
  memory.open_write("/d/s/lock")->pwrite(0, as_bytes(std::string(160, ' ')));
  os::RecordingFs fs(memory, place);
  Store again = Store::open(std::string(place) + "/s", with(fs));
  const std::uint64_t generation = again.snapshot().generation();
  commit_to(again, "refs/heads/main", "three");
  check_all(fs.trace(), generation);
}
