// os/real_file.h - File and Lock on a real file system.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "os/fs.h"
#include "os/unique_fd.h"

namespace vstore::os {

/// Set by the first sync that fails, then for good: from there on nothing may be written
/// (protocol.md rule 15). After a failed fsync the kernel may have dropped the dirty pages and will call the
/// next one a success, so trying again would acknowledge lost data.
class Poison {
 public:
  bool is_set() const noexcept { return set_.load(std::memory_order_acquire); }
  void set() noexcept { set_.store(true, std::memory_order_release); }
  /// Throws `io` once set.
  void refuse(const char* verb, const std::string& path) const;

 private:
  std::atomic<bool> set_{false};
};

class RealFile final : public File {
 public:
  RealFile(std::string path, UniqueFd fd, Poison& poison)
      : path_(std::move(path)), fd_(std::move(fd)), poison_(poison) {}

  const std::string& path() const override { return path_; }
  std::uint64_t size() const override;
  void pread(std::uint64_t offset, std::span<std::uint8_t> out) const override;
  std::size_t pread_some(std::uint64_t offset, std::span<std::uint8_t> out) const override;
  void pwrite(std::uint64_t offset, ByteView bytes) override;
  void preallocate(std::uint64_t size, bool keep_size) override;
  void truncate(std::uint64_t size) override;
  void datasync() override;
  int descriptor() const noexcept { return fd_.get(); }

 private:
  void send_to_disk(std::uint64_t offset, std::uint64_t size) noexcept;

  std::string path_;
  UniqueFd fd_;
  Poison& poison_;
  std::uint64_t run_begin_ = 0;  ///< bytes written one after the other and not yet sent to the disk
  std::uint64_t run_end_ = 0;
};

/// The contract of Fs::lock().
std::unique_ptr<Lock> lock_real_file(const std::string& path, LockMode mode, int timeout_ms, Poison& poison);

}  // namespace vstore::os
