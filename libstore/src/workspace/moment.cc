#include "workspace/moment.h"

#include <algorithm>

#include "vstore/error.h"

namespace vstore {
namespace {

constexpr const char* file_name = "/moment";

/// One line, "STAGE BASE\n" in hexadecimal, "-" where nothing was checked out.
std::string text_of(const WorkState& state) {
  return state.stage.hex() + " " + (state.base ? state.base->id.hex() : "-") + "\n";
}

}  // namespace

void note_moment(os::Fs& fs, const std::string& directory, const WorkState& state) try {
  const std::string path = directory + file_name;
  const std::string temporary = path + ".new";
  fs.unlink(temporary);
  fs.create(temporary)->pwrite(0, as_bytes(text_of(state)));
  fs.rename(temporary, path);
} catch (const Error& error) {
  if (error.code() != ErrorCode::io) throw;
}

bool is_at_moment(os::Fs& fs, const std::string& directory, const WorkState& state) try {
  const auto file = fs.open_read(directory + file_name);
  if (!file) return false;
  const std::string expected = text_of(state);
  std::string noted(std::min<std::uint64_t>(file->size(), expected.size() + 1), '\0');
  file->pread(0, {reinterpret_cast<std::uint8_t*>(noted.data()), noted.size()});
  return noted == expected;
} catch (const Error& error) {
  if (error.code() != ErrorCode::io) throw;
  return false;
}

}  // namespace vstore
