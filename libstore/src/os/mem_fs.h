// os/mem_fs.h - a small file system in memory, for tests that build thousands of stores.
//
// It behaves like real_fs() seen by one process: open files outlive their names, locks exclude between
// handles, maps see the content of the moment they were made. Nothing is ever lost: crash states come
// from CrashModel. Clock, boot id and random numbers are fixed by the seed. Thread-safe.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>

#include "os/fs.h"
#include "os/image.h"

namespace vstore::os {

class MemFs final : public Fs {
 public:
  explicit MemFs(std::uint64_t seed = 1);
  /// Starts with `image` below `root`; the directories down to `root` are made.
  MemFs(Image image, const std::string& root, std::uint64_t seed = 1);
  ~MemFs() override;

  std::unique_ptr<File> open_read(const std::string& path) override;
  std::unique_ptr<File> open_write(const std::string& path) override;
  std::unique_ptr<File> create(const std::string& path) override;
  std::shared_ptr<const MappedFile> map(const std::string& path) override;
  void rename(const std::string& from, const std::string& to) override;
  void rename_noreplace(const std::string& from, const std::string& to) override;
  bool unlink(const std::string& path) override;
  bool make_directory(const std::string& path) override;
  void sync_directory(const std::string& path) override;
  std::optional<std::vector<std::string>> list(const std::string& path) override;
  std::optional<FileStat> stat(const std::string& path) override;
  std::unique_ptr<Lock> lock(const std::string& path, LockMode mode, int timeout_ms) override;
  bool try_lock_file(File& file) override;
  bool is_network(const std::string&) override { return false; }
  bool poisoned() const override { return false; }
  std::string boot_id() override { return boot_id_; }
  std::int64_t now_seconds() override;
  void random(std::span<std::uint8_t> out) override;

  struct Node;
  struct State;

 private:
  std::unique_ptr<File> open_existing(const std::string& path);
  void move(const std::string& from, const std::string& to, bool replace);

  const std::string boot_id_;
  std::shared_ptr<State> state_;
};

}  // namespace vstore::os
