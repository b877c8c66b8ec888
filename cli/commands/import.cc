// vstore import: a whole directory or archive as the next version of a ref, without a workspace.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/ref_write.h"
#include "cli/standard_input.h"
#include "vstore/import.h"

namespace vstore::cli {
namespace {

class Import final : public Command {
  void declare(Args& args) override {
    args.usage("import [OPTION]... --ref REF (DIRECTORY | ARCHIVE | -)");
    args.describe(
        "Make a commit on top of REF, a branch, whose files are those of DIRECTORY, or of a tar archive, - being "
        "standard input, and print its id. No workspace is needed, and no ignore file counts; a branch that does not exist is made. If nothing changed no commit is made.");
    args.option("--ref", "REF", ref_, "the branch to write to");
    flags_.declare(args);
    args.positionals("DIRECTORY | ARCHIVE | -", sources_, {.min = 1, .max = 1});
  }

  int run(Context& context) override {
    if (!ref_) throw Error(ErrorCode::usage, "give the branch to write to with --ref");
    RefWrite write(context, flags_, *ref_);
    context.begin("importing");
    ImportOptions options;
    options.before = write.tree();
    options.progress = context.progress();
    const std::string& source = sources_[0];
    const Id files = is_directory(source) ? import_directory(write.transaction(), source, options)
                                          : import_archive(write.transaction(), source, options);
    return write.commit(files, "Import " + (source == "-" ? "an archive" : source));
  }

  static bool is_directory(const std::string& path) {
    struct stat info {};
    if (path == "-") return false;
    if (::stat(path.c_str(), &info) != 0) throw_errno("read", path);
    return S_ISDIR(info.st_mode);
  }

  static Id import_archive(Transaction& txn, const std::string& path, const ImportOptions& options) {
    const bool standard = path == "-";
    const int fd = standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) throw_errno("read", path);
    StandardInput input(fd, standard ? "standard input" : path);
    bool first = true;
    return import_tar(txn, [&](std::span<std::uint8_t> out) {
      const std::size_t n = input.read(out);
      if (std::exchange(first, false)) refuse_compressed({reinterpret_cast<const char*>(out.data()), n});
      return n;
    }, options);
  }

  static void refuse_compressed(std::string_view beginning) {
    using namespace std::string_view_literals;
    for (const auto& [magic, program] : {std::pair("\x1f\x8b"sv, "gzip"), std::pair("\x28\xb5\x2f\xfd"sv, "zstd"),
                                         std::pair("\xfd" "7zXZ"sv, "xz"), std::pair("BZh"sv, "bzip2")}) {
      if (!beginning.starts_with(magic)) continue;
      throw Error(ErrorCode::refused, "the archive is compressed",
                  "unpack it on the way: " + std::string(program) + " -dc ARCHIVE | vstore import --ref REF -");
    }
  }

  RefWriteFlags flags_;
  std::optional<std::string> ref_;
  std::vector<std::string> sources_;
};

}  // namespace

std::unique_ptr<Command> make_import() { return std::make_unique<Import>(); }

}  // namespace vstore::cli
