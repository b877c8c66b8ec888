// vstore update-ref: refs, one or many, all or none.
#include <sstream>

#include "cli/command.h"
#include "cli/identity.h"
#include "cli/ref_write.h"
#include "cli/refs.h"
#include "cli/standard_input.h"
#include "vstore/names.h"
#include "vstore/revision.h"

namespace vstore::cli {
namespace {

class UpdateRef final : public Command {
  void declare(Args& args) override {
    args.usage("update-ref REF NEW [OLD]");
    args.usage("update-ref -d REF [OLD]");
    args.usage("update-ref --stdin");
    args.describe(
        "Let REF, a full name such as refs/heads/main, name the commit or tag NEW; with OLD, only if it still names that (an "
        "empty OLD: if it does not exist), else the exit code is 4. With --stdin, read changes, a line each, and make all of "
        "them or none.");
    args.flag("-d,--delete", delete_, "delete the ref");
    args.flag("--stdin", stdin_, "read 'update REF NEW [OLD]', 'create REF NEW', 'delete REF [OLD]', 'verify REF [OLD]'");
    args.option("--lock-timeout", "SECONDS", lock_timeout_, "how long to wait for other writers (30)");
    args.positionals("REF [NEW] [OLD]", words_, {.max = 3});
  }

  int run(Context& context) override {
    if (lock_timeout_) context.set_lock_timeout(*lock_timeout_);
    Transaction txn = context.store().begin();
    if (stdin_) {
      if (!words_.empty() || delete_) throw Error(ErrorCode::usage, "--stdin takes no other arguments");
      StandardInput input;
      while (const auto line = input.line()) take_line(context, txn, *line);
    } else {
      if (words_.empty() || words_.size() + delete_ < 2 || (delete_ && words_.size() > 2)) {
        throw Error(ErrorCode::usage, "give REF and NEW, or -d and REF");
      }
      if (delete_) remove(context, txn, words_[0], word(words_, 1));
      else update(context, txn, words_[0], words_[1], word(words_, 2));
    }
    txn.publish({.who = committer(context), .command = context.command_line(), .time = std::nullopt});
    return 0;
  }

  static std::optional<std::string> word(const std::vector<std::string>& words, std::size_t n) {
    return n < words.size() ? std::optional(words[n]) : std::nullopt;
  }

  void take_line(Context& context, Transaction& txn, const std::string& line) const {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string text; stream >> text;) words.push_back(text);
    if (words.empty()) return;
    const std::string verb = words[0];
    const bool takes_new = verb == "update" || verb == "create";
    const std::size_t max = verb == "update" ? 4 : 3;
    if ((!takes_new && verb != "delete" && verb != "verify") || words.size() < (takes_new ? 3u : 2u) || words.size() > max) {
      throw Error(ErrorCode::usage, "line not understood: '" + escape_for_terminal(line) + "'",
                  "lines are 'update REF NEW [OLD]', 'create REF NEW', 'delete REF [OLD]' and 'verify REF [OLD]'");
    }
    if (verb == "update") update(context, txn, words[1], words[2], word(words, 3));
    else if (verb == "create") update(context, txn, words[1], words[2], std::string());
    else if (verb == "delete") remove(context, txn, words[1], word(words, 2));
    else verify(context, txn, words[1], word(words, 2).value_or(""));
  }

  /// Workspaces' own refs belong to them.
  static void check(const std::string& ref) {
    if (ref.starts_with("refs/")) return check_ref_name(ref);
    throw Error(ErrorCode::usage, "'" + escape_for_terminal(ref) + "' is not the full name of a ref", "such as refs/heads/main");
  }

  static void update(Context& context, Transaction& txn, const std::string& ref, const std::string& to,
                     const std::optional<std::string>& old) {
    check(ref);
    if (old) demand_expected(context, txn.base(), ref, *old);
    const Resolved found = resolve(txn.base(), context.revisions(), to);
    if (found.type != ObjectType::commit && found.type != ObjectType::tag) {
      throw Error(ErrorCode::usage, "'" + escape_for_terminal(to) + "' is neither a commit nor a tag",
                  "a branch or a tag names a whole version");
    }
    const bool tag = found.type == ObjectType::tag;
    txn.set_ref(ref, txn.base().ref(ref), tag ? RefValue::tag(found.id) : RefValue::commit(found.id));
  }

  static void remove(Context& context, Transaction& txn, const std::string& ref, const std::optional<std::string>& old) {
    check(ref);
    if (old) demand_expected(context, txn.base(), ref, *old);
    const auto now = txn.base().ref(ref);
    if (!now) throw Error(ErrorCode::not_found, "no ref '" + escape_for_terminal(ref) + "'", "'vstore show-ref' lists them");
    txn.set_ref(ref, now, std::nullopt);
  }

  static void verify(Context& context, Transaction& txn, const std::string& ref, const std::string& old) {
    check(ref);
    demand_expected(context, txn.base(), ref, old);
    txn.expect_ref(ref, txn.base().ref(ref));
  }

  bool delete_ = false, stdin_ = false;
  std::optional<std::uint64_t> lock_timeout_;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_update_ref() { return std::make_unique<UpdateRef>(); }

}  // namespace vstore::cli
