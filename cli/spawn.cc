#include "cli/spawn.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "vstore/error.h"

extern char** environ;

namespace vstore::cli {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  for (const std::string& word : words) result.push_back(const_cast<char*>(word.c_str()));
  return result;
}

}  // namespace

pid_t spawn(const std::vector<std::string>& words, int input_fd, const std::vector<std::string>& environment,
            int output_fd, const std::string& directory) {
  std::vector<char*> argv = pointers(words);
  argv.push_back(nullptr);
  std::vector<char*> env = pointers(environment);  // the first of two equal names is the one that is found
  for (char** at = environ; *at; ++at) env.push_back(*at);
  env.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (input_fd >= 0) ::posix_spawn_file_actions_adddup2(&actions, input_fd, 0);
  if (output_fd >= 0) ::posix_spawn_file_actions_adddup2(&actions, output_fd, 1);
  if (!directory.empty()) ::posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  pid_t pid = -1;
  const int err = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), env.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (err != 0) throw_errno(err, "run", words[0]);
  return pid;
}

std::vector<std::string> shell_words(const std::string& command, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"sh", "-c", arguments.empty() ? command : command + " \"$@\"", command};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return 127;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool on_path(const std::string& program) {
  const char* value = std::getenv("PATH");
  const std::string path = value ? value : "/usr/bin:/bin";
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t colon = std::min(path.find(':', at), path.size());
    const std::string candidate = path.substr(at, colon - at) + "/" + program;
    if (::access(candidate.c_str(), X_OK) == 0) return true;
    at = colon + 1;
  }
  return false;
}

}  // namespace vstore::cli
