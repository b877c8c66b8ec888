// os/fault_fs.h - an Fs on which chosen calls fail, for tests.
//
//   FaultFs fs(real_fs());
//   fs.fail(Call::datasync, 2, EIO);           // the second datasync from now on fails
//   fs.before_each([&](const CallInfo& call) { if (call.number == 17) ::_exit(9); });
//
// A failed datasync or sync_directory poisons it, as on a real disk. Thread-safe, but for before_each().
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "os/fs.h"

namespace vstore::os {

enum class Call : std::uint8_t {
  open,
  create,
  map,
  read,
  write,
  preallocate,
  truncate,
  datasync,
  rename,
  unlink,
  make_directory,
  sync_directory,
  list,
  stat,
  lock,
};
inline constexpr std::size_t call_kinds = 15;

/// True for the calls that change the disk.
bool is_change(Call call) noexcept;
const char* to_string(Call call) noexcept;

struct CallInfo {
  Call call;
  const std::string& path;
  std::uint64_t number;  ///< 1-based, over all calls
};

class FaultFs final : public Fs {
 public:
  explicit FaultFs(Fs& inner);
  ~FaultFs() override;

  /// The nth call of this kind from now on (1: the next) fails with `err`; with `forever`, all after it too.
  void fail(Call call, std::uint64_t nth, int err, bool forever = false);
  /// The nth change of any kind from now on fails.
  void fail_change(std::uint64_t nth, int err, bool forever = false);
  /// A write that is made to fail first writes this many of its bytes. Default 0.
  void set_partial_write(std::size_t bytes);
  /// From now on it is a network file system.
  void set_network() { network_ = true; }
  /// Takes back what was made to fail and heals the poison, as a new process would.
  void clear();
  /// Runs before each call, on the calling thread; may throw, stop the process or end it.
  void before_each(std::function<void(const CallInfo&)> callback);

  std::uint64_t count(Call call) const;
  std::uint64_t changes() const;

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
  bool is_network(const std::string& path) override { return network_ || inner_.is_network(path); }
  bool poisoned() const override;
  void note(std::string_view text) override { inner_.note(text); }
  std::string boot_id() override { return inner_.boot_id(); }
  std::int64_t now_seconds() override { return inner_.now_seconds(); }
  void random(std::span<std::uint8_t> out) override { inner_.random(out); }

  struct Plan;

 private:
  std::unique_ptr<File> wrap(std::unique_ptr<File> file);

  Fs& inner_;
  bool network_ = false;
  std::shared_ptr<Plan> plan_;  ///< files may outlive the FaultFs
};

}  // namespace vstore::os
