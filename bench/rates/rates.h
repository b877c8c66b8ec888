// rates/rates.h - what bench_rates measures. Every function returns how often a second something was done.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace vstore::bench {

/// Reads of 4 KiB at random places. LMDB holds the newest version in values of 4 KiB and is asked for whole
/// ones.
class Reads {
 public:
  explicit Reads(const std::string& directory);
  ~Reads();
  double vstore(double seconds) const;          ///< from files opened before
  double vstore_by_path(double seconds) const;  ///< version, path, open, read
  double lmdb(double seconds) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Durable changes of one small file among a thousand, each process on a branch of its own; LMDB: of one
/// value among as many, one durable transaction each.
class Commits {
 public:
  Commits(const std::string& directory, int processes);
  double vstore(double seconds) const;
  double lmdb(double seconds) const;

 private:
  std::string directory_;
  int processes_;
};

/// A store in `directory`/store with so many commits of one small file.
void fill(const std::string& directory, int commits);

/// Calls `once` again and again; calls a second.
double rate_of(double seconds, const std::function<void()>& once);

}  // namespace vstore::bench
