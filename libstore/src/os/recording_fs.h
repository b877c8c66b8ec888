// os/recording_fs.h - an Fs that passes everything on to another one and writes down what changes
// below one directory, for CrashModel. Changes elsewhere pass unrecorded. Thread-safe: changes are made
// one at a time, so that the trace has the order in which they happened.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "os/fs.h"
#include "os/trace.h"

namespace vstore::os {

class RecordingFs final : public Fs {
 public:
  /// Reads what lies below `root` of `inner` as the initial image.
  RecordingFs(Fs& inner, std::string root);
  ~RecordingFs() override;

  /// A copy of the trace up to now.
  Trace trace() const;
  /// Number of operations recorded so far.
  std::size_t position() const;

  std::unique_ptr<File> open_read(const std::string& path) override;
  std::unique_ptr<File> open_write(const std::string& path) override;
  std::unique_ptr<File> create(const std::string& path) override;
  std::shared_ptr<const MappedFile> map(const std::string& path) override { return inner_.map(path); }
  void rename(const std::string& from, const std::string& to) override;
  void rename_noreplace(const std::string& from, const std::string& to) override;
  bool unlink(const std::string& path) override;
  bool make_directory(const std::string& path) override;
  void sync_directory(const std::string& path) override;
  std::optional<std::vector<std::string>> list(const std::string& path) override { return inner_.list(path); }
  std::optional<FileStat> stat(const std::string& path) override { return inner_.stat(path); }
  std::unique_ptr<Lock> lock(const std::string& path, LockMode mode, int timeout_ms) override;
  bool try_lock_file(File& file) override;
  bool is_network(const std::string& path) override { return inner_.is_network(path); }
  bool poisoned() const override { return inner_.poisoned(); }
  void note(std::string_view text) override;
  std::string boot_id() override { return inner_.boot_id(); }
  std::int64_t now_seconds() override { return inner_.now_seconds(); }
  void random(std::span<std::uint8_t> out) override { inner_.random(out); }

  struct Log;

 private:
  std::unique_ptr<File> wrap(std::unique_ptr<File> file, const std::string& path);
  void move(const std::string& from, const std::string& to, bool replace);

  Fs& inner_;
  std::shared_ptr<Log> log_;  ///< files may outlive the RecordingFs
};

}  // namespace vstore::os
