#include "cli/entry_lines.h"

#include "cli/context.h"
#include "cli/diff_output.h"
#include "cli/json.h"
#include "vstore/names.h"

namespace vstore::cli {

void print_entry(Context& context, const FoundEntry& found, const EntryLineOptions& options) {
  Output& out = context.out();
  const bool has_content = found.entry.kind != Kind::empty_directory;
  if (options.json) {
    Json item;
    set_text(item, "path", found.path);
    item["kind"] = kind_name(found.entry.kind);
    item["size"] = found.entry.size;
    item["id"] = has_content ? to_json(found.entry.id) : Json();
    return print_json(out, item);
  }
  if (options.long_format) {
    std::string size = std::to_string(found.entry.size);
    size.insert(0, size.size() < 12 ? 12 - size.size() : 0, ' ');
    out.print(has_content ? found.entry.id.abbrev() : std::string(10, '-'), " ", size, " ");
  }
  if (options.null_terminated) out.print(found.path, '\0');
  else out.print(quote_path(found.path), "\n");
}

}  // namespace vstore::cli
