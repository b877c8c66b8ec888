#include "store/relied_on.h"

#include "store/references.h"

namespace vstore {
namespace {

class Rewriter {
 public:
  Rewriter(Transaction::Impl& txn, const Snapshot& current) : txn_(txn), current_(current) {}

  /// Makes sure that `id` will be visible with its closure.
  void demand(const Id& id) {
    if (id.is_null() || is_there(id)) return;
    const auto info = txn_.base.find(id);
    if (!info) fail(id);
    rewrite(id, info->type);
  }

  /// Makes sure that `id` will be plain.
  void demand_plain(const Id& base) {
    if (current_.state().packs->locate_plain(base)) return;
    const auto info = txn_.base.find(base);
    if (!info) fail(base);
    rewrite(base, info->type);
  }

  /// Looks at everything that the rewritten objects name, and what is rewritten for them.
  void finish() {
    while (!pending_.empty()) {
      const NewObjects::Named next = pending_.back();
      pending_.pop_back();
      visit(next);
    }
  }

  void visit(const NewObjects::Named& namer) {
    visit_references(namer.type, txn_.objects.read(namer.id, namer.type),
                     [this](const Id& id, std::optional<ObjectType>) { demand(id); });
  }

 private:
  bool is_there(const Id& id) const {
    return id == empty_tree_id() || txn_.objects.contains(id) || current_.find(id).has_value();
  }

  void rewrite(const Id& id, ObjectType type) {
    txn_.objects.put_plain(type, id, txn_.base.read(id, type).bytes);
    if (type != ObjectType::chunk) pending_.push_back({id, type});
  }

  [[noreturn]] static void fail(const Id& id) {
    throw Error(ErrorCode::lost_race, "object '" + id.hex() + "' was collected while it was being used",
                "run the command again");
  }

  Transaction::Impl& txn_;
  const Snapshot& current_;
  std::vector<NewObjects::Named> pending_;
};

}  // namespace

void rewrite_what_went_away(Transaction::Impl& txn, const Snapshot& current) {
  Rewriter rewriter(txn, current);
  for (const auto& [name, value] : txn.refs.values()) {
    if (value && value->kind != Kind::ref_symbolic) rewriter.demand(value->id);
  }
  txn.objects.flush();
  for (const NewObjects::Named& object : txn.objects.naming_objects()) rewriter.visit(object);
  for (const Id& base : txn.objects.bases()) rewriter.demand_plain(base);
  rewriter.finish();
}

}  // namespace vstore
