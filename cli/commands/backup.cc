#include "vstore/backup.h"

#include "cli/command.h"
#include "cli/json.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

class BackupCommand final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Copy the store to DEST, consistently, while others go on writing. DEST is a new or empty directory, or an older "
        "backup of this store, to which only what is new is copied. To restore, make a backup of the backup.");
    args.flag("-q,--quiet", quiet_, "print errors only");
    args.flag("--json", json_, "one JSON document");
    args.positionals("DEST", destination_, {.min = 1, .max = 1});
  }

  int run(Context& context) override {
    const std::string& destination = destination_[0];
    const BackupReport report =
        backup(context.store(), destination, context.workspace_options().store, context.progress());
    if (json_) print_document(context.out(), report);
    else if (!quiet_) print_text(context.out(), report);
    return 0;
  }

  void print_text(Output& out, const BackupReport& report) const {
    if (report.up_to_date) return out.print("already up to date\n");
    out.print("copied ", count_of(report.packs_copied, "pack"), ", ", human_bytes(report.bytes_copied));
    if (report.packs_kept > 0) out.print("; ", count_of(report.packs_kept, "pack"), " there already");
    out.print('\n');
  }

  static void print_document(Output& out, const BackupReport& report) {
    Json whole;
    whole["generation"] = report.generation;
    whole["created"] = report.created;
    whole["up_to_date"] = report.up_to_date;
    whole["packs_copied"] = report.packs_copied;
    whole["packs_kept"] = report.packs_kept;
    whole["bytes_copied"] = report.bytes_copied;
    print_json(out, whole);
  }

  bool quiet_ = false, json_ = false;
  std::vector<std::string> destination_;
};

}  // namespace

std::unique_ptr<Command> make_backup() { return std::make_unique<BackupCommand>(); }

}  // namespace vstore::cli
