#include "cli/listing.h"

#include "cli/context.h"
#include "cli/revision_args.h"
#include "vstore/error.h"

namespace vstore::cli {
namespace {

Place place_of(const Snapshot& snapshot, const RevisionContext& names, const std::string& expression) {
  const Resolved found = resolve(snapshot, names, expression);
  if (found.entry && !found.is_directory) return {*found.tree, found.path, found.entry};
  if (found.tree) return {*found.tree, found.path, std::nullopt};
  return {resolve_tree(snapshot, names, expression), "", std::nullopt};
}

}  // namespace

Place find_place(Context& context, const Snapshot& snapshot, const std::string& argument) {
  const RevisionContext names = context.revisions();
  try {
    return place_of(snapshot, names, argument);
  } catch (const Error& error) {
    const bool maybe_path = error.code() == ErrorCode::not_found || error.code() == ErrorCode::usage;
    if (!maybe_path || argument.find(':') != argument.npos || !snapshot.ref_commit(names.head)) throw;
    const Tree tree = snapshot.tree(resolve_tree(snapshot, names, "HEAD"));
    std::string path;
    try {
      path = dataset_path(context, argument);
    } catch (const Error&) {
      throw error;  // no path of ours either: the first message says more
    }
    const std::optional<Entry> entry = tree.get(path);
    if (!entry && !path.empty() && !tree.has_directory(path)) throw;
    return {tree.root(), path, entry};
  }
}

void list_directory(const Tree& tree, const std::string& prefix, bool recursive,
                    const std::function<bool(const ListedItem&)>& visit) {
  std::string directory;
  for (TreeCursor cursor = tree.seek(prefix); cursor.valid() && cursor.key().starts_with(prefix);) {
    const std::string_view key = cursor.key();
    const std::size_t slash = key.find('/', prefix.size());
    if (key.size() == prefix.size()) {  // says that this directory exists, and is empty
      cursor.next();
    } else if (slash == key.npos) {
      if (!visit({key, cursor.entry()})) return;
      cursor.next();
    } else if (recursive) {
      const bool is_empty_directory = slash + 1 == key.size();
      if (!visit({key.substr(0, is_empty_directory ? slash : key.npos), cursor.entry()})) return;
      cursor.next();
    } else {
      directory = key.substr(0, slash);
      if (!visit({directory, std::nullopt})) return;
      cursor.seek_forward(prefix_end(directory + "/"));
    }
  }
}

Totals totals_below(const Tree& tree, const std::string& prefix) {
  Totals totals = prefix.empty() ? tree.totals() : tree.totals_prefix(prefix);
  if (totals.count == 1 && !prefix.empty() && tree.get(prefix)) totals.count = 0;
  return totals;
}

}  // namespace vstore::cli
