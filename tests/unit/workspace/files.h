// What the workspace's tests share: files on disk, and a workspace in a scratch directory.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "unit/os/scratch.h"
#include "vstore/workspace.h"

namespace vstore::test {

inline void write_file(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// All files below `root` but `.vstore`: path -> content; links as "-> target", executables with '*', empty
/// directories as "dir/" -> "".
inline std::map<std::string, std::string> files_below(const std::string& root) {
  namespace fs = std::filesystem;
  std::map<std::string, std::string> files;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator(); ++it) {
    const std::string path = it->path().lexically_relative(root).string();
    if (path == ".vstore") {
      it.disable_recursion_pending();
    } else if (it->is_symlink()) {
      files[path] = "-> " + fs::read_symlink(it->path()).string();
    } else if (it->is_directory()) {
      if (fs::is_empty(it->path())) files[path + "/"] = "";
    } else {
      const bool executable = (it->status().permissions() & fs::perms::owner_exec) != fs::perms::none;
      files[path] = (executable ? "*" : "") + read_file(it->path().string());
    }
  }
  return files;
}

inline WorkspaceOptions test_options() {
  WorkspaceOptions options;
  options.who = {"Test", "test@example.org"};
  options.threads = 2;
  return options;
}

/// A workspace in a directory of its own.
struct World {
  Scratch scratch;
  std::string root = scratch / "w";
  Workspace ws;

  explicit World(const WorkspaceOptions& options = test_options()) : ws(Workspace::init(root, "", "main", options)) {}

  void put(const std::string& path, const std::string& text) { write_file(root + "/" + path, text); }
  void erase(const std::string& path) { std::filesystem::remove_all(root + "/" + path); }
  std::map<std::string, std::string> files() const { return files_below(root); }

  AddResult add(std::vector<std::string> paths = {}) { return ws.add({std::move(paths)}, {}, "add"); }
  Id commit(const std::string& message) {
    CommitOptions options;
    options.message = message;
    options.author = options.committer = {"Test", "test@example.org"};
    options.author_time = options.commit_time = Time{1'700'000'000 + ++commits, 0};
    options.command = "commit";
    return ws.commit(options).id;
  }
  Id add_and_commit(const std::string& message) {
    add();
    return commit(message);
  }
  CheckoutResult checkout(const Id& commit_id, bool force = false) {
    CheckoutOptions options;
    options.force = force;
    return ws.switch_to(std::nullopt, commit_id, options, "checkout");
  }
  /// "XY path" for each entry.
  std::string status(StatusOptions options = {}) {
    std::string text;
    for (const StatusEntry& entry : ws.status(options).entries) {
      text += static_cast<char>(entry.staged);
      text += static_cast<char>(entry.unstaged);
      text += " " + entry.path + "\n";
    }
    return text;
  }
  int commits = 0;
};

}  // namespace vstore::test
