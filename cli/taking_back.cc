#include "cli/taking_back.h"

#include "cli/context.h"
#include "cli/identity.h"
#include "cli/op_text.h"
#include "cli/status_text.h"

namespace vstore::cli {
namespace {

UndoScope scope_of(Context& context) {
  Workspace* workspace = context.workspace_or_null();
  return {workspace ? "workspaces/" + workspace->id() + "/" : ""};
}

/// In a store alone: refs only.
UndoResult publish_changes(Context& context, Transaction& transaction, std::vector<RefChange> changes,
                           const std::optional<Id>& undoes) {
  if (changes.empty()) return {transaction.base().operation(), {}, {}};
  set_refs(transaction, changes);
  PublishInfo info;
  info.who = committer(context);
  info.command = context.command_line();
  info.undoes = undoes;
  return {transaction.publish(info).operation, std::move(changes), {}};
}

UndoResult take_back(Context& context, const Id& operation, bool keep_files) {
  context.begin("taking back");
  if (Workspace* workspace = context.workspace_or_null()) return workspace->undo(operation, keep_files, context.command_line());
  Transaction transaction = context.store().begin();
  return publish_changes(context, transaction, undo_changes(transaction.base(), operation, {}), operation);
}

UndoResult restore(Context& context, const Id& operation, bool keep_files) {
  context.begin("restoring");
  if (Workspace* workspace = context.workspace_or_null()) {
    return workspace->restore_operation(operation, keep_files, context.command_line());
  }
  Transaction transaction = context.store().begin();
  return publish_changes(context, transaction, restore_changes(transaction.base(), operation, {}), std::nullopt);
}

int report(Context& context, const std::string& verb, const Id& operation, const UndoResult& result, bool quiet) {
  if (!quiet) {
    const Snapshot snapshot = context.store().snapshot();
    const OperationText text(context, snapshot);
    context.out().print(verb, " ", text.line({operation, snapshot.operation(operation)}), "\n", text.changes(result.changes));
    if (result.changes.empty()) context.out().print("Nothing changed.\n");
  }
  return report_problems(context, "check out", result.files.problems);
}

}  // namespace

int undo_operation(Context& context, const std::string& text, bool keep_files, bool quiet) {
  const Snapshot snapshot = context.store().snapshot();
  const auto operation = text.empty() ? operation_to_undo(snapshot, scope_of(context)) : resolve_operation(snapshot, text);
  if (!operation) throw Error(ErrorCode::refused, "nothing to undo", "'vstore op log' lists what was done");
  return report(context, "Undid", *operation, take_back(context, *operation, keep_files), quiet);
}

int redo_operation(Context& context, bool keep_files, bool quiet) {
  const Snapshot snapshot = context.store().snapshot();
  const auto undo = operation_to_redo(snapshot, scope_of(context));
  if (!undo) throw Error(ErrorCode::refused, "nothing to redo: the last command was no undo", "'vstore op log' lists what was done");
  const auto undone = snapshot.operation(*undo).undoes;
  const UndoResult result = take_back(context, *undo, keep_files);
  return report(context, "Redid", snapshot.find(*undone) ? *undone : *undo, result, quiet);
}

int restore_operation(Context& context, const std::string& text, bool keep_files, bool quiet) {
  const Id operation = resolve_operation(context.store().snapshot(), text);
  return report(context, "Restored the state after", operation, restore(context, operation, keep_files), quiet);
}

}  // namespace vstore::cli
