// The main of a fuzz target where there is no libFuzzer: runs every file of the corpus folders, and seeded mutations
// of each. Finds again what was found once; to find more, build with the preset `fuzz`.
//
//   fuzz_TARGET CORPUS...     VSTORE_FUZZ_RUNS=N mutations of each file (default 300); prints its seed
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/fuzz.h"
#include "support/random.h"

using vstore::Bytes;
using vstore::test::Random;

namespace {

struct Input {
  std::string path;
  Bytes bytes;
};

std::vector<Input> read_corpus(int argc, char** argv) {
  std::vector<Input> corpus;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::ifstream in(entry.path(), std::ios::binary);
      corpus.push_back({entry.path().string(), Bytes(std::istreambuf_iterator<char>(in), {})});
    }
  }
  std::ranges::sort(corpus, {}, &Input::path);  // a seed means the same run everywhere
  return corpus;
}

std::uint8_t interesting_byte(Random& random) {
  static constexpr std::uint8_t bytes[] = {0x00, 0x01, 0x7f, 0x80, 0xff, '/', '\n', '"', '\\', '{'};
  return random.chance(50) ? bytes[random.below(std::size(bytes))] : static_cast<std::uint8_t>(random.next());
}

/// Copies a run of `bytes` over another place, in place or in between.
void splice(Bytes& bytes, Random& random) {
  const std::size_t from = random.below(bytes.size());
  const std::size_t size = 1 + random.below(std::min<std::size_t>(bytes.size() - from, 64));
  const Bytes run(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.begin() + static_cast<std::ptrdiff_t>(from + size));
  const std::size_t to = random.below(bytes.size());
  if (random.chance(50)) {
    bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(to), run.begin(), run.end());
  } else {
    std::copy_n(run.begin(), std::min(size, bytes.size() - to), bytes.begin() + static_cast<std::ptrdiff_t>(to));
  }
}

void mutate(Bytes& bytes, Random& random) {
  if (bytes.empty()) return bytes.push_back(interesting_byte(random));
  const std::size_t at = random.below(bytes.size());
  switch (random.below(6)) {
    case 0:
      bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1u << random.below(8));
      break;
    case 1:
      bytes[at] = interesting_byte(random);
      break;
    case 2:
      bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), interesting_byte(random));
      break;
    case 3:
      bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 4:
      splice(bytes, random);
      break;
    default:
      bytes.resize(at);
  }
}

/// Each run gets memory of its own, of the exact size: a sanitizer sees a read past the end.
void run(const Bytes& bytes) {
  const Bytes exact(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<Input> corpus = read_corpus(argc, argv);
  if (corpus.empty()) {
    std::fprintf(stderr, "no corpus: give a folder of inputs\n");
    return 2;
  }
  const char* given = std::getenv("VSTORE_FUZZ_RUNS");
  const unsigned long runs = given != nullptr ? std::strtoul(given, nullptr, 0) : 300;
  Random random(vstore::test::test_seed());
  for (const Input& input : corpus) {
    run(input.bytes);
    for (unsigned long i = 0; i < runs; ++i) {
      Bytes bytes = input.bytes;
      for (std::uint64_t n = 1 + random.below(4); n > 0; --n) mutate(bytes, random);
      run(bytes);
    }
  }
  std::printf("%zu inputs, %lu mutations of each\n", corpus.size(), runs);
}
