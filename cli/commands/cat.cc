#include "cli/command.h"
#include "cli/listing.h"
#include "vstore/file.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class Cat final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Print files as they were in a version, one after the other. A part of a large file (--offset, --length) "
        "costs only that part. A path alone means HEAD's.");
    args.option("--offset", "BYTES", offset_, "begin there (suffixes k, m, g)");
    args.option("--length", "BYTES", length_, "print at most so many");
    args.positionals("REVISION:PATH", files_, {.min = 1});
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.snapshot();
    std::vector<Id> contents;  // all of them are looked up before anything is printed
    for (const std::string& file : files_) contents.push_back(content_of(context, snapshot, file));
    for (const Id& content : contents) {
      const auto print = [&](ByteView bytes) {
        context.out().print(as_text(bytes));
        return true;
      };
      FileReader(snapshot, content).visit(print, offset_.value_or(0), length_.value_or(UINT64_MAX));
    }
    return 0;
  }

  static Id content_of(Context& context, const Snapshot& snapshot, const std::string& file) {
    const Place place = find_place(context, snapshot, file);
    if (place.file && place.file->kind != Kind::empty_directory) return place.file->id;
    throw Error(ErrorCode::usage, "'" + escape_for_terminal(file) + "' is a directory, not a file",
                "'vstore ls' lists it");
  }

  std::optional<std::uint64_t> offset_, length_;
  std::vector<std::string> files_;
};

}  // namespace

std::unique_ptr<Command> make_cat() { return std::make_unique<Cat>(); }

}  // namespace vstore::cli
