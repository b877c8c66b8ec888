// Store: opening and making stores; the rest is in the files of each operation.
#include "store/create.h"
#include "store/fold_publish.h"
#include "store/gc_publish.h"
#include "store/open_checks.h"
#include "store/transaction_impl.h"

namespace vstore {
namespace {

std::string read_format(os::Fs& fs, const StorePaths& paths) {
  const auto file = fs.open_read(paths.format());
  if (!file) {
    throw Error(ErrorCode::usage, "'" + paths.directory + "' is not a vstore store",
                "make one with 'vstore init', or name another with --store");
  }
  Bytes text(std::min(file->size(), store_format_size_max));
  file->pread(0, text);
  return std::string(as_text(text));
}

}  // namespace

Store Store::create(const std::string& directory, const StoreOptions& options,
                    std::string_view initial_branch) {
  os::Fs& fs = fs_of(options);
  const StorePaths paths = store_paths(directory);
  StoreFormat format = create_store(fs, paths, options, initial_branch);
  return Store(std::make_shared<Impl>(fs, options, paths, std::move(format)));
}

Store Store::open(const std::string& directory, const StoreOptions& options) {
  os::Fs& fs = fs_of(options);
  const StorePaths paths = store_paths(directory);
  const std::string text = read_format(fs, paths);
  check_owner(fs, paths, options);
  Store store(std::make_shared<Impl>(fs, options, paths, decode_store_format(text, paths.format())));
  store.impl_->newest();  // a store that cannot be read is known now
  return store;
}

bool Store::is_store(const std::string& directory, const StoreOptions& options) {
  const auto info = fs_of(options).stat(store_paths(directory).format());
  return info && !info->is_directory;
}

const std::string& Store::directory() const { return impl_->paths.directory; }
std::string Store::id() const { return impl_->format.store_id; }

Snapshot Store::snapshot() const { return Snapshot(impl_->newest()); }

Snapshot Store::durable_snapshot() const {
  auto state = impl_->newest();
  impl_->root_file.sync();  // the packs were durable before any slot named them
  return Snapshot(std::move(state));
}

Transaction Store::begin() {
  impl_->check_writable();
  return Transaction(std::make_unique<Transaction::Impl>(impl_));
}

GcReport Store::collect(const GcOptions& options) { return collect_store(*impl_, options); }

std::size_t Store::fold() { return fold_store(*impl_); }

}  // namespace vstore
