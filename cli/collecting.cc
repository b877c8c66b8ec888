#include "cli/collecting.h"

#include <limits>

#include "cli/context.h"
#include "cli/errors.h"
#include "cli/identity.h"
#include "vstore/config.h"

namespace vstore::cli {
namespace {

constexpr const char* kept_by_default = "90 days ago";

std::optional<std::int64_t> since(const std::string& date) {
  if (date == "never") return std::nullopt;
  if (date == "now" || date == "all") return std::numeric_limits<std::int64_t>::max();
  return parse_time(date, now()).seconds;
}

unsigned cold_versions_min(const std::optional<std::string>& value) {
  if (!value) return GcOptions().cold_versions_min;
  const auto number = parse_size(*value);
  if (number && *number >= 0 && *number <= std::numeric_limits<unsigned>::max())
    return static_cast<unsigned>(*number);
  throw Error(ErrorCode::usage, "bad number '" + *value + "' for gc.coldVersions",
              "give a number of versions, or 0 for never");
}

}  // namespace

GcOptions collect_options(Context& context, const std::optional<std::string>& prune) {
  GcOptions options;
  options.operations_since = since(prune ? *prune : context.config("gc.operationExpire").value_or(kept_by_default));
  options.cold_versions_min = cold_versions_min(context.config("gc.coldVersions"));
  options.progress = context.progress();
  return options;
}

bool collection_is_due(Context& context) {
  const auto value = context.config("gc.auto");
  if (!value) return false;
  const auto changes = parse_size(*value);
  if (!changes) throw Error(ErrorCode::usage, "bad number '" + *value + "' for gc.auto", "give a number of changes, or 0");
  const Snapshot now = context.store().snapshot();
  return *changes > 0 && now.generation() - now.collected_generation() >= static_cast<std::uint64_t>(*changes);
}

void tidy_after_write(Context& context) {
  try {
    context.store().fold();
    if (collection_is_due(context)) context.store().collect(collect_options(context, std::nullopt));
  } catch (const Error& error) {
    warn("the store was not tidied: " + std::string(error.what()));
  }
}

}  // namespace vstore::cli
