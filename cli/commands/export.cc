// vstore export: a version, or a directory of one, as plain files or as a tar archive.
#include <sys/stat.h>

#include <cerrno>

#include "cli/command.h"
#include "cli/listing.h"
#include "cli/refs.h"
#include "cli/status_text.h"
#include "cli/tar_writer.h"
#include "vstore/file.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class Export final : public Command {
  void declare(Args& args) override {
    args.usage("export REVISION[:PATH] DIRECTORY");
    args.usage("export --tar REVISION[:PATH]");
    args.describe(
        "Write the files of a version, or those below a directory of it, to DIRECTORY, which must be new or empty; or with "
        "--tar as an archive to standard output. No workspace is needed. The same version gives the same archive, byte for byte.");
    args.flag("--tar", tar_, "a tar archive on standard output");
    args.flag("-q,--quiet", quiet_, "print errors only");
    args.positionals("REVISION[:PATH]", words_, {.min = 1, .max = 2});
  }

  int run(Context& context) override {
    if (tar_ != (words_.size() == 1)) throw Error(ErrorCode::usage, "give a directory to write to, or --tar");
    const Snapshot snapshot = context.snapshot();
    const Place place = find_place(context, snapshot, words_[0]);
    if (place.file) {
      throw Error(ErrorCode::usage, "'" + escape_for_terminal(words_[0]) + "' is a file", "print it with 'vstore cat'");
    }
    return tar_ ? write_tar(context, snapshot, place) : write_files(context, snapshot, place);
  }

  int write_files(Context& context, const Snapshot& snapshot, const Place& place) const {
    if (::mkdir(words_[1].c_str(), 0777) != 0 && errno != EEXIST) throw_errno("create", words_[1]);
    context.begin("exporting");
    const CheckoutResult result = export_tree(snapshot, place.root, place.path, words_[1], 0, context.progress());
    if (!quiet_) context.out().print(count_of(result.written, "file"), ", ", human_bytes(result.bytes), "\n");
    return report_problems(context, "write", result.problems);
  }

  int write_tar(Context& context, const Snapshot& snapshot, const Place& place) const {
    TarWriter tar(context.out(), commit_seconds(context, snapshot));
    const std::string prefix = place.prefix();
    for (TreeCursor at = snapshot.tree(place.root).seek(prefix); at.valid() && at.key().starts_with(prefix); at.next()) {
      const std::string path(at.key().substr(prefix.size()));
      if (!path.empty()) write_entry(snapshot, tar, path, at.entry());
    }
    tar.finish();
    return 0;
  }

  /// All entries have the time of the commit; what is no commit has none.
  std::int64_t commit_seconds(Context& context, const Snapshot& snapshot) const {
    const std::string revision = words_[0].substr(0, words_[0].find(':'));
    try {
      return snapshot.commit(commit_of(context, revision.empty() ? "HEAD" : revision)).commit_time.seconds;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::usage) throw;
      return 0;
    }
  }

  static void write_entry(const Snapshot& snapshot, TarWriter& tar, const std::string& path, const Entry& entry) {
    if (entry.kind == Kind::empty_directory) return tar.directory(path);
    const FileReader reader(snapshot, entry.id);
    if (entry.kind == Kind::symlink) {
      std::string target(reader.size(), '\0');
      reader.read(0, target.size(), reinterpret_cast<std::uint8_t*>(target.data()));
      return tar.symlink(path, target);
    }
    tar.file(path, entry.kind == Kind::executable, reader.size());
    reader.visit([&](ByteView bytes) {
      tar.content({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
      return true;
    });
    tar.finish_file();
  }

  bool tar_ = false, quiet_ = false;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_export() { return std::make_unique<Export>(); }

}  // namespace vstore::cli
