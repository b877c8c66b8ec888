// vstore batch: many changes of a version as one commit, without a workspace.
#include "cli/command.h"
#include "cli/json.h"
#include "cli/ref_write.h"
#include "cli/standard_input.h"
#include "cli/tree_changes.h"
#include "vstore/import.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

/// What {"op": "put", "bytes": N} is followed by: N bytes of the stream, and no more.
class Portion {
 public:
  Portion(StandardInput& input, std::uint64_t bytes) : input_(input), left_(bytes) {}
  std::size_t operator()(std::span<std::uint8_t> out) {
    const std::size_t wanted = std::min<std::uint64_t>(out.size(), left_);
    const std::size_t n = input_.read(out.first(wanted));
    left_ -= n;
    if (n < wanted) throw Error(ErrorCode::usage, "standard input ends within the bytes of a file", "check \"bytes\"");
    return n;
  }

 private:
  StandardInput& input_;
  std::uint64_t left_;
};

class Batch final : public Command {
  void declare(Args& args) override {
    args.usage("batch [OPTION]... --ref REF");
    args.describe(
        "Read changes from standard input, a JSON object a line, and publish them as one commit on top of REF, a branch: "
        "all of them or none. No workspace is needed; a branch that does not exist is made.");
    args.option("--ref", "REF", ref_, "the branch to write to");
    flags_.declare(args);
  }

  int run(Context& context) override {
    if (!ref_) throw Error(ErrorCode::usage, "give the branch to write to with --ref");
    RefWrite write(context, flags_, *ref_);
    TreeChanges changes(write.transaction(), write.tree());
    context.begin("storing");
    StandardInput input;
    std::uint64_t number = 0;
    while (const auto line = input.line()) {
      ++number;
      if (line->empty()) continue;
      try {
        take(write.transaction(), changes, input, Json::parse(*line));
      } catch (const Json::exception&) {
        throw Error(ErrorCode::usage, "line " + std::to_string(number) + " is not what batch understands",
                    "'vstore help batch' says what a line may hold");
      } catch (const Error& error) {
        throw Error(error.code(), "line " + std::to_string(number) + ": " + error.what(), error.hint());
      }
    }
    return write.commit(changes.finish(), "Batch of " + count_of(changes.count(), "change"));
  }

  static void take(Transaction& txn, TreeChanges& changes, StandardInput& input, const Json& line) {
    const std::string op = line.at("op");
    if (op == "put") {
      const std::string path = snapshot_path(line.at("path"));
      Entry entry = content(txn, input, line);
      if (line.value("executable", entry.kind == Kind::executable)) entry.kind = Kind::executable;
      changes.put(path, entry);
    } else if (op == "delete") {
      changes.remove(snapshot_path(line.at("path")));
    } else if (op == "copy" || op == "move") {
      const std::string from = snapshot_path(line.at("from"));
      changes.copy(from, snapshot_path(line.at("to")));
      if (op == "move") changes.remove(from);
    } else {
      throw Error(ErrorCode::usage, "unknown op '" + escape_for_terminal(op) + "'", "give put, delete, copy or move");
    }
  }

  static Entry content(Transaction& txn, StandardInput& input, const Json& line) {
    if (line.contains("file")) return import_file(txn, line.at("file").get<std::string>());
    if (line.contains("bytes")) {
      const std::uint64_t size = line.at("bytes");
      Portion portion(input, size);
      return import_content(txn, [&](std::span<std::uint8_t> out) { return portion(out); }, size);
    }
    const std::string text = line.at("text");
    std::size_t at = 0;
    return import_content(txn, [&](std::span<std::uint8_t> out) {
      const std::size_t n = text.copy(reinterpret_cast<char*>(out.data()), out.size(), at);
      at += n;
      return n;
    }, text.size());
  }

  RefWriteFlags flags_;
  std::optional<std::string> ref_;
};

}  // namespace

std::unique_ptr<Command> make_batch() { return std::make_unique<Batch>(); }

}  // namespace vstore::cli
