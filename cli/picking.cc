#include "cli/picking.h"

#include <algorithm>

#include "cli/acknowledge.h"
#include "cli/args.h"
#include "cli/commit_report.h"
#include "cli/context.h"
#include "cli/identity.h"
#include "cli/ref_write.h"
#include "cli/refs.h"
#include "cli/status_text.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + "\n";
  return text;
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    lines.push_back(text.substr(at, end - at));
  }
  return lines;
}

std::string setting(const PendingMerge& pending, const std::string& name) {
  const auto at = pending.settings.find(name);
  return at == pending.settings.end() ? std::string() : at->second;
}

PickOptions remembered_options(Context& context, const PendingMerge& pending) {
  PickFlags flags;
  flags.merge.favors = split_lines(setting(pending, "favors"));
  PickOptions options = pick_options(context, flags);
  options.reverse = pending.kind == MergeKind::revert;
  options.mainline = static_cast<unsigned>(std::strtoul(setting(pending, "mainline").c_str(), nullptr, 10));
  options.note_origin = setting(pending, "note_origin") == "1";
  options.fast_forward = setting(pending, "fast_forward") == "1";
  options.began_empty = static_cast<EmptyPick>(std::strtoul(setting(pending, "began_empty").c_str(), nullptr, 10));
  options.became_empty = static_cast<EmptyPick>(std::strtoul(setting(pending, "became_empty").c_str(), nullptr, 10));
  return options;
}

/// One run, told to the user.
class PickReport {
 public:
  PickReport(Context& context, const PickFlags& flags, MergeKind kind)
      : context_(context), flags_(flags), kind_(kind), name_(to_string(kind)), snapshot_(context.store().snapshot()) {}

  /// `stored`: the new commits are published.
  int tell(const PickRun& run, bool committed, bool stored) {
    if (flags_.json) {
      print_as_json(run);
    } else {
      if (!flags_.quiet && committed && stored && kind_ != MergeKind::rebase) tell_commits(run);
      tell_dropped(run);
      if (run.stop) tell_stop(*run.stop, run.rest.size(), committed, stored);
    }
    return run.stop ? 1 : 0;
  }

 private:
  void tell_commits(const PickRun& run) {
    const auto branch = context_.workspace_or_null() ? context_.workspace().head_branch() : std::nullopt;
    for (const Picked& picked : run.done) {
      if (!picked.commit || *picked.commit == picked.origin) continue;
      CommitResult result;
      result.id = *picked.commit;
      result.commit = snapshot_.commit(result.id);
      if (flags_.into) result.branch = short_name(*flags_.into);
      else if (branch) result.branch = short_name(*branch);
      print_commit_report(context_, result);
    }
  }

  void tell_dropped(const PickRun& run) {
    if (kind_ != MergeKind::rebase || flags_.quiet) return;
    for (const Picked& picked : run.done) {
      if (!picked.commit) context_.note("dropping " + describe(snapshot_, picked.origin) + " -- its changes are there already");
    }
  }

  void tell_stop(const PickStop& stop, std::size_t rest, bool committed, bool stored) {
    const std::string label = abbreviate(snapshot_, stop.commit) + " (" + std::string(subject(snapshot_.commit(stop.commit).message)) + ")";
    MergeOptions options;
    options.ours_label = "HEAD";
    options.theirs_label = kind_ == MergeKind::revert ? "parent of " + label : label;
    print_merge_lines(context_, stop.tree, options);
    context_.out().flush();
    if (stop.tree.clean()) {
      context_.note("vstore: the change of " + describe(snapshot_, stop.commit) + " is empty here");
      if (stored) context_.note("hint: leave it out with 'vstore " + name_ + " --skip', or commit it with 'vstore commit --allow-empty'");
      return;
    }
    const std::string verb = kind_ == MergeKind::revert ? "revert" : "apply";
    context_.note("vstore: could not " + verb + " " + abbreviate(snapshot_, stop.commit) + "... " +
                  escape_for_terminal(subject(snapshot_.commit(stop.commit).message)));
    if (!stored) {
      context_.note("vstore: nothing was changed");
    } else if (!committed) {
      context_.note("hint: mend the files and mark them with 'vstore add' or 'vstore rm'" +
                    (rest ? "; " + count_of(rest, "commit") + " after this one must be picked again" : std::string()));
    } else {
      context_.note("hint: mend the files, mark them with 'vstore add' or 'vstore rm', then run 'vstore " + name_ + " --continue'");
      context_.note("hint: leave this commit out with 'vstore " + name_ + " --skip', or take everything back with 'vstore " + name_ + " --abort'");
    }
  }

