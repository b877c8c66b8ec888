#include "tree/node_writer.h"

#include "base/check.h"
#include "base/coding.h"
#include "tree/node_format.h"

namespace vstore {

using namespace tree_format;

NodeWriter::NodeWriter(unsigned level) : level_(level), boundary_(level) {
  keys_.reserve(kWeightMin);
  kinds_.reserve(kWeightMin / kEntryWeight);
  sizes_.reserve(kWeightMin / kEntryWeight * 3);
  ids_.reserve(2 * kWeightMin);
  node_.reserve(3 * kWeightMin);
}

bool NodeWriter::add(std::string_view key, const NodeEntry& entry, bool is_no_candidate) {
  const std::size_t shared = count_ == 0 ? 0 : shared_prefix(last_key_, key);
  put_varint(keys_, shared);
  put_varint(keys_, key.size() - shared);
  put_bytes(keys_, key.substr(shared));
  if (level_ == 0) {
    put_u8(kinds_, static_cast<std::uint8_t>(entry.kind));
  } else {
    put_varint(kinds_, entry.totals.count);
  }
  put_varint(sizes_, entry.totals.bytes);
  put_id(ids_, entry.id);
  totals_.count += entry.totals.count;
  if (__builtin_add_overflow(totals_.bytes, entry.totals.bytes, &totals_.bytes)) {
    throw Error(ErrorCode::usage, "the sizes of a tree add up to more than 64 bits can hold");
  }
  ++count_;
  last_key_.assign(key);
  return boundary_.ends_after(key, is_no_candidate);
}

Id NodeWriter::last_id() const noexcept {
  Id id;
  std::memcpy(id.bytes.data(), ids_.data() + ids_.size() - 32, 32);
  return id;
}

NodeEntry NodeWriter::flush(ObjectWriter& writer, const Id* displaced) {
  VSTORE_CHECK(level_ <= kLevelMax && count_ <= kNodeEntriesMax);
  node_.clear();
  put_u8(node_, kVersion);
  put_u8(node_, static_cast<std::uint8_t>(level_));
  put_varint(node_, count_);
  for (Bytes* column : {&keys_, &kinds_, &sizes_, &ids_}) {
    put_bytes(node_, ByteView(*column));
    column->clear();
  }
  const NodeEntry entry{Kind::file, totals_, writer.put(ObjectType::tree, node_, displaced)};
  count_ = 0;
  totals_ = {};
  boundary_.reset();
  return entry;
}

TreeWriter::Level& TreeWriter::at(unsigned level) {
  while (levels_.size() <= level) levels_.emplace_back(static_cast<unsigned>(levels_.size()));
  return levels_[level];
}

void TreeWriter::add(unsigned level, std::string_view key, const NodeEntry& entry, bool is_no_candidate) {
  Level& here = at(level);
  if (here.node.empty()) here.displaced = here.old_id;
  if (here.node.add(key, entry, is_no_candidate)) add(level + 1, here.node.last_key(), flush(here));
}

NodeEntry TreeWriter::flush(Level& here) {
  ++here.flushed;
  ++written_;
  return here.node.flush(writer_, here.displaced.is_null() ? nullptr : &here.displaced);
}

bool TreeWriter::nothing_above(unsigned level) const noexcept {
  for (std::size_t i = level + 1; i < levels_.size(); ++i) {
    if (!levels_[i].node.empty() || levels_[i].flushed != 0) return false;
  }
  return true;
}

std::optional<TreeWriter::Root> TreeWriter::close(unsigned level) {
  if (level >= levels_.size()) return Root{NodeWriter(0).flush(writer_, nullptr).id, 0, true};
  Level& here = levels_[level];
  if (here.node.empty()) return std::nullopt;
  const bool is_top = here.flushed == 0 && nothing_above(level);
  if (is_top && level > 0 && here.node.count() == 1) {
    return Root{here.node.last_id(), level - 1, levels_[level - 1].flushed != 0};
  }
  const NodeEntry node = flush(here);
  if (is_top) return Root{node.id, level, true};
  add(level + 1, here.node.last_key(), node);
  return std::nullopt;
}

}  // namespace vstore
