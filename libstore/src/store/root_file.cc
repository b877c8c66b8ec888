#include "store/root_file.h"

#include "base/check.h"
#include "vstore/error.h"

namespace vstore {
namespace {

std::uint64_t offset_of(int position) { return static_cast<std::uint64_t>(position) * slot_spacing; }

void write_at(os::File& file, int position, const Slot& slot, ByteView blob) {
  VSTORE_CHECK(slot.root_size == blob.size());
  if (blob.size() <= blob_beside_max) file.pwrite(offset_of(position) + blob_offset, blob);
  file.pwrite(offset_of(position), encode(slot));
}

std::unique_ptr<os::File> demand(std::unique_ptr<os::File> file, const std::string& path) {
  if (file) return file;
  throw Error(ErrorCode::damaged, "the store's root file '" + path + "' is missing",
              "run 'vstore fsck --repair' to rebuild it from the packs");
}

}  // namespace

std::optional<int> TwoSlots::newest() const {
  if (!at[0] && !at[1]) return std::nullopt;
  if (!at[0] || !at[1]) return at[0] ? 0 : 1;
  return at[1]->generation > at[0]->generation ? 1 : 0;
}

void RootFile::create(os::Fs& fs, const std::string& path, const Slot& slot, ByteView blob) {
  const auto file = fs.create(path);
  file->preallocate(2 * slot_spacing, false);
  for (const int position : {0, 1}) write_at(*file, position, slot, blob);
  file->datasync();
}

RootFile::RootFile(os::Fs& fs, std::string path, const Nonce& store_id)
    : fs_(fs), path_(std::move(path)), store_id_(store_id), file_(demand(fs.open_read(path_), path_)) {}

std::optional<Slot> RootFile::read_slot(int position) const {
  SlotBytes bytes;
  if (file_->pread_some(offset_of(position), bytes) != bytes.size()) return std::nullopt;
  auto slot = decode_slot(bytes);
  if (slot && slot->store_id != store_id_) return std::nullopt;
  return slot;
}

TwoSlots RootFile::read_slots() const { return {{read_slot(0), read_slot(1)}}; }

std::optional<Bytes> RootFile::read_blob(int position, const Slot& slot) const {
  if (slot.root_size > blob_beside_max) return std::nullopt;
  Bytes blob(slot.root_size);
  if (file_->pread_some(offset_of(position) + blob_offset, blob) != blob.size()) return std::nullopt;
  if (hash_root(blob) != slot.root_hash) return std::nullopt;
  return blob;
}

void RootFile::write(int position, const Slot& slot, ByteView blob) {
  write_at(*demand(fs_.open_write(path_), path_), position, slot, blob);
}

void RootFile::write_blob(int position, ByteView blob) {
  VSTORE_CHECK(blob.size() <= blob_beside_max);
  demand(fs_.open_write(path_), path_)->pwrite(offset_of(position) + blob_offset, blob);
}

void RootFile::sync() const { file_->datasync(); }

}  // namespace vstore