  void print_as_json(const PickRun& run) const {
    Json document;
    document["outcome"] = !run.stop ? "done" : run.stop->tree.clean() ? "empty" : "conflicts";
    document["head"] = to_json(run.head);
    document["commits"] = Json::array();
    for (const Picked& picked : run.done) {
      Json item;
      item["origin"] = to_json(picked.origin);
      item["commit"] = picked.commit ? to_json(*picked.commit) : Json();
      document["commits"].push_back(std::move(item));
    }
    document["stopped_at"] = run.stop ? to_json(run.stop->commit) : Json();
    document["conflicts"] = conflicts_json(run.stop ? run.stop->tree.conflicts : std::vector<MergeConflict>());
    print_json(context_.out(), document);
  }

  Context& context_;
  const PickFlags& flags_;
  MergeKind kind_;
  std::string name_;
  Snapshot snapshot_;
};

/// The last words of a rebase.
void tell_rebased(Context& context, const PickFlags& flags, const std::optional<std::string>& ref) {
  if (flags.quiet || flags.json) return;
  context.note(ref ? "Successfully rebased and updated " + *ref + "." : "Successfully rebased and updated detached HEAD.");
}

PendingMerge pending_of_kind(Context& context, MergeKind kind) {
  auto pending = context.workspace().pending_merge();
  if (pending && pending->kind == kind) return std::move(*pending);
  throw Error(ErrorCode::refused, "there is no " + std::string(to_string(kind)) + " under way", "'vstore status' says what is");
}

}  // namespace

void PickFlags::declare(Args& args, const std::string& name) {
  merge.declare(args);
  args.flag("--continue", go_on, "commit what was resolved, then go on with the rest");
  args.flag("--skip", skip, "leave out the commit that could not be applied, then go on with the rest");
  args.flag("--abort", abort, "go back to where HEAD was before the " + name);
  args.option("--into", "REF", into, "in the store, without a workspace: REF is to name the result");
  args.option("--expect", "OLD", expect, "with --into: REF must still name OLD; else exit code 4");
  args.option("--lock-timeout", "SECONDS", lock_timeout, "how long to wait for other writers (30)");
  args.flag("-q,--quiet", quiet, "print errors and conflicts only");
  args.flag("--json", json, "the result as a JSON document");
}

bool PickFlags::controls(Context& context) const {
  if (lock_timeout) context.set_lock_timeout(*lock_timeout);
  if (abort + go_on + skip + into.has_value() > 1) {
    throw Error(ErrorCode::usage, "--abort, --continue, --skip and --into exclude each other");
  }
  if (expect && !into) throw Error(ErrorCode::usage, "--expect needs --into");
  return abort || go_on || skip;
}

PickOptions pick_options(Context& context, const PickFlags& flags) {
  PickOptions options;
  options.merge = flags.merge.options(context, "HEAD", "theirs");
  options.author = author(context);
  options.author_time = author_date().value_or(now());
  options.committer = committer(context);
  options.commit_time = committer_date().value_or(now());
  return options;
}

std::map<std::string, std::string> pick_settings(const PickFlags& flags, const PickOptions& options) {
  std::map<std::string, std::string> settings;
  if (!flags.merge.favors.empty()) settings["favors"] = joined(flags.merge.favors);
  if (options.mainline != 0) settings["mainline"] = std::to_string(options.mainline);
  if (options.note_origin) settings["note_origin"] = "1";
  if (options.fast_forward) settings["fast_forward"] = "1";
  settings["began_empty"] = std::to_string(static_cast<int>(options.began_empty));
  settings["became_empty"] = std::to_string(static_cast<int>(options.became_empty));
  return settings;
}

