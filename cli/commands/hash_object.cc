#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>

#include "cli/command.h"
#include "cli/json.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

/// A copy of standard input on disk: contents are hashed by file, in bounded memory.
class SpooledInput {
 public:
  SpooledInput() {
    const char* directory = std::getenv("TMPDIR");
    path_ = std::string(directory && *directory ? directory : "/tmp") + "/vstore-stdin-XXXXXX";
    fd_ = ::mkstemp(path_.data());
    if (fd_ < 0) throw_errno("create", path_);
  }
  ~SpooledInput() {
    ::close(fd_);
    ::unlink(path_.c_str());
  }
  SpooledInput(const SpooledInput&) = delete;
  SpooledInput& operator=(const SpooledInput&) = delete;

  const std::string& read_all() {
    char buffer[65536];
    ssize_t n;
    while ((n = ::read(0, buffer, sizeof buffer)) != 0) {
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) throw_errno("read", "standard input");
      write_all(std::string_view(buffer, static_cast<std::size_t>(n)));
    }
    return path_;
  }

 private:
  void write_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno != EINTR) throw_errno("write", path_);
      if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  std::string path_;
  int fd_ = -1;
};

class HashObject final : public Command {
  void declare(Args& args) override {
    args.usage("hash-object FILE...");
    args.usage("hash-object --stdin [FILE]...");
    args.describe(
        "Print the ids that files would have in a version; nothing is stored, and no store is needed. The id of "
        "a file of one chunk (32 KiB at least) is its plain BLAKE3, as b3sum prints it.");
    args.flag("--stdin", standard_input_, "hash standard input (first)");
    args.flag("--json", json_, "a JSON object for each file, one a line");
    args.positionals("FILE", files_);
  }

  int run(Context& context) override {
    if (!standard_input_ && files_.empty()) throw Error(ErrorCode::usage, "missing argument: FILE");
    if (standard_input_) print(context.out(), Json(), hash_file(SpooledInput().read_all()));
    for (const std::string& file : files_) print(context.out(), file, hash(file));
    return 0;
  }

  /// What is missing was never there: nobody adds it, as the library supposes.
  static Id hash(const std::string& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) {
      const std::string quoted = "'" + escape_for_terminal(file) + "'";
      if (errno == ENOENT || errno == ENOTDIR)
        throw Error(ErrorCode::not_found, "no such file: " + quoted,
                    "check the spelling, or read standard input with --stdin");
      throw_errno("read", file);
    }
    return hash_file(target_of(file));
  }

  /// Through symbolic links, as git and b3sum read.
  static std::string target_of(const std::string& file) {
    char target[PATH_MAX];
    if (!::realpath(file.c_str(), target)) throw_errno("read", file);
    return target;
  }

  void print(Output& out, const Json& file, const Id& id) const {
    if (!json_) return out.print(id.hex(), "\n");
    Json object;
    if (file.is_string()) set_text(object, "path", file.get_ref<const std::string&>());
    else object["path"] = file;
    object["id"] = to_json(id);
    print_json(out, object);
  }

  bool standard_input_ = false, json_ = false;
  std::vector<std::string> files_;
};

}  // namespace

std::unique_ptr<Command> make_hash_object() { return std::make_unique<HashObject>(); }

}  // namespace vstore::cli
