// A git repository of its own for a test, to ask git for its opinion. Tests that use it have nothing to say
// where git is not installed.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "unit/os/scratch.h"

namespace vstore::test {

class GitRepo {
 public:
  GitRepo() { works_ = run("init -q . && echo made") == "made\n"; }
  bool works() const { return works_; }

  /// Standard output of "git ARGUMENTS" in the repository; `environment` like "A=1 B=2".
  std::string run(const std::string& arguments, const std::string& environment = {}) const {
    const std::string command = "cd " + scratch_.root() +
                                " && GIT_DIR=.git GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 " +
                                environment + " git " + arguments + " 2>/dev/null";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string output;
    char buffer[4096];
    for (std::size_t n = 0; pipe && (n = fread(buffer, 1, sizeof buffer, pipe.get())) > 0;)
      output.append(buffer, n);
    return output;
  }

  std::vector<std::string> lines(const std::string& arguments) const {
    std::vector<std::string> all;
    const std::string output = run(arguments);
    for (std::size_t at = 0; at < output.size();) {
      const std::size_t end = std::min(output.find('\n', at), output.size());
      all.push_back(output.substr(at, end - at));
      at = end + 1;
    }
    return all;
  }

  const std::string& directory() const { return scratch_.root(); }

 private:
  Scratch scratch_;
  bool works_ = false;
};

}  // namespace vstore::test
