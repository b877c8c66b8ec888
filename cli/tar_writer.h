// cli/tar_writer.h - a tar archive (POSIX ustar, with pax records for what that cannot say). The same entries give the
// same bytes: owner 0, one time for all, modes 0644 and 0755.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vstore::cli {

class Output;

class TarWriter {
 public:
  TarWriter(Output& out, std::int64_t seconds) : out_(out), seconds_(seconds) {}

  void directory(const std::string& path) { header(path, '5', 0755, 0, {}); }
  void symlink(const std::string& path, const std::string& target) { header(path, '2', 0777, 0, target); }
  /// Its bytes follow by content().
  void file(const std::string& path, bool executable, std::uint64_t size) { header(path, '0', executable ? 0755 : 0644, size, {}); }
  void content(std::string_view bytes);
  void finish_file();
  /// Two empty blocks.
  void finish();

 private:
  void header(const std::string& path, char type, unsigned mode, std::uint64_t size, const std::string& target);
  void pax(const std::string& records);
  void block(const std::string& name, char type, unsigned mode, std::uint64_t size, const std::string& target);

  Output& out_;
  std::int64_t seconds_;
  std::uint64_t written_ = 0;  // of the content under way
};

}  // namespace vstore::cli
