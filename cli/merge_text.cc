#include "cli/merge_text.h"

#include "cli/args.h"
#include "cli/context.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

/// One -X: a side, for all paths or for some.
struct FavorRule {
  Favor favor;
  std::function<bool(std::string_view)> matches;
};

FavorRule parse_favor(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string side = text.substr(0, equals);
  if ((side != "ours" && side != "theirs") || equals + 1 == text.size()) {
    throw Error(ErrorCode::usage, "unknown strategy option '" + escape_for_terminal(text) + "'",
                "give ours or theirs, or for some paths ours=PATH or theirs=PATH");
  }
  PathSelection paths;
  if (equals != std::string::npos) paths.specs.push_back(text.substr(equals + 1));
  return {side == "ours" ? Favor::ours : Favor::theirs, paths.matcher()};
}

std::string conflict_line(const MergeConflict& c, const MergeOptions& options) {
  const std::string path = quote_path(c.path);
  const auto deleted = [&](const std::string& by, const std::string& kept) {
    return "CONFLICT (modify/delete): " + path + " deleted in " + by + " and modified in " + kept +
           ".  Version " + kept + " of " + path + " left in tree.";
  };
  switch (c.reason) {
    case ConflictReason::content:
      return "CONFLICT (content): Merge conflict in " + path;
    case ConflictReason::added_by_both:
      return "CONFLICT (add/add): Merge conflict in " + path;
    case ConflictReason::binary:
      return "CONFLICT (binary): " + path + " changed on both sides; theirs is kept as " +
             quote_path(c.other_path);
    case ConflictReason::kind:
      return "CONFLICT (distinct types): " + path +
             " is not the same kind of file on both sides; theirs is kept as " + quote_path(c.other_path);
    case ConflictReason::deleted_by_us:
      return deleted(options.ours_label, options.theirs_label);
    case ConflictReason::deleted_by_them:
      return deleted(options.theirs_label, options.ours_label);
    case ConflictReason::directory_in_place:
      return "CONFLICT (file/directory): directory in the way of a file; it is kept as " + path;
    case ConflictReason::renamed_apart:
      return "CONFLICT (rename/rename): a file is " + path + " in " + options.ours_label + " and " +
             quote_path(c.other_path) + " in " + options.theirs_label;
  }
  return path;
}

std::string_view word(ConflictReason reason) {
  switch (reason) {
    case ConflictReason::content:
      return "content";
    case ConflictReason::added_by_both:
      return "added_by_both";
    case ConflictReason::binary:
      return "binary";
    case ConflictReason::kind:
      return "kind";
    case ConflictReason::deleted_by_us:
      return "deleted_by_us";
    case ConflictReason::deleted_by_them:
      return "deleted_by_them";
    case ConflictReason::directory_in_place:
      return "directory_in_place";
    case ConflictReason::renamed_apart:
      return "renamed_apart";
  }
  return "";
}

}  // namespace

void MergeFlags::declare(Args& args) {
  args.option("-X,--strategy-option", "SIDE", favors,
              "ours or theirs: that side wins where both changed the same; SIDE=PATH: only there; "
              "repeatable, the last "
              "one that fits counts");
}

MergeOptions MergeFlags::options(Context& context, const std::string& ours, const std::string& theirs) const {
  MergeOptions options;
  options.ours_label = ours;
  options.theirs_label = theirs;
  const std::string style = context.config("merge.conflictstyle").value_or("merge");
  if (style != "merge" && style != "diff3") {
    throw Error(ErrorCode::usage,
                "unknown value '" + escape_for_terminal(style) + "' of 'merge.conflictstyle'",
                "styles are merge and diff3");
  }
  options.style = style == "diff3" ? ConflictStyle::diff3 : ConflictStyle::merge;
  if (favors.empty()) return options;
  std::vector<FavorRule> rules;
  for (const std::string& text : favors) rules.push_back(parse_favor(text));
  options.favor = [rules](std::string_view path) {
    Favor favor = Favor::none;
    for (const FavorRule& rule : rules) {
      if (rule.matches(path)) favor = rule.favor;
    }
    return favor;
  };
  return options;
}

void print_merge_lines(Context& context, const TreeMerge& merge, const MergeOptions& options) {
  for (const std::string& path : merge.merged_texts)
    context.out().print("Auto-merging ", quote_path(path), "\n");
  for (const MergeConflict& c : merge.conflicts) context.out().print(conflict_line(c, options), "\n");
}

Json conflicts_json(const std::vector<MergeConflict>& conflicts) {
  Json list = Json::array();
  for (const MergeConflict& c : conflicts) {
    Json item;
    set_text(item, "path", c.path);
    item["reason"] = word(c.reason);
    if (c.other_path.empty())
      item["other_path"] = Json();
    else
      set_text(item, "other_path", c.other_path);
    const auto id_of = [](const std::optional<Entry>& entry) { return entry ? to_json(entry->id) : Json(); };
    item["base"] = id_of(c.base);
    item["ours"] = id_of(c.ours);
    item["theirs"] = id_of(c.theirs);
    list.push_back(std::move(item));
  }
  return list;
}

}  // namespace vstore::cli
