// recorder - a disk that remembers the order of its writes: one image file, shown through FUSE for a loop
// device.
//
//   recorder IMAGE LOG MOUNT_POINT     in the foreground; 'fusermount3 -u MOUNT_POINT' ends it
//
// In MOUNT_POINT are two files. `disk` is IMAGE. What is written to `mark` goes nowhere but into the log, so
// that whoever makes promises can write them down in order with the writes and flushes below the file system.
//
// LOG is a sequence of records, each a byte of kind, the offset (8 bytes) and the length (4), both
// little-endian: 'W', then the bytes: written to the disk; 'F': everything before was flushed; 'M', then the
// bytes: a mark.
//
// One thread serves all requests, so the log's order is that in which they were answered. A file system that
// has seen a flush return may rely on each write that was answered before; these are the ones before it in
// the log.
#define FUSE_USE_VERSION 31
#include <fcntl.h>
#include <fuse.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

namespace {

int image = -1;
std::FILE* log_file = nullptr;

constexpr std::string_view disk = "/disk", mark = "/mark";

void record(char kind, std::uint64_t offset, const char* data, std::uint32_t size) {
  unsigned char head[13] = {static_cast<unsigned char>(kind)};
  for (int i = 0; i < 8; ++i) head[1 + i] = static_cast<unsigned char>(offset >> (8 * i));
  for (int i = 0; i < 4; ++i) head[9 + i] = static_cast<unsigned char>(size >> (8 * i));
  std::fwrite(head, 1, sizeof head, log_file);
  std::fwrite(data, 1, size, log_file);
  if (kind == 'M') std::fflush(log_file);
}

int get_attributes(const char* path, struct stat* out, fuse_file_info*) {
  *out = {};
  if (std::string_view(path) == "/") {
    out->st_mode = S_IFDIR | 0755;
    out->st_nlink = 2;
    return 0;
  }
  if (path != disk && path != mark) return -ENOENT;
  struct stat now {};
  if (path == disk && fstat(image, &now) != 0) return -errno;
  out->st_mode = S_IFREG | 0600;
  out->st_nlink = 1;
  out->st_size = now.st_size;
  return 0;
}

int open_file(const char* path, fuse_file_info* info) {
  if (path != disk && path != mark) return -ENOENT;
  info->direct_io = 1;  // nothing is cached above: each write comes here at once
  return 0;
}

int read_bytes(const char* path, char* out, std::size_t size, off_t offset, fuse_file_info*) {
  if (path != disk) return 0;
  const ssize_t got = pread(image, out, size, offset);
  return got < 0 ? -errno : static_cast<int>(got);
}

int write_bytes(const char* path, const char* data, std::size_t size, off_t offset, fuse_file_info*) {
  if (path != disk) {
    record('M', 0, data, static_cast<std::uint32_t>(size));
    return static_cast<int>(size);
  }
  const ssize_t done = pwrite(image, data, size, offset);
  if (done < 0) return -errno;
  record('W', static_cast<std::uint64_t>(offset), data, static_cast<std::uint32_t>(done));
  return static_cast<int>(done);
}

int flush_disk(const char* path, int, fuse_file_info*) {
  if (path == disk) record('F', 0, nullptr, 0);
  return 0;
}

int set_size(const char* path, off_t, fuse_file_info*) { return path == mark ? 0 : -EPERM; }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: recorder IMAGE LOG MOUNT_POINT\n", stderr);
    return 2;
  }
  image = open(argv[1], O_RDWR | O_CLOEXEC);
  log_file = std::fopen(argv[2], "wbe");
  if (image < 0 || log_file == nullptr) {
    std::perror("recorder");
    return 1;
  }
  fuse_operations operations = {};
  operations.getattr = get_attributes;
  operations.open = open_file;
  operations.read = read_bytes;
  operations.write = write_bytes;
  operations.fsync = flush_disk;
  operations.truncate = set_size;
  char foreground[] = "-f", one_thread[] = "-s";
  char* args[] = {argv[0], foreground, one_thread, argv[3], nullptr};
  const int code = fuse_main(4, args, &operations, nullptr);
  return std::fclose(log_file) == 0 ? code : 1;
}
