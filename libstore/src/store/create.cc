// Making a store.
//
// 1. The file `format` appears last, by rename, when everything else is durable: a directory without it is
//    no store, and making one there may be tried again after a crash.
// 2. What an interrupted attempt left is at most generation 1 without history. Anything more is a store
//    that lost its format file, and is not overwritten.
// 3. Every new directory is made durable in its parent, ancestors included.
#include "store/create.h"

#include "base/hex.h"
#include "pack/pack_reader.h"
#include "store/new_objects.h"
#include "store/open_checks.h"
#include "store/pack_files.h"
#include "store/settle.h"
#include "store/view.h"
#include "vstore/names.h"

namespace vstore {
namespace {

[[noreturn]] void fail_exists(const StorePaths& paths) {
  throw Error(ErrorCode::refused, "'" + paths.directory + "' is a store already");
}

[[noreturn]] void fail_not_leftovers(const StorePaths& paths) {
  throw Error(ErrorCode::damaged, "'" + paths.directory + "' holds a store whose format file is missing",
              "restore the file 'format' from a copy of the store, or choose another directory");
}

/// Throws unless what is there is no more than an interrupted creation leaves.
void check_leftovers(os::Fs& fs, const StorePaths& paths, const std::vector<PackName>& packs) {
  if (packs.size() > 1) fail_not_leftovers(paths);
  for (const PackName& name : packs) {
    const auto pack = PackReader::open(fs, paths.pack(name));
    if (pack && decode_root(pack->root_blob()).generation != 1) fail_not_leftovers(paths);
  }
  const auto root = fs.open_read(paths.root());
  for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{slot_spacing}}) {
    SlotBytes bytes;
    if (!root || root->pread_some(offset, bytes) != bytes.size()) continue;
    const auto slot = decode_slot(bytes);
    if (slot && slot->generation != 1) fail_not_leftovers(paths);
  }
}

void clear_leftovers(os::Fs& fs, const StorePaths& paths) {
  const std::vector<PackName> packs = packs_present(fs, paths);
  check_leftovers(fs, paths, packs);
  fs.unlink(paths.root());
  for (const PackName& name : packs) fs.unlink(paths.pack(name));
  for (const std::string& name : fs.list(paths.tmp()).value_or(std::vector<std::string>{})) {
    fs.unlink(paths.tmp() + "/" + name);
  }
}

/// The first operation and the view it made.
Id write_first_operation(NewObjects& objects, os::Fs& fs, std::string_view initial_branch,
                         const Nonce& nonce) {
  TreeBuilder view(objects);
  view.add("HEAD", ref_entry(objects, RefValue::symbolic("refs/heads/" + std::string(initial_branch))));
  Operation operation;
  operation.view = view.finish();
  operation.time = {fs.now_seconds(), 0};
  operation.command = "init";
  operation.nonce = to_hex(nonce);
  const Id id = objects.put(ObjectType::operation, as_bytes(encode(operation)));
  objects.flush();
  return id;
}

/// Returns the slot, which is in both places.
Slot write_first_root(os::Fs& fs, const StorePaths& paths, const Nonce& store_id,
                      std::string_view initial_branch) {
  const auto cache = std::make_shared<FrameCache>(1u << 20);
  NewObjects objects(fs, paths, std::make_shared<const PackSet>(std::vector<PackInSet>{}, cache), cache);
  LoadedRoot first;
  first.root.generation = 1;
  first.root.store_id = store_id;
  first.root.epoch = random_nonce(fs);
  first.root.nonce = random_nonce(fs);
  first.root.operation = write_first_operation(objects, fs, initial_branch, first.root.nonce);
  PrivatePack& carrier = objects.final_pack();
  first.root.carrier = carrier.name;
  const Bytes blob = encode(first.root);
  first.hash = hash_root(blob);
  first.carrier = carrier.writer.finish(blob);
  carrier.writer.move_into(paths.packs());
  fs.sync_directory(paths.packs());
  const Slot slot = slot_for(first, blob.size());
  RootFile::create(fs, paths.root(), slot, blob);
  return slot;
}

void write_format(os::Fs& fs, const StorePaths& paths, const StoreFormat& format) {
  const std::string temporary = paths.tmp() + "/format";
  const std::string text = encode(format);
  {
    const auto file = fs.create(temporary);
    file->pwrite(0, as_bytes(text));
    file->datasync();
  }
  fs.rename_noreplace(temporary, paths.format());
  fs.sync_directory(paths.directory);
}

}  // namespace

void make_directory_durable(os::Fs& fs, const std::string& path) {
  if (const auto there = fs.stat(path); there && there->is_directory) return;
  const std::string parent = parent_of(path);
  if (!fs.stat(parent)) make_directory_durable(fs, parent);
  if (fs.make_directory(path)) fs.sync_directory(parent);
}

StoreFormat create_store(os::Fs& fs, const StorePaths& paths, const StoreOptions& options,
                         std::string_view initial_branch) {
  check_ref_name("refs/heads/" + std::string(initial_branch));
  make_directory_durable(fs, paths.directory);
  if (!options.allow_network && fs.is_network(paths.directory)) {
    throw Error(ErrorCode::refused, "'" + paths.directory + "' is on a network file system",
                "its locks may not exclude other machines; choose a local disk");
  }
  if (fs.stat(paths.format())) fail_exists(paths);
  PublishLock lock(fs, paths.lock(), options.lock_timeout_ms);
  if (fs.stat(paths.format())) fail_exists(paths);
  clear_leftovers(fs, paths);
  for (const std::string& directory : {paths.packs(), paths.tmp(), paths.info()})
    fs.make_directory(directory);

  const Nonce store_id = random_nonce(fs);
  const StoreFormat format{to_hex(store_id), {}};
  const Slot slot = write_first_root(fs, paths, store_id, initial_branch);
  fs.sync_directory(paths.directory);  // root, lock and the directories, before format vouches for them
  write_format(fs, paths, format);
  fs.note("acknowledged generation 1");
  lock.mark_clean(slot);
  return format;
}

}  // namespace vstore
