#include "history/short_id.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "history/civil_time.h"
#include "vstore/error.h"
#include "vstore/names.h"

namespace vstore {
namespace {

constexpr std::size_t kDigitsMin = 4;
constexpr std::size_t kCandidatesMax = 4096;
constexpr std::size_t kCandidatesListed = 10;

/// Lower case; empty if there is anything but hex digits.
std::string as_hex(std::string_view text) {
  std::string hex;
  for (const char c : text) {
    const char low = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if ((low < '0' || low > '9') && (low < 'a' || low > 'f')) return {};
    hex += low;
  }
  return hex;
}

ObjectType target_type(const Snapshot& snapshot, Id id, ObjectType type) {
  while (type == ObjectType::tag) {
    const Tag tag = snapshot.tag(id);
    id = tag.target;
    type = tag.target_type;
  }
  return type;
}

bool fits(const Snapshot& snapshot, const Id& id, IdWanted wanted) {
  const auto info = snapshot.find(id);
  if (!info) return false;
  if (wanted == IdWanted::anything) return true;
  if (wanted == IdWanted::tag) return info->type == ObjectType::tag;
  const ObjectType type = target_type(snapshot, id, info->type);
  return type == ObjectType::commit || (wanted == IdWanted::tree && type == ObjectType::tree);
}

std::string describe_commit(const Snapshot& snapshot, const Id& id) {
  const Commit commit = snapshot.commit(id);
  const CivilTime date = civil_from_time(commit.commit_time);
  char day[32];
  std::snprintf(day, sizeof day, " %04d-%02d-%02d - ", date.year, date.month, date.day);
  const std::string_view message = commit.message;
  return day + escape_for_terminal(message.substr(0, message.find('\n')));
}

std::string list_candidates(const Snapshot& snapshot, const std::vector<Id>& ids, std::size_t digits) {
  std::string list = "the candidates are:";
  for (std::size_t i = 0; i < std::min(ids.size(), kCandidatesListed); ++i) {
    const auto info = snapshot.find(ids[i]);
    if (!info) continue;
    list += "\n  " + ids[i].abbrev(digits) + " " + std::string(to_string(info->type));
    if (info->type == ObjectType::commit) list += describe_commit(snapshot, ids[i]);
  }
  if (ids.size() > kCandidatesListed) list += "\n  and more";
  return list;
}

/// Digits that tell these ids (in order) apart, at least ten.
std::size_t digits_apart(const std::vector<Id>& ids) {
  std::size_t digits = 10;
  for (std::size_t i = 1; i < ids.size(); ++i) {
    while (digits < 64 && ids[i - 1].abbrev(digits) == ids[i].abbrev(digits)) ++digits;
  }
  return digits;
}

}  // namespace

std::optional<Id> find_short_id(const Snapshot& snapshot, std::string_view text, IdWanted wanted) {
  const std::string hex = as_hex(text);
  if (hex.size() < kDigitsMin || hex.size() > 64) return std::nullopt;
  std::vector<Id> all = snapshot.find_prefix(hex, kCandidatesMax);
  if (all.empty()) return std::nullopt;
  if (all.size() == 1) return all.front();
  std::vector<Id> fitting;
  std::copy_if(all.begin(), all.end(), std::back_inserter(fitting),
               [&](const Id& id) { return fits(snapshot, id, wanted); });
  if (fitting.size() == 1) return fitting.front();
  std::vector<Id>& left = fitting.empty() ? all : fitting;
  std::sort(left.begin(), left.end());
  throw Error(ErrorCode::usage, "short id '" + std::string(text) + "' is ambiguous",
              list_candidates(snapshot, left, digits_apart(left)));
}

}  // namespace vstore
