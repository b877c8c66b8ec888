// gen_csv ROWS VERSION [ROW] > table.csv: sensor readings, the same in every run; 18.8 million rows make 2.0 GB.
// In each version after the first, one row in a thousand, anywhere, has readings of its own; and so has ROW.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

/// splitmix64: a good 64-bit hash of a number, so any row can be made without those before it.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// The version that last changed the row.
std::uint64_t changed_in(std::uint64_t row, std::uint64_t version) {
  for (; version > 1; --version) {
    if (mix(row * 31 + version) % 1000 == 0) return version;
  }
  return 1;
}

int format_row(char* out, std::size_t size, std::uint64_t row, std::uint64_t changed) {
  static const char* const sites[] = {"harbour", "airport", "old-town", "university", "north-station", "mill"};
  static const char* const states[] = {"ok", "ok", "ok", "ok", "ok", "ok", "calibrating", "suspect"};
  const std::uint64_t fixed = mix(row);
  const std::uint64_t read = mix(row ^ (changed << 40));
  const unsigned second = static_cast<unsigned>(row / 250);
  return std::snprintf(
      out, size, "%08llu,2026-%02u-%02uT%02u:%02u:%02uZ,sensor-%03u,%s,%s,%.2f,%.1f,%u,%u,%s,%.4f,%016llx\n",
      static_cast<unsigned long long>(row), second / 2'592'000 % 12 + 1, second / 86'400 % 28 + 1,
      second / 3600 % 24, second / 60 % 60, second % 60, static_cast<unsigned>(row % 250), sites[row % 250 % 6],
      fixed % 100 < 90 ? "indoor" : "outdoor", static_cast<double>(1500 + read % 900) / 100,
      static_cast<double>(9800 + (read >> 12) % 400) / 10, static_cast<unsigned>((read >> 24) % 1000),
      static_cast<unsigned>(350 + (read >> 36) % 400), states[(read >> 46) % 8],
      static_cast<double>(30'000 + (read >> 14) % 6000) / 10'000, static_cast<unsigned long long>(mix(read)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::fprintf(stderr, "usage: gen_csv ROWS VERSION [ROW] > table.csv\n");
    return 2;
  }
  const std::uint64_t rows = std::strtoull(argv[1], nullptr, 10);
  const std::uint64_t version = std::strtoull(argv[2], nullptr, 10);
  const std::uint64_t odd_row = argc == 4 ? std::strtoull(argv[3], nullptr, 10) : rows;
  std::string block = "row,time,sensor,site,place,celsius,hectopascal,lux,co2,state,volt,raw\n";
  char line[256];
  for (std::uint64_t row = 0; row < rows; ++row) {
    const std::uint64_t changed = row == odd_row ? version + 1 : changed_in(row, version);
    block.append(line, static_cast<std::size_t>(format_row(line, sizeof line, row, changed)));
    if (block.size() > (1u << 20)) {
      if (std::fwrite(block.data(), 1, block.size(), stdout) != block.size()) return 1;
      block.clear();
    }
  }
  return std::fwrite(block.data(), 1, block.size(), stdout) == block.size() && std::fflush(stdout) == 0 ? 0 : 1;
}
