// The file that says which workspace this is.
#include "fuzz/fuzz.h"
#include "os/mem_fs.h"
#include "workspace/metadata.h"

using namespace vstore;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  os::MemFs fs;
  fs.make_directory("/w");
  fs.create("/w/workspace")->pwrite(0, {data, size});
  test::accepts([&] {
    const auto read = read_workspace_metadata(fs, "/w");
    REQUIRE_THAT(read.has_value());
    write_workspace_metadata(fs, "/w", *read);
    const auto again = read_workspace_metadata(fs, "/w");
    REQUIRE_THAT(again && again->id == read->id && again->store == read->store && again->root == read->root &&
                 again->inode == read->inode);
  });
  return 0;
}
