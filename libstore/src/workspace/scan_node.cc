#include "workspace/scan_node.h"

#include <algorithm>

#include "vstore/error.h"
#include "vstore/names.h"
#include "workspace/listing_cache.h"

namespace vstore::scan {
namespace {

bool is_metadata_name(std::string_view name) {
  static constexpr std::string_view wanted = ".vstore";
  return std::equal(name.begin(), name.end(), wanted.begin(), wanted.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
  });
}

}  // namespace

const PathProblem* Shared::add_problem(std::string path, std::string message, ErrorCode code) {
  const std::lock_guard hold(mutex);
  return &problems.emplace_back(PathProblem{std::move(path), std::move(message), code});
}

void Node::list(Shared& shared) {
  thread_local os::DirNames found;
  try {
    if (open_and_read(shared, found)) choose(shared, found);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::io && error.code() != ErrorCode::refused) throw;
    names.clear();
    slots.clear();
    children.clear();
    problem = shared.add_problem(path.empty() ? "" : path + "/", error.what(), error.code());
  }
  stats.resize(size());
  left_ = size();
  if (size() == 0) handle_.reset();
}

/// False if there is nothing to look at.
bool Node::open_and_read(Shared& shared, os::DirNames& found) {
  handle_ = shared.top.open_beneath(path);
  if (!handle_) return false;  // vanished
  if (selected) {
    read_all(shared, found);
    is_empty = found.size() == 0;
  } else {
    read_selected(shared, found);
    resolve_unknown(found);
    found.sort_as_keys();
  }
  if (is_nested_workspace(found)) {
    problem = shared.add_problem(
        path + "/",
        "'" + escape_for_terminal(path) +
            "' is a vstore workspace of its own, not looked into; to pass over it, put '/" +
            escape_for_terminal(path) + "/' in .vstoreignore",
        ErrorCode::refused);
    return false;
  }
  if (shared.options.ignore != nullptr && !path.empty() && may_hold_ignore_file(found)) {
    level = shared.options.ignore->enter(level, path, *handle_);
  }
  return true;
}

void Node::read_all(Shared& shared, os::DirNames& found) const {
  ListingCache* const kept = shared.options.listings;
  os::EntryStat stat;
  if (kept != nullptr) {
    stat = handle_->stat_self();  // before the names: a change in between shows next time
    if (kept->find(path, stat, found)) return;
  }
  handle_->read_names(found);
  resolve_unknown(found);
  found.sort_as_keys();
  if (kept != nullptr) kept->remember(path, stat, found);
}

/// Only the names that lead to a prefix: a directory of a million files is not read for one of them.
void Node::read_selected(Shared& shared, os::DirNames& found) const {
  found.clear();
  const std::string base = path.empty() ? "" : path + "/";
  const auto& prefixes = shared.options.prefixes;
  std::string_view last;
  for (auto it = std::lower_bound(prefixes.begin(), prefixes.end(), base);
       it != prefixes.end() && it->starts_with(base); ++it) {
    const std::string_view rest = std::string_view(*it).substr(base.size());
    const std::string_view name = rest.substr(0, rest.find('/'));
    if (name == last) continue;  // what begins with "name/" follows each other
    last = name;
    os::EntryStat stat;
    if (handle_->stat(std::string(name).c_str(), stat)) found.add(name, stat.type);
  }
  os::EntryStat stat;
  if (!path.empty() && handle_->stat(".vstore", stat)) found.add(".vstore", stat.type);
}

bool Node::is_nested_workspace(const os::DirNames& found) const {
  if (path.empty()) return false;
  return std::any_of(found.names().begin(), found.names().end(),
                     [&](const auto& name) { return is_metadata_name(found.text(name)); });
}

/// The names tell, if all were read: an attempt to open a file costs more.
bool Node::may_hold_ignore_file(const os::DirNames& found) const {
  return !selected || std::any_of(found.names().begin(), found.names().end(),
                                  [&](const auto& name) { return found.text(name) == ignore_file_name; });
}

/// Some file systems do not tell the type with the name.
void Node::resolve_unknown(os::DirNames& found) const {
  os::EntryStat stat;
  for (auto& name : found.names()) {
    if (name.type != os::FileType::unknown) continue;
    name.type = handle_->stat(found.c_str(name), stat) ? stat.type : os::FileType::other;
  }
}

bool Node::is_selected(const Shared& shared, std::string_view full_path) const {
  if (selected) return true;
  return std::binary_search(shared.options.prefixes.begin(), shared.options.prefixes.end(), full_path,
                            std::less<>());
}

void Node::choose(Shared& shared, os::DirNames& found) {
  std::string full_path = path.empty() ? "" : path + "/";
  const std::size_t base = full_path.size();
  slots.reserve(found.size());
  for (const auto& name : found.names()) {
    full_path.resize(base);
    full_path.append(found.text(name));
    bool keep = true;
    Slot slot = judge(shared, full_path, name.type, keep);
    if (!keep) continue;
    if (slot.verdict == Verdict::directory) {
      slot.child = static_cast<std::uint32_t>(children.size());
      children.push_back(
          std::make_shared<Node>(full_path, level, slot.ignored, is_selected(shared, full_path)));
    }
    names.add(found.text(name), name.type);
    slots.push_back(slot);
  }
}

/// What is to be done with one name.
Slot Node::judge(Shared& shared, const std::string& full_path, os::FileType type, bool& keep) const {
  const ScanOptions& options = shared.options;
  const bool is_directory = type == os::FileType::directory;
  Slot slot = {is_directory ? Verdict::directory : Verdict::file, ignored, false, 0, nullptr};
  if (path.empty() && is_metadata_name(full_path)) return keep = false, slot;
  if (!is_directory && !is_selected(shared, full_path)) return keep = false, slot;
  if (options.ignore != nullptr && !slot.ignored) {
    slot.ignored = IgnoreRules::ignored(*level, full_path, is_directory);
  }
  const bool look_all_the_same =
      slot.ignored && options.tracked && options.tracked(is_directory ? full_path + "/" : full_path);
  if (slot.ignored && !look_all_the_same) {
    keep = options.report_ignored;
    if (is_directory) slot.verdict = Verdict::item;
    return slot;
  }
  if (is_directory && options.descend && !options.descend(full_path + "/")) {
    slot.verdict = Verdict::item;
    slot.pruned = true;
  }
  return slot;
}

void Node::stat_one(Shared& shared, std::size_t i) {
  Slot& slot = slots[i];
  os::EntryStat& stat = stats[i];
  if (slot.verdict != Verdict::file) return;
  try {
    if (!handle_->stat(names.c_str(names.names()[i]), stat)) {
      slot.verdict = Verdict::gone;
    } else if (stat.type == os::FileType::directory) {
      slot.problem = shared.add_problem(full(name(i)) + "/",
                                        "'" + escape_for_terminal(full(name(i))) + "' became a directory while it was looked at",
                                        ErrorCode::lost_race);
    }
  } catch (const Error& error) {
    slot.problem = shared.add_problem(full(name(i)), error.what(), error.code());
  }
  if (slot.problem != nullptr) slot.verdict = Verdict::problem;
}

void Node::stat_range(Shared& shared, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) stat_one(shared, i);
  if (end > begin && left_.fetch_sub(end - begin) == end - begin) handle_.reset();
}

}  // namespace vstore::scan
