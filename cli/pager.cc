#include "cli/pager.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

#include "cli/errors.h"
#include "cli/spawn.h"
#include "vstore/error.h"

namespace vstore::cli {

void Pager::start(const std::string& command) {
  if (pid_ >= 0 || command.empty() || command == "cat") return;
  const std::string program = command.substr(0, command.find_first_of(" \t|&;<>()$`\\\"'"));
  if (!program.empty() && program.find('/') == program.npos && !on_path(program)) {
    warn("there is no pager '" + program + "'");
    return;
  }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("open", "a pipe to the pager");
  std::vector<std::string> environment;
  if (!std::getenv("LESS")) environment.push_back("LESS=FRX");  // quit if one screen, keep colours
  if (!std::getenv("LV")) environment.push_back("LV=-c");
  pid_ = spawn(shell_words(command), ends[0], environment);
  ::dup2(ends[1], 1);
  ::close(ends[0]);
  ::close(ends[1]);
}

void Pager::finish() {
  if (pid_ < 0) return;
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::dup2(null, 1);  // the pager sees the end of its input
  ::close(null);
  wait_for(pid_);
  pid_ = -1;
}

}  // namespace vstore::cli
