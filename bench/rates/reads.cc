#include <chrono>
#include <cstring>
#include <filesystem>
#include <random>

#include "rates/lmdb_env.h"
#include "rates/rates.h"
#include "support/history.h"
#include "vstore/file.h"

namespace vstore::bench {
namespace {

constexpr std::size_t piece_size = 4096;
constexpr std::size_t cache_bytes = 512u << 20;  // what is measured is a warm library
constexpr int warm_up = 50'000;

std::string lmdb_key(std::size_t number) { return "piece-" + std::to_string(number); }

}  // namespace

double rate_of(double seconds, const std::function<void()>& once) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  std::uint64_t done = 0;
  for (;;) {
    for (int i = 0; i < 16; ++i) once();
    done += 16;
    const double passed = std::chrono::duration<double>(Clock::now() - begin).count();
    if (passed >= seconds) return static_cast<double>(done) / passed;
  }
}

struct Reads::State {
  explicit State(const std::string& directory)
      : history(directory + "/store", cache_bytes), env(lmdb_directory(directory), MDB_NOSYNC) {
    for (const Id& tree : history.trees) {
      const Tree map(*history.snapshot, tree);
      for (std::size_t file = 0; file < kFiles; ++file) {
        files.emplace_back(*history.snapshot, map.get(History::path(file))->id);
      }
    }
    for (std::size_t file = 0; file < kFiles; ++file) paths.push_back(History::path(file));
    fill_lmdb();
    for (int i = 0; i < warm_up; ++i) {
      read_file();
      read_lmdb();
    }
  }

  static std::string lmdb_directory(const std::string& directory) {
    std::filesystem::create_directory(directory + "/lmdb");
    return directory + "/lmdb";
  }

  void fill_lmdb() {
    env.write([&](auto put) {
      for (std::size_t file = 0; file < kFiles; ++file) {
        const Bytes content = first_content(file);
        for (std::size_t at = 0; at + piece_size <= content.size(); at += piece_size) {
          put(lmdb_key(pieces++), as_text(ByteView(content).subspan(at, piece_size)));
        }
      }
    });
  }

  void read_at_random(const FileReader& file) {
    file.read(random() % (file.size() - piece_size + 1), piece_size, piece);
  }
  void read_file() { read_at_random(files[random() % files.size()]); }
  void read_by_path() {
    const Tree map(*history.snapshot, history.trees[random() % history.trees.size()]);
    read_at_random(FileReader(*history.snapshot, map.get(paths[random() % paths.size()])->id));
  }
  void read_lmdb() {
    MDB_txn* txn = nullptr;
    check_lmdb(mdb_txn_begin(env.env(), nullptr, MDB_RDONLY, &txn));
    const std::string key = lmdb_key(random() % pieces);
    MDB_val k = LmdbEnv::value_of(key), v;
    check_lmdb(mdb_get(txn, env.database(), &k, &v));
    std::memcpy(piece, v.mv_data, piece_size);
    mdb_txn_abort(txn);
  }

  History history;
  LmdbEnv env;
  std::vector<FileReader> files;
  std::vector<std::string> paths;
  std::size_t pieces = 0;
  std::mt19937_64 random{1};
  std::uint8_t piece[piece_size];
};

Reads::Reads(const std::string& directory) : state_(std::make_unique<State>(directory)) {}
Reads::~Reads() = default;

double Reads::vstore(double seconds) const {
  return rate_of(seconds, [this] { state_->read_file(); });
}
double Reads::vstore_by_path(double seconds) const {
  return rate_of(seconds, [this] { state_->read_by_path(); });
}
double Reads::lmdb(double seconds) const {
  return rate_of(seconds, [this] { state_->read_lmdb(); });
}

}  // namespace vstore::bench
