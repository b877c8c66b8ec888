// bench_rates - how often a second the library does something, beside LMDB on the same data in the same run.
//
//   bench_rates reads DIRECTORY [SECONDS]                random 4 KiB reads of historical files, one thread
//   bench_rates commits DIRECTORY PROCESSES [SECONDS]    durable commits of one changed file
//   bench_rates fill DIRECTORY COMMITS                   a store with that many commits, for other
//   measurements
//
// DIRECTORY must be new; it is made and left behind. Prints lines of "tool<TAB>work<TAB>rate", one for each
// of three rounds, in which the two take turns.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "rates/rates.h"

namespace {

constexpr int rounds = 3;

int usage() {
  std::fputs("usage: bench_rates reads|commits|fill DIRECTORY [PROCESSES|COMMITS] [SECONDS]\n", stderr);
  return 2;
}

void report(const char* tool, const std::string& work, double rate) {
  std::printf("%s\t%s\t%.1f\n", tool, work.c_str(), rate);
  std::fflush(stdout);
}

void reads(const std::string& directory, double seconds) {
  vstore::bench::Reads reads(directory);
  for (int i = 0; i < rounds; ++i) {
    report("vstore", "4 KiB reads", reads.vstore(seconds));
    report("vstore", "4 KiB reads, by path", reads.vstore_by_path(seconds));
    report("lmdb", "4 KiB reads", reads.lmdb(seconds));
  }
}

void commits(const std::string& directory, int processes, double seconds) {
  const std::string work =
      "commits, " + std::to_string(processes) + (processes == 1 ? " process" : " processes");
  vstore::bench::Commits commits(directory, processes);
  for (int i = 0; i < rounds; ++i) {
    report("vstore", work, commits.vstore(seconds));
    report("lmdb", work, commits.lmdb(seconds));
  }
}

}  // namespace

int main(int argc, char** argv) try {
  const std::string what = argc > 1 ? argv[1] : "";
  if (argc < (what == "reads" ? 3 : 4)) return usage();
  std::filesystem::create_directory(argv[2]);
  if (what == "reads") {
    reads(argv[2], argc > 3 ? std::atof(argv[3]) : 2);
  } else if (what == "commits") {
    commits(argv[2], std::atoi(argv[3]), argc > 4 ? std::atof(argv[4]) : 3);
  } else if (what == "fill") {
    vstore::bench::fill(argv[2], std::atoi(argv[3]));
  } else {
    return usage();
  }
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench_rates: %s\n", error.what());
  return 1;
}
