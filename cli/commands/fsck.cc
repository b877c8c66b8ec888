// vstore fsck
#include <cstdlib>

#include "cli/command.h"
#include "cli/errors.h"
#include "cli/files.h"
#include "cli/json.h"
#include "vstore/fsck.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

/// "5%" or "0.05".
double parse_share(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool percent = *end == '%';
  const double share = percent ? value / 100 : value;
  if (end == text.c_str() || end[percent] != '\0' || !(share > 0 && share <= 1))
    throw Error(ErrorCode::usage, "bad share '" + text + "'", "give a percentage above 0, such as 5%");
  return share;
}

/// "90", "90s", "15m" or "2h" in milliseconds.
std::uint64_t parse_duration(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const std::string unit = end;
  const double seconds = unit.empty() || unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (end == text.c_str() || seconds == 0 || !(value >= 0 && value < 1e9))
    throw Error(ErrorCode::usage, "bad time '" + text + "'", "give seconds, or a number with s, m or h");
  return static_cast<std::uint64_t>(value * seconds * 1000);
}

class Fsck final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Check the store: its root, its packs, every object's bytes, and that everything a version needs is there. "
        "Names what is damaged and which refs and files that hits. Changes nothing; others may go on writing.");
    args.flag("--fast", fast_, "structure only: no object is read");
    args.option("--sample", "SHARE", sample_, "check so many of the frames, chosen at random, such as 5%");
    args.option("--max-time", "TIME", time_, "stop after TIME (90, 15m, 2h); the next run with --max-time goes on there");
    args.flag("-q,--quiet", quiet_, "print damage only");
    args.flag("--json", json_, "one JSON document");
  }

  int run(Context& context) override {
    const WorkspacePlace place = context.place();
    FsckOptions options;
    options.store = context.workspace_options().store;
    options.fast = fast_;
    options.progress = context.progress();
    if (sample_) options.sample = parse_share(*sample_);
    if (time_) options.time_max_ms = parse_duration(*time_);
    const std::string resume_file = place.store + "/info/fsck";
    if (time_) options.resume = remembered(resume_file);
    FsckReport report = fsck(place.store, options);
    if (time_) remember(resume_file, report.resume);
    check_workspace(place, report);
    if (json_) print_document(context.out(), report);
    else print_text(context, report);
    return report.sound() ? 0 : exit_code(ErrorCode::damaged);
  }

  /// Nothing, if there was no run before.
  static std::string remembered(const std::string& file) {
    try {
      return read_text_file(file);
    } catch (const Error&) {
      return {};
    }
  }

  static void remember(const std::string& file, const std::string& resume) {
    try {
      write_text_file(file, resume);
    } catch (const Error& error) {
      warn("where the check stopped cannot be remembered: " + std::string(error.what()));
    }
  }

  static void check_workspace(const WorkspacePlace& place, FsckReport& report) {
    if (!place.fault.empty()) report.damage.push_back({DamageKind::format, "workspace", {}, {}, place.fault, {}, 0});
    if (place.metadata_directory.empty() || report.store_id.empty()) return;
    if (const auto fault = stat_cache_fault(place.metadata_directory, report.store_id)) report.notes.push_back(*fault);
  }

  void print_text(Context& context, const FsckReport& report) const {
    Output& out = context.out();
    for (const Damage& damage : report.damage) print_damage(out, damage);
    if (!quiet_) print_summary(out, report);
    if (report.sound()) return;
    out.flush();
    context.note("vstore: the store is damaged");
    context.note("hint: 'vstore fsck --repair' mends what it can; keep the store as it is until you have a copy of it");
  }

  static std::string subject(const Damage& damage) {
    if (!damage.object) return damage.file.empty() ? "store" : "'" + damage.file + "'";
    const std::string type = damage.type ? std::string(to_string(*damage.type)) : "object";
    return type + " " + damage.object->hex() + (damage.file.empty() ? "" : " in '" + damage.file + "'");
  }

  static void print_damage(Output& out, const Damage& damage) {
    out.print(out.paint(Colour::red, to_string(damage.kind)), ": ", subject(damage), ": ", damage.what, '\n');
    for (const std::string& hit : damage.hits) out.print("    ", quote_path(hit), '\n');
    if (damage.hits_total > damage.hits.size())
      out.print("    and ", damage.hits_total - damage.hits.size(), " more\n");
  }

  static void print_summary(Output& out, const FsckReport& report) {
    for (const std::string& note : report.notes) out.print("note: ", note, '\n');
    out.print(count_of(report.packs, "pack"), ", ", count_of(report.objects, "object"), " in ",
              count_of(report.frames, "frame"), ", ", human_bytes(report.bytes_stored), "; ",
              count_of(report.refs, "ref"), ", ", count_of(report.operations, "operation"), '\n');
    if (!report.resume.empty()) out.print("time is up; run it again with --max-time to go on\n");
    out.print(report.sound() ? "no damage found\n" : count_of(report.damage.size(), "thing") + " damaged\n");
  }

  static Json damage_json(const Damage& damage) {
    Json object;
    object["kind"] = to_string(damage.kind);
    object["file"] = damage.file.empty() ? Json() : Json(damage.file);
    object["object"] = damage.object ? to_json(*damage.object) : Json();
    object["type"] = damage.type ? Json(to_string(*damage.type)) : Json();
    set_text(object, "what", damage.what);
    object["hits"] = Json::array();
    for (const std::string& hit : damage.hits) {
      Json one;
      set_text(one, "revision", hit);
      object["hits"].push_back(one);
    }
    object["hits_total"] = damage.hits_total;
    return object;
  }

  static void print_document(Output& out, const FsckReport& report) {
    Json document;
    document["sound"] = report.sound();
    document["complete"] = report.complete;
    document["generation"] = report.generation;
    document["packs"] = report.packs;
    document["frames"] = report.frames;
    document["objects"] = report.objects;
    document["bytes_stored"] = report.bytes_stored;
    document["bytes"] = report.bytes_raw;
    document["refs"] = report.refs;
    document["operations"] = report.operations;
    document["damage"] = Json::array();
    for (const Damage& damage : report.damage) document["damage"].push_back(damage_json(damage));
    document["notes"] = report.notes;
    print_json(out, document);
  }

  bool fast_ = false, quiet_ = false, json_ = false;
  std::optional<std::string> sample_, time_;
};

}  // namespace

std::unique_ptr<Command> make_fsck() { return std::make_unique<Fsck>(); }

}  // namespace vstore::cli
