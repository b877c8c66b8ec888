// vstore gc: remove what nothing leads to, and give its space back.
#include "cli/collecting.h"
#include "cli/command.h"
#include "cli/json.h"
#include "cli/keepers.h"
#include "cli/refs.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

std::uint64_t freed(const GcReport& report) {
  return report.bytes_before > report.bytes_after ? report.bytes_before - report.bytes_after : 0;
}

class Gc final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Remove what no branch, tag, hold, workspace or retained operation leads to, put small packs together, and give "
        "the space back. Others may read and write meanwhile; it may be interrupted and run again.");
    args.flag("-n,--dry-run", dry_run_, "only say exactly what would go and how many bytes that frees");
    args.option("--prune", "DATE", prune_, "operations older than DATE ('now': all but the newest) expire first");
    args.flag("--aggressive", aggressive_,
              "also compress everything anew, as small as it gets: a minute or more for each gigabyte");
    args.flag("--auto", auto_, "only if as many changes as gc.auto says were made since the last time");
    args.flag("-q,--quiet", quiet_, "print errors only");
    args.flag("--json", json_, "one JSON document");
  }

  int run(Context& context) override {
    GcOptions options = collect_options(context, prune_);
    options.dry_run = dry_run_;
    options.aggressive = aggressive_;
    if (auto_ && !collection_is_due(context)) return 0;
    const Snapshot before = context.store().snapshot();
    context.begin("collecting");
    const GcReport report = context.store().collect(options);
    if (dry_run_) measure_keepers(context, before);
    if (json_) print_document(context.out(), report);
    else if (!quiet_) print_text(context.out(), before, report);
    return 0;
  }

  void measure_keepers(Context& context, const Snapshot& snapshot) {
    context.begin("measuring refs");
    refs_ = ref_keepers(snapshot, context.progress());
    operations_ = operation_keepers(snapshot, context.progress());
  }

  /// What is kept by one alone, if that is anything worth a line.
  static void print_keepers(Output& out, std::string_view what, const std::vector<Keeper>& keepers) {
    for (const Keeper& keeper : keepers) {
      if (keeper.only.objects == 0) continue;
      out.print("only ", what, " ", what == "ref" ? "" : keeper.id.abbrev() + " ", escape_for_terminal(keeper.name), " keeps ",
                human_bytes(keeper.only.stored), "\n");
    }
  }

  static Json keepers_json(const std::vector<Keeper>& keepers, const char* name) {
    Json list = Json::array();
    for (const Keeper& keeper : keepers) {
      Json item;
      item["id"] = to_json(keeper.id);
      set_text(item, name, keeper.name);
      item["stored_bytes"] = keeper.only.stored;
      item["bytes"] = keeper.only.bytes;
      item["objects"] = keeper.only.objects;
      list.push_back(std::move(item));
    }
    return list;
  }

  void print_text(Output& out, const Snapshot& before, const GcReport& report) const {
    if (dry_run_) {
      for (const Id& commit : report.commits_removed) out.print("would remove ", describe(before, commit), "\n");
      print_keepers(out, "ref", refs_);
      print_keepers(out, "operation", operations_);
    }
    std::uint64_t objects = 0;
    for (const auto& [type, count] : report.removed) objects += count.objects;
    out.print(dry_run_ ? "Would remove " : "Removed ", count_of(objects, "object"));
    if (!report.commits_removed.empty()) out.print(" (", count_of(report.commits_removed.size(), "commit"), ")");
    if (report.operations_expired > 0) {
      out.print(dry_run_ ? ", let " : " and let ", count_of(report.operations_expired, "operation"), " expire");
    }
    if (report.chunks_cooled > 0 && aggressive_) {
      out.print(dry_run_ ? ", compress " : " and compressed ", count_of(report.chunks_cooled, "chunk"), " anew");
    } else if (report.chunks_cooled > 0) {
      out.print(dry_run_ ? ", put " : " and put ", count_of(report.chunks_cooled, "chunk"),
                " of older versions together");
    }
    out.print(dry_run_ ? "; would free " : "; freed ", human_bytes(freed(report)), " (", report.bytes_before, " -> ",
              report.bytes_after, " bytes in ", count_of(report.packs_after, "pack"), ")\n");
  }

  void print_document(Output& out, const GcReport& report) const {
    Json removed = Json::object();
    for (const auto& [type, count] : report.removed) {
      removed[std::string(to_string(type))] = {
          {"objects", count.objects}, {"bytes", count.bytes}, {"stored_bytes", count.stored}};
    }
    Json commits = Json::array();
    for (const Id& commit : report.commits_removed) commits.push_back(to_json(commit));
    Json document;
    document["dry_run"] = dry_run_;
    document["changed"] = report.changed;
    document["operations_kept"] = report.operations_kept;
    document["operations_expired"] = report.operations_expired;
    document["removed"] = std::move(removed);
    document["commits_removed"] = std::move(commits);
    document["packs_before"] = report.packs_before;
    document["packs_after"] = report.packs_after;
    document["packs_rewritten"] = report.packs_rewritten;
    document["chunks_cooled"] = report.chunks_cooled;
    document["leftovers_removed"] = report.leftovers_removed;
    document["bytes_before"] = report.bytes_before;
    document["bytes_after"] = report.bytes_after;
    if (dry_run_) {
      document["refs"] = keepers_json(refs_, "ref");
      document["operations"] = keepers_json(operations_, "command");
    }
    print_json(out, document);
  }

  bool dry_run_ = false, aggressive_ = false, auto_ = false, quiet_ = false, json_ = false;
  std::optional<std::string> prune_;
  std::vector<Keeper> refs_, operations_;
};

}  // namespace

std::unique_ptr<Command> make_gc() { return std::make_unique<Gc>(); }

}  // namespace vstore::cli
