#include "pack/pack_output.h"

#include <doctest/doctest.h>

#include <cerrno>

#include "os/fault_fs.h"
#include "os/mem_fs.h"
#include "vstore/error.h"

using namespace vstore;

TEST_CASE("whoever writes after a failed write hears what went wrong, not that something did") {
  os::MemFs memory;
  os::FaultFs fs(memory);
  PackOutput output(fs.create("pack"));
  const Bytes large(2u << 20);  // goes past the buffer
  fs.fail(os::Call::write, 1, ENOSPC);
  CHECK_THROWS_AS(output.write(large), Error);
  for (int again = 0; again < 2; ++again) {
    try {
      output.write(large);
      FAIL("a broken output took a write");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::io);
      CHECK(error.sys_errno() == ENOSPC);
      CHECK(!error.hint().empty());
    }
  }
  CHECK(output.flushed() == 0);
}
