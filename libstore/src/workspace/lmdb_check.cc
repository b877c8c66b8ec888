// Reading LMDB's data format 1 (the one of 0.9) with every step checked. Native byte order, as LMDB writes
// it.
//
// 1. Nothing is read past the map, and no page is entered twice: damaged page numbers can form no cycle.
// 2. Only what LMDB relies on for its own safety is checked. The records' contents have checksums of their
// own.
#include "workspace/lmdb_check.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "os/mapped.h"

namespace vstore {
namespace {

constexpr std::size_t page_header = 16;
constexpr std::size_t node_header = 8;
constexpr std::uint64_t no_page = ~std::uint64_t{0};
constexpr unsigned depth_max = 32;  // LMDB's cursor stack
enum PageFlag : std::uint16_t { branch_page = 1, leaf_page = 2, overflow_page = 4, meta_page = 8 };
constexpr std::uint16_t big_data = 1;      // node flag: the value is in overflow pages
constexpr std::uint16_t integer_keys = 8;  // database flag: the free list's

template <class T>
T load(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

struct Database {
  std::uint32_t pad;
  std::uint16_t flags, depth;
  std::uint64_t branch_pages, leaf_pages, overflow_pages, entries, root;
};

struct Meta {
  std::uint32_t magic, version;
  std::uint64_t address, map_size;
  Database free_list, main;
  std::uint64_t last_page, txn_id;
};
static_assert(sizeof(Meta) == 136);

bool sound(const Database& db, std::uint64_t last_page) {
  return db.root == no_page ? db.depth == 0 && db.entries == 0
                            : db.root > 1 && db.root <= last_page && db.depth > 0 && db.depth <= depth_max;
}

/// Of a page that holds `number`, in a file of `size` bytes.
bool sound(const Meta& meta, std::uint64_t number, std::uint64_t size) {
  const std::uint64_t page_size = meta.free_list.pad;
  return meta.magic == 0xBEEFC0DE && meta.version == 1 && meta.address == 0 &&
         std::has_single_bit(page_size) && page_size >= 512 && page_size <= 65536 &&
         meta.map_size % page_size == 0 && meta.last_page > 0 && meta.last_page < size / page_size &&
         meta.free_list.flags == integer_keys && meta.main.flags == 0 &&
         sound(meta.free_list, meta.last_page) && sound(meta.main, meta.last_page) &&
         (meta.txn_id == 0 || meta.txn_id % 2 == number);
}

/// The meta page `number`, 0 or 1; false if it is not there or not sound.
bool read_meta(ByteView file, std::uint64_t number, std::uint64_t page_size, Meta& out) {
  const std::uint64_t at = number * page_size;
  if (file.size() < at + page_header + sizeof(Meta)) return false;
  const std::uint8_t* const page = file.data() + at;
  out = load<Meta>(page + page_header);
  return load<std::uint64_t>(page) == number && load<std::uint16_t>(page + 10) == meta_page &&
         sound(out, number, file.size());
}

bool read_metas(ByteView file, std::array<Meta, 2>& out) {
  return read_meta(file, 0, 0, out[0]) && read_meta(file, 1, out[0].free_list.pad, out[1]) &&
         out[1].free_list.pad == out[0].free_list.pad;
}

/// A node of a page, with the lengths checked.
struct Node {
  std::uint64_t child = 0;  ///< of a branch
  std::uint16_t flags = 0;  ///< of a leaf
  std::uint32_t value_size = 0;
  ByteView key;
  const std::uint8_t* value = nullptr;
};

struct Walk {
  ByteView file;
  std::uint64_t page_size;
  const Meta& meta;
  std::vector<bool> used;  ///< by page number, also the pages on the free list
  bool free_list = false;  ///< which of the two trees
  Database seen = {};
  ByteView last_key;

  bool tree(const Database& db, bool is_free_list);
  bool page(std::uint64_t number, unsigned depth, const Database& db);
  bool node(const std::uint8_t* page, std::size_t index, bool leaf, Node& out) const;
  bool leaf_node(const Node& node);
  bool key_follows(ByteView key);
  bool overflow(const Node& node, const std::uint8_t*& value);
  bool free_pages(const std::uint8_t* value, std::uint32_t size);
  bool claim(std::uint64_t first, std::uint64_t count);
};

bool Walk::claim(std::uint64_t first, std::uint64_t count) {
  if (first < 2 || first > meta.last_page || count > meta.last_page - first + 1) return false;
  for (std::uint64_t number = first; number < first + count; ++number) {
    if (used[number]) return false;
    used[number] = true;
  }
  return true;
}

bool Walk::tree(const Database& db, bool is_free_list) {
  free_list = is_free_list;
  seen = {};
  last_key = {};
  if (db.root != no_page && !page(db.root, 1, db)) return false;
  return seen.branch_pages == db.branch_pages && seen.leaf_pages == db.leaf_pages &&
         seen.overflow_pages == db.overflow_pages && seen.entries == db.entries;
}

bool Walk::page(std::uint64_t number, unsigned depth, const Database& db) {
  if (!claim(number, 1)) return false;
  const std::uint8_t* const at = file.data() + number * page_size;
  const bool leaf = depth == db.depth;
  const std::size_t lower = load<std::uint16_t>(at + 12), upper = load<std::uint16_t>(at + 14);
  if (load<std::uint64_t>(at) != number) return false;
  if (load<std::uint16_t>(at + 10) != (leaf ? leaf_page : branch_page)) return false;
  if (lower < page_header || lower % 2 != 0 || lower > upper || upper > page_size) return false;
  const std::size_t count = (lower - page_header) / 2;
  if (count < (leaf || free_list ? 1U : 2U)) return false;  // LMDB asserts it
  ++(leaf ? seen.leaf_pages : seen.branch_pages);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Node entry;
    if (!node(at, i, leaf, entry)) return false;
    const bool in_page = leaf && (entry.flags & big_data) == 0;
    const std::size_t inline_size = !leaf ? 0 : in_page ? entry.value_size : sizeof(std::uint64_t);
    bytes += (node_header + entry.key.size() + inline_size + 1) & ~std::size_t{1};
    if (leaf ? !leaf_node(entry) : !page(entry.child, depth + 1, db)) return false;
  }
  return bytes == page_size - upper;  // LMDB keeps nodes without gaps and moves them by these sums
}

bool Walk::node(const std::uint8_t* page, std::size_t index, bool leaf, Node& out) const {
  const std::size_t upper = load<std::uint16_t>(page + 14);
  const std::size_t at = load<std::uint16_t>(page + page_header + 2 * index);
  if (at < upper || at % 2 != 0 || at + node_header > page_size) return false;
  const std::uint8_t* const node = page + at;
  const std::uint64_t low = load<std::uint16_t>(node), high = load<std::uint16_t>(node + 2);
  out.flags = load<std::uint16_t>(node + 4);
  const std::size_t key_size = load<std::uint16_t>(node + 6);
  std::size_t room = page_size - at - node_header;
  if (key_size > room) return false;
  out.key = {node + node_header, key_size};
  out.value = node + node_header + key_size;
  room -= key_size;
  if (!leaf) {
    out.child = low | high << 16 | std::uint64_t{out.flags} << 32;
    return true;
  }
  out.value_size = static_cast<std::uint32_t>(low | high << 16);
  if (out.flags == big_data) return room >= sizeof(std::uint64_t);
  return out.flags == 0 && room >= out.value_size;
}

bool Walk::leaf_node(const Node& entry) {
  ++seen.entries;
  if (!key_follows(entry.key)) return false;
  last_key = entry.key;
  const std::uint8_t* value = entry.value;
  if (entry.flags == big_data && !overflow(entry, value)) return false;
  return !free_list || free_pages(value, entry.value_size);
}

bool Walk::key_follows(ByteView key) {
  if (free_list) {
    if (key.size() != sizeof(std::uint64_t) || load<std::uint64_t>(key.data()) > meta.txn_id) return false;
    return last_key.empty() || load<std::uint64_t>(last_key.data()) < load<std::uint64_t>(key.data());
  }
  return !key.empty() && (last_key.empty() || std::ranges::lexicographical_compare(last_key, key));
}

/// A long value stands in pages of its own.
bool Walk::overflow(const Node& entry, const std::uint8_t*& value) {
  const auto first = load<std::uint64_t>(entry.value);
  const std::uint64_t count = (page_header - 1 + entry.value_size) / page_size + 1;
  if (!claim(first, count)) return false;
  const std::uint8_t* const at = file.data() + first * page_size;
  if (load<std::uint64_t>(at) != first || load<std::uint16_t>(at + 10) != overflow_page) return false;
  if (load<std::uint32_t>(at + 12) != count) return false;
  seen.overflow_pages += count;
  value = at + page_header;
  return true;
}

/// A count, then that many page numbers, falling.
bool Walk::free_pages(const std::uint8_t* value, std::uint32_t size) {
  if (size < sizeof(std::uint64_t)) return false;
  const auto count = load<std::uint64_t>(value);
  if (count > size / sizeof(std::uint64_t) - 1) return false;
  std::uint64_t previous = no_page;
  for (std::uint64_t i = 1; i <= count; ++i) {
    const auto number = load<std::uint64_t>(value + i * sizeof(std::uint64_t));
    if (number >= previous || !claim(number, 1)) return false;
    previous = number;
  }
  return true;
}

}  // namespace

bool lmdb_metas_sound(const std::string& data_file) {
  const auto map = os::map_file(data_file);
  if (!map || map->bytes().empty()) return true;
  for (int attempt = 0; attempt < 3;
       ++attempt) {  // a meta page that is being written may be seen half-written
    std::array<Meta, 2> metas;
    bool sound = false;
    os::guarded(*map, [&] { sound = read_metas(map->bytes(), metas); });
    if (sound) return true;
  }
  return false;
}

bool lmdb_snapshot_sound(const std::string& data_file, std::uint64_t txn_id) {
  const auto map = os::map_file(data_file);
  if (!map) return false;
  std::array<Meta, 2> metas;
  bool found = false;
  os::guarded(*map, [&] { found = read_metas(map->bytes(), metas); });
  const Meta& meta = metas[metas[1].txn_id == txn_id ? 1 : 0];
  if (!found || meta.txn_id != txn_id) return true;
  Walk walk{map->bytes(), meta.free_list.pad, meta, std::vector<bool>(meta.last_page + 1)};
  bool sound = false;
  os::guarded(*map, [&] { sound = walk.tree(meta.main, false) && walk.tree(meta.free_list, true); });
  return sound;
}

}  // namespace vstore
