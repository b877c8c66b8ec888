// vstore stats: what the store consists of.
#include "cli/command.h"
#include "cli/json.h"
#include "vstore/stats.h"

namespace vstore::cli {
namespace {

/// "3.25", from a / b.
std::string ratio(std::uint64_t a, std::uint64_t b) {
  if (b == 0) return "-";
  const std::uint64_t hundredths = (a * 100 + b / 2) / b;
  const std::uint64_t rest = hundredths % 100;
  return std::to_string(hundredths / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

struct Sums {
  std::uint64_t bytes = 0, stored = 0, chunk_bytes = 0;
  explicit Sums(const StoreStats& stats) {
    for (const auto& [type, sum] : stats.objects) {
      bytes += sum.bytes;
      stored += sum.stored;
      if (type == ObjectType::chunk) chunk_bytes = sum.bytes;
    }
  }
};

class Stats final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Print what the store consists of: objects by type, frames by codec, packs, how much is saved by storing equal "
        "data once and by compression, and how much is garbage.");
    args.flag("--json", json_, "one JSON document");
  }

  int run(Context& context) override {
    const Snapshot snapshot = context.store().snapshot();
    context.begin("counting");
    const StoreStats stats = store_stats(snapshot, context.progress());
    if (json_) print_document(context.out(), stats);
    else print_text(context.out(), stats);
    return 0;
  }

  static void print_text(Output& out, const StoreStats& stats) {
    const Sums sums(stats);
    out.print("packs:       ", count_of(stats.packs, "file"), ", ", human_bytes(stats.pack_bytes), "\n");
    for (const auto& [type, sum] : stats.objects) print_row(out, std::string(to_string(type)), sum.objects, sum.bytes, sum.stored);
    for (const auto& [codec, sum] : stats.frames) print_row(out, "frames " + codec, sum.frames, sum.bytes, sum.stored);
    out.print("versions:    ", stats.versions, ", ", human_bytes(stats.version_bytes), " of files\n");
    out.print("dedup:       ", ratio(stats.version_bytes, sums.chunk_bytes), " (bytes of all versions to bytes of chunks)\n");
    out.print("compression: ", ratio(sums.bytes, sums.stored), "\n");
    out.print("garbage:     ", human_bytes(stats.garbage_stored), " of ", human_bytes(stats.pack_bytes), "\n");
  }

  static void print_row(Output& out, const std::string& name, std::uint64_t count, std::uint64_t bytes, std::uint64_t stored) {
    std::string label = name + ":";
    label.resize(std::max<std::size_t>(label.size() + 1, 20), ' ');
    out.print("  ", label, count, ", ", human_bytes(bytes), ", stored in ", human_bytes(stored), "\n");
  }

  static void print_document(Output& out, const StoreStats& stats) {
    const Sums sums(stats);
    Json document;
    document["packs"] = stats.packs;
    document["pack_bytes"] = stats.pack_bytes;
    document["objects"] = Json::object();
    for (const auto& [type, sum] : stats.objects)
      document["objects"][std::string(to_string(type))] = {{"objects", sum.objects}, {"bytes", sum.bytes}, {"stored_bytes", sum.stored}};
    document["frames"] = Json::object();
    for (const auto& [codec, sum] : stats.frames)
      document["frames"][codec] = {{"frames", sum.frames}, {"bytes", sum.bytes}, {"stored_bytes", sum.stored}};
    document["versions"] = stats.versions;
    document["version_bytes"] = stats.version_bytes;
    document["dedup_ratio"] = sums.chunk_bytes == 0 ? Json() : Json(static_cast<double>(stats.version_bytes) / static_cast<double>(sums.chunk_bytes));
    document["compression_ratio"] = sums.stored == 0 ? Json() : Json(static_cast<double>(sums.bytes) / static_cast<double>(sums.stored));
    document["garbage_bytes"] = stats.garbage_stored;
    print_json(out, document);
  }

  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_stats() { return std::make_unique<Stats>(); }

}  // namespace vstore::cli
