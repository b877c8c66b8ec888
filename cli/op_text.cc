#include "cli/op_text.h"

#include "cli/context.h"
#include "cli/format.h"
#include "cli/refs.h"
#include "cli/safe_text.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

Json value_json(const std::optional<RefValue>& value) {
  if (!value) return {};
  Json item;
  switch (value->kind) {
    case Kind::ref_symbolic: item["symbolic"] = value->target; break;
    case Kind::ref_tag: item["tag"] = to_json(value->id); break;
    case Kind::ref_tree: item["tree"] = to_json(value->id); break;
    default: item["commit"] = to_json(value->id); break;
  }
  return item;
}

}  // namespace

OperationText::OperationText(Context& context, const Snapshot& snapshot) : snapshot_(snapshot) {
  if (Workspace* workspace = context.workspace_or_null()) workspace_ = "workspaces/" + workspace->id() + "/";
}

std::string OperationText::line(const OperationEntry& entry) const {
  return abbreviate(snapshot_, entry.id) + " " + safe_text(entry.operation.command);
}

std::string OperationText::block(const OperationEntry& entry) const {
  const Operation& operation = entry.operation;
  std::string text = "operation " + entry.id.hex() + "\n";
  text += "Who:    " + safe_text(operation.who.name + " <" + operation.who.email + ">") + "\n";
  text += "Date:   " + git_date(operation.time) + "\n";
  if (operation.undoes) text += "Undoes: " + abbreviate(snapshot_, *operation.undoes) + "\n";
  return text + "\n    " + safe_text(operation.command) + "\n";
}

std::string OperationText::shown_ref(const std::string& name) const {
  if (!workspace_.empty() && name.starts_with(workspace_)) return name.substr(workspace_.size());
  return escape_for_terminal(name);
}

std::string OperationText::shown_value(const std::optional<RefValue>& value) const {
  if (!value) return "none";
  return value->kind == Kind::ref_symbolic ? escape_for_terminal(short_name(value->target)) : abbreviate(snapshot_, value->id);
}

std::string OperationText::changes(const std::vector<RefChange>& changes) const {
  std::size_t width = 0;
  for (const RefChange& change : changes) width = std::max(width, shown_ref(change.name).size());
  std::string text;
  for (const RefChange& change : changes) {
    std::string name = shown_ref(change.name);
    name.resize(width, ' ');
    text += "    " + name + "  " + shown_value(change.before) + ".." + shown_value(change.after) + "\n";
  }
  return text;
}

Json OperationText::json(const OperationEntry& entry) {
  const Operation& operation = entry.operation;
  Json item;
  item["id"] = to_json(entry.id);
  item["parents"] = Json::array();
  for (const Id& parent : operation.parents) item["parents"].push_back(to_json(parent));
  item["time"] = iso_time(operation.time);
  item["who"] = to_json(operation.who);
  set_text(item, "command", operation.command);
  item["undoes"] = operation.undoes ? to_json(*operation.undoes) : Json();
  item["files"] = operation.files;
  return item;
}

Json OperationText::json(const RefChange& change) {
  Json item;
  item["ref"] = change.name;
  item["before"] = value_json(change.before);
  item["after"] = value_json(change.after);
  return item;
}

}  // namespace vstore::cli
