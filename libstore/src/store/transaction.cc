#include "store/ref_watch.h"
#include "store/transaction_impl.h"

namespace vstore {

Transaction::Transaction(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Transaction::Transaction(Transaction&&) noexcept = default;
Transaction& Transaction::operator=(Transaction&&) noexcept = default;
Transaction::~Transaction() = default;

const Snapshot& Transaction::base() const { return impl_->base; }

Id Transaction::put(ObjectType type, ByteView bytes, const Id* displaced) {
  return impl_->objects.put(type, bytes, displaced);
}

std::optional<ObjectInfo> Transaction::find(const Id& id) const { return impl_->objects.find(id); }
Blob Transaction::read(const Id& id, ObjectType type) const { return impl_->objects.read(id, type); }

void Transaction::set_ref(std::string name, std::optional<std::optional<RefValue>> expected,
                          std::optional<RefValue> value) {
  if (expected) impl_->refs.expect(name, std::move(*expected));
  impl_->refs.set(name, std::move(value));
}

void Transaction::expect_ref(std::string name, std::optional<RefValue> expected) {
  impl_->refs.expect(name, std::move(expected));
}

Published Transaction::publish(const PublishInfo& info) {
  if (impl_->spent) throw Error(ErrorCode::usage, "the transaction was published already");
  impl_->spent = true;
  return publish_watched(*this, info);
}

}  // namespace vstore
