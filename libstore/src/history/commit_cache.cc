#include "history/commit_cache.h"

#include <algorithm>
#include <utility>

#include "base/coding.h"
#include "vstore/tree.h"

namespace vstore {
namespace {

constexpr std::string_view kMagic = "vstore commits 1";
constexpr std::size_t kBatchHeader = 12 + 16;
constexpr std::size_t kRecordSize = 32 + 32 + 2 + 2;
constexpr std::size_t kChecksumSize = 16;
constexpr std::uint32_t kNone = UINT32_MAX;
/// Larger than any cache that a machine could want, smaller than what 32-bit offsets can hold.
constexpr std::uint64_t kFileMax = 3'000'000'000;

}  // namespace

// ------------------------------------------------------------------------------------------- the file --

void CommitCache::load(os::Fs& fs, const std::string& path) try {
  const auto file = fs.open_read(path);
  if (!file || file->size() > kFileMax) return;
  Bytes bytes(file->size());
  bytes.resize(file->pread_some(0, bytes));
  if (!as_text(bytes).starts_with(kMagic)) return;
  std::size_t at = kMagic.size();
  while (load_batch(bytes, at)) file_size_ = at;
  loaded_ = size();
  loaded_parents_ = static_cast<std::uint32_t>(parents_.size());
  loaded_filters_ = static_cast<std::uint32_t>(filters_.size());
} catch (const Error&) {
  // Only a cache.
}

/// Takes in the batch that begins at `at` and moves behind it; false if there is none that is sound.
bool CommitCache::load_batch(ByteView bytes, std::size_t& at) {
  if (bytes.size() - at < kBatchHeader) return false;
  Decoder header(bytes.subspan(at, kBatchHeader), "commit cache");
  const std::uint64_t count = header.u32(), parents = header.u32(), filters = header.u32();
  const std::uint64_t length = count * kRecordSize + parents * 4 + filters;
  if (count == 0 || length > bytes.size() - at - kBatchHeader) return false;
  const ByteView body = bytes.subspan(at + kBatchHeader, length);
  const Id sum = hash_object(ObjectType::chunk, body);
  if (!std::equal(sum.bytes.begin(), sum.bytes.begin() + kChecksumSize, header.bytes(kChecksumSize).begin())) return false;

  Decoder in(body, "commit cache");
  const std::size_t first = records_.size(), first_parent = parents_.size();
  auto parents_at = static_cast<std::uint32_t>(parents_.size()), filters_at = static_cast<std::uint32_t>(filters_.size());
  records_.resize(first + count);
  for (std::size_t i = first; i < records_.size(); ++i) {
    Record& record = records_[i];
    record.id = in.id();
    record.tree = in.id();
    record.parents_count = in.u16();
    record.filter_size = in.u16();
    record.parents_begin = std::exchange(parents_at, parents_at + record.parents_count);
    record.filter_begin = std::exchange(filters_at, filters_at + (record.filter_size == no_filter ? 0 : record.filter_size));
  }
  const bool fits = parents_at - parents_.size() == parents && filters_at - filters_.size() == filters;
  parents_.reserve(parents_.size() + parents);
  bool in_order = fits;
  for (std::size_t i = first; in_order && i < records_.size(); ++i) {
    for (std::size_t k = 0; k < records_[i].parents_count; ++k) {
      parents_.push_back(in.u32());
      in_order = in_order && parents_.back() < i;
    }
  }
  if (!in_order) {  // a sound checksum over nonsense: made by no program of ours
    records_.resize(first);
    parents_.resize(first_parent);
    return false;
  }
  put_bytes(filters_, in.bytes(filters));
  at += kBatchHeader + length;
  return true;
}

Bytes CommitCache::encode_batch() const {
  Bytes body;
  for (std::size_t i = loaded_; i < records_.size(); ++i) {
    const Record& record = records_[i];
    put_id(body, record.id);
    put_id(body, record.tree);
    put_u16(body, record.parents_count);
    put_u16(body, record.filter_size);
  }
  for (std::size_t i = loaded_parents_; i < parents_.size(); ++i) put_u32(body, parents_[i]);
  put_bytes(body, ByteView(filters_).subspan(loaded_filters_));
  Bytes batch;
  put_u32(batch, added());
  put_u32(batch, static_cast<std::uint32_t>(parents_.size() - loaded_parents_));
  put_u32(batch, static_cast<std::uint32_t>(filters_.size() - loaded_filters_));
  put_bytes(batch, ByteView(hash_object(ObjectType::chunk, body).bytes).first(kChecksumSize));
  put_bytes(batch, body);
  return batch;
}

void CommitCache::save(os::Fs& fs, const std::string& path) const try {
  if (added() == 0) return;
  const auto lock = fs.lock(path, os::LockMode::exclusive, 0);
  if (!lock) return;
  CommitCache present(reader_);
  present.load(fs, path);
  if (present.file_size_ != file_size_) return;  // it grew meanwhile: the next time will do
  Bytes bytes;
  if (file_size_ == 0) put_bytes(bytes, kMagic);
  put_bytes(bytes, encode_batch());
  if (file_size_ + bytes.size() > kFileMax) return;
  lock->file().truncate(file_size_);
  lock->file().pwrite(file_size_, bytes);
} catch (const Error&) {
  // Read-only, or the disk is full: the next one computes it again.
}

// -------------------------------------------------------------------------------------------- taking in --

void CommitCache::index() {
  if (numbers_.size() == records_.size()) return;
  numbers_.reserve(records_.size());
  for (std::uint32_t n = 0; n < size(); ++n) numbers_.emplace(records_[n].id, n);
}

/// A few look-ups do not pay for an index of all.
std::uint32_t CommitCache::find(const Id& commit) {
  constexpr int scans_max = 16;
  if (numbers_.empty() && ++scans_ > scans_max) index();
  if (numbers_.empty()) {
    for (std::uint32_t n = size(); n-- > 0;) {
      if (records_[n].id == commit) return n;
    }
    return kNone;
  }
  const auto found = numbers_.find(commit);
  return found == numbers_.end() ? kNone : found->second;
}

std::uint32_t CommitCache::number_of(const Id& commit) {
  const std::uint32_t known = find(commit);
  if (known != kNone) return known;
  index();
  std::vector<Pending> pending{read(commit)};
  while (!pending.empty()) {
    const Id* missing = nullptr;
    for (const Id& parent : pending.back().parents) {
      if (!numbers_.contains(parent)) missing = &parent;
    }
    if (missing) {
      pending.push_back(read(*missing));
    } else {
      if (!numbers_.contains(pending.back().id)) take_in(pending.back());
      pending.pop_back();
    }
  }
  return numbers_.at(commit);
}

CommitCache::Pending CommitCache::read(const Id& id) const {
  Commit commit = decode_commit(reader_.read(id, ObjectType::commit).text());
  return {id, commit.tree, std::move(commit.parents)};
}

void CommitCache::take_in(const Pending& commit) {
  Record record;
  record.id = commit.id;
  record.tree = commit.tree;
  record.parents_begin = static_cast<std::uint32_t>(parents_.size());
  record.parents_count = static_cast<std::uint16_t>(commit.parents.size());
  for (const Id& parent : commit.parents) parents_.push_back(numbers_.at(parent));
  summarize(record, commit.parents.empty() ? empty_tree_id() : records_[parents_[record.parents_begin]].tree);
  numbers_.emplace(commit.id, size());
  records_.push_back(record);
}

void CommitCache::summarize(Record& record, const Id& before) {
  PathFilterBuilder builder;
  TreeDiff diff(Tree(reader_, before), Tree(reader_, record.tree));
  while (const auto change = diff.next()) {
    if (!builder.add(change->key)) break;
  }
  record.filter_begin = static_cast<std::uint32_t>(filters_.size());
  record.filter_size = no_filter;
  if (builder.too_many()) return;
  const Bytes filter = builder.finish();
  record.filter_size = static_cast<std::uint16_t>(filter.size());
  put_bytes(filters_, filter);
}

}  // namespace vstore