std::vector<Id> commits_to_pick(Context& context, const std::vector<std::string>& arguments, bool oldest_first) {
  const auto is_set = [](const std::string& argument) {
    return argument.find("..") != std::string::npos || argument.starts_with('^');
  };
  std::vector<Id> commits;
  if (std::none_of(arguments.begin(), arguments.end(), is_set)) {
    for (const std::string& argument : arguments) commits.push_back(commit_of(context, argument));
    return commits;
  }
  LogOptions options;
  options.set = resolve_set(context.snapshot(), context.revisions(), arguments);
  LogWalk walk(context.snapshot(), options);
  while (const auto entry = walk.next()) commits.push_back(entry->id);
  if (oldest_first) std::reverse(commits.begin(), commits.end());
  if (commits.empty()) throw Error(ErrorCode::refused, "no commits in that range", "'vstore log RANGE' lists what a range has");
  return commits;
}

namespace {

void acknowledge(const Acknowledger& recorder, const PickRun& run) {
  for (const Picked& picked : run.done) {
    if (picked.commit && *picked.commit != picked.origin) recorder.acknowledge(*picked.commit);
  }
}

}  // namespace

int begin_pick(Context& context, const PickFlags& flags, const PickRequest& request) {
  const Acknowledger recorder(context);
  const bool rebase = request.kind == MergeKind::rebase;
  const auto ref = request.branch ? request.branch : context.workspace().head_branch();
  context.begin(rebase ? "rebasing" : "applying changes");
  const PickResult result = context.workspace().pick(request, context.command_line());
  if (request.options.commit) acknowledge(recorder, result.run);
  const int code = PickReport(context, flags, request.kind).tell(result.run, request.options.commit, true);
  if (rebase && code == 0) tell_rebased(context, flags, ref);
  context.store().fold();
  return code;
}

int control_pick(Context& context, const PickFlags& flags, MergeKind kind) {
  const Acknowledger recorder(context);
  const PendingMerge pending = pending_of_kind(context, kind);
  if (flags.abort) {
    return report_problems(context, "restore", context.workspace().abort_merge(context.command_line()).problems);
  }
  const PickOptions options = remembered_options(context, pending);
  context.begin("applying changes");
  const PickResult result = flags.skip ? context.workspace().skip_pick(options, context.command_line())
                                       : context.workspace().continue_pick(options, context.command_line());
  acknowledge(recorder, result.run);
  const int code = PickReport(context, flags, kind).tell(result.run, true, true);
  if (kind == MergeKind::rebase && code == 0) tell_rebased(context, flags, pending.branch);
  context.store().fold();
  return code;
}

IntoTarget into_target(Context& context, const PickFlags& flags) {
  const Snapshot snapshot = context.store().snapshot();
  IntoTarget target;
  target.ref = flags.into->starts_with("refs/") ? *flags.into : branch_ref(*flags.into);
  if (checked_out_at(snapshot, target.ref)) {
    throw Error(ErrorCode::refused, "branch '" + *flags.into + "' is checked out in a workspace", "do it there, or into another branch");
  }
  const auto old = snapshot.ref(target.ref);
  const auto tip = snapshot.ref_commit(target.ref);
  if (!old || !tip) throw Error(ErrorCode::not_found, "no branch named '" + *flags.into + "'", "'vstore branch' lists them");
  if (flags.expect) demand_expected(context, snapshot, target.ref, *flags.expect);
  target.old = *old;
  target.tip = *tip;
  return target;
}

int pick_into(Context& context, const PickFlags& flags, const IntoTarget& target, const Id& onto,
              const std::vector<Id>& commits, const PickOptions& options, MergeKind kind) {
  const Acknowledger recorder(context);
  context.begin("applying changes");
  Transaction txn = context.store().begin();
  const PickRun run = pick_commits(txn, onto, txn.base().commit(onto).tree, commits, options);
  if (!run.stop && run.head != target.tip) {
    txn.set_ref(target.ref, target.old, RefValue::commit(run.head));
    txn.publish({.who = committer(context), .command = context.command_line(), .time = std::nullopt});
    acknowledge(recorder, run);
  }
  const int code = PickReport(context, flags, kind).tell(run, true, !run.stop);
  if (!run.stop && !flags.quiet && !flags.json) {
    context.out().print(target.ref, " is now at ", describe(context.store().snapshot(), run.head), "\n");
  }
  return code;
}

}  // namespace vstore::cli
