// vstore fsck
#include <algorithm>
#include <cstdlib>
#include <filesystem>

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
        "Names what is damaged and which refs and files that hits. Changes nothing; others may go on writing. With "
        "--repair: mend it.");
    args.flag("--fast", fast_, "structure only: no object is read");
    args.option("--sample", "SHARE", sample_, "check so many of the frames, chosen at random, such as 5%");
    args.option("--max-time", "TIME", time_, "stop after TIME (90, 15m, 2h); the next run with --max-time goes on there");
    args.flag("--repair", repair_, "mend what can be mended; damaged packs are moved aside, nothing is deleted");
    args.option("--from", "DIR", from_, "with --repair: a store, or a directory of packs or files, that may have copies");
    args.flag("-q,--quiet", quiet_, "print damage only");
    args.flag("--json", json_, "one JSON document");
  }

  int run(Context& context) override {
    const WorkspacePlace place = context.place();
    if (!from_.empty() && !repair_) throw Error(ErrorCode::usage, "--from needs --repair");
    if (repair_ && (fast_ || sample_ || time_))
      throw Error(ErrorCode::usage, "--repair checks everything", "leave out --fast, --sample and --max-time");
    return repair_ ? run_repair(context, place) : run_check(context, place);
  }

  int run_check(Context& context, const WorkspacePlace& place) const {
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
    if (json_) print_json(context.out(), document(report));
    else print_text(context, report);
    return report.sound() ? 0 : exit_code(ErrorCode::damaged);
  }

  /// The files of the workspace are looked through too, last.
  int run_repair(Context& context, const WorkspacePlace& place) const {
    RepairOptions options;
    options.store = context.workspace_options().store;
    options.progress = context.progress();
    options.from = from_;
    for (const std::string& directory : from_) {
      if (!std::filesystem::is_directory(directory))
        throw Error(ErrorCode::not_found, "no such directory: '" + directory + "'", "check the spelling");
    }
    if (!place.root.empty()) options.from.push_back(place.root);
    RepairReport report = repair(place.store, options);
    check_workspace(place, report.after);
    if (json_) print_json(context.out(), repair_document(report));
    else print_repair(context, report);
    return report.sound() ? 0 : exit_code(ErrorCode::damaged);
  }

  void print_repair(Context& context, const RepairReport& report) const {
    Output& out = context.out();
    if (!quiet_) {
      for (const std::string& action : report.actions) out.print(action, '\n');
      for (const std::string& moved : report.moved) out.print("moved aside: '", moved, "'\n");
      if (report.objects_salvaged > 0)
        out.print("copied ", count_of(report.objects_salvaged, "object"), " out of damaged packs\n");
      if (report.objects_healed > 0) out.print("put back ", count_of(report.objects_healed, "object"), " from copies\n");
      if (report.actions.empty()) out.print(report.before.sound() ? "nothing to repair\n" : "nothing could be repaired\n");
    }
    print_lost(out, report);
    print_text(context, report.after);
    if (report.after.sound() && !report.sound()) {
      out.flush();
      context.note("vstore: not everything could be repaired");
      context.note("hint: look for another copy and offer it with --from");
    }
  }

  /// With whom each hits, as the check before the repair found out.
  static void print_lost(Output& out, const RepairReport& report) {
    for (const Damage& damage : report.before.damage) {
      if (damage.object && std::ranges::binary_search(report.lost, *damage.object)) print_damage(out, damage, "lost");
    }
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
    for (const Damage& damage : report.damage) print_damage(out, damage, to_string(damage.kind));
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

  static void print_damage(Output& out, const Damage& damage, std::string_view word) {
    out.print(out.paint(Colour::red, word), ": ", subject(damage), ": ", damage.what, '\n');
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

  static Json document(const FsckReport& report) {
    Json whole;
    whole["sound"] = report.sound();
    whole["complete"] = report.complete;
    whole["generation"] = report.generation;
    whole["packs"] = report.packs;
    whole["frames"] = report.frames;
    whole["objects"] = report.objects;
    whole["bytes_stored"] = report.bytes_stored;
    whole["bytes"] = report.bytes_raw;
    whole["refs"] = report.refs;
    whole["operations"] = report.operations;
    whole["damage"] = Json::array();
    for (const Damage& damage : report.damage) whole["damage"].push_back(damage_json(damage));
    whole["notes"] = report.notes;
    return whole;
  }

  static Json repair_document(const RepairReport& report) {
    Json whole;
    whole["sound"] = report.sound();
    whole["actions"] = report.actions;
    whole["moved"] = report.moved;
    whole["generation_lost"] = report.generation_lost == 0 ? Json() : Json(report.generation_lost);
    whole["objects_salvaged"] = report.objects_salvaged;
    whole["objects_healed"] = report.objects_healed;
    whole["lost"] = Json::array();
    for (const Id& id : report.lost) whole["lost"].push_back(to_json(id));
    whole["before"] = document(report.before);
    whole["after"] = document(report.after);
    return whole;
  }

  bool fast_ = false, quiet_ = false, json_ = false, repair_ = false;
  std::vector<std::string> from_;
  std::optional<std::string> sample_, time_;
};

}  // namespace

std::unique_ptr<Command> make_fsck() { return std::make_unique<Fsck>(); }

}  // namespace vstore::cli
