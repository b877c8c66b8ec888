#include "os/image.h"

#include <functional>
#include <string_view>

#include "vstore/error.h"

namespace vstore::os {
namespace {

void read_below(Fs& fs, const std::string& root, const std::string& prefix, Image& image) {
  const auto names = fs.list(root + "/" + prefix);
  if (!names) throw_errno(ENOENT, "read directory", root + "/" + prefix);
  for (const std::string& name : *names) {
    const std::string relative = prefix + name;
    const std::string path = root + "/" + relative;
    if (fs.stat(path)->is_directory) {
      image.directories.insert(relative);
      read_below(fs, root, relative + "/", image);
      continue;
    }
    const auto file = fs.open_read(path);
    Bytes& bytes = image.files[relative];
    bytes.resize(file->size());
    file->pread(0, bytes);
  }
}

std::uint64_t mix(std::uint64_t print, std::string_view text) {
  return (print ^ std::hash<std::string_view>()(text)) * 0x9e3779b97f4a7c15u;
}

}  // namespace

std::uint64_t Image::fingerprint() const {
  std::uint64_t print = 1;
  for (const auto& [path, bytes] : files) print = mix(mix(print, path), as_text(bytes));
  for (const std::string& path : directories) print = mix(print, path);
  return print;
}

Image Image::read(Fs& fs, const std::string& root) {
  Image image;
  read_below(fs, root, "", image);
  return image;
}

void Image::write(Fs& fs, const std::string& root) const {
  for (const std::string& directory : directories)
    fs.make_directory(root + "/" + directory);  // parents first
  for (const auto& [path, bytes] : files) fs.create(root + "/" + path)->pwrite(0, bytes);
}

}  // namespace vstore::os
