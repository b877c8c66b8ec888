#include "tree/tree_node.h"

#include <algorithm>
#include <cstring>

#include "base/coding.h"
#include "base/name_scan.h"
#include "tree/boundary.h"
#include "tree/name_rule.h"
#include "tree/node_format.h"

namespace vstore {

using namespace tree_format;

namespace {

bool is_known_kind(Kind kind) noexcept {
  const auto value = static_cast<unsigned>(kind);
  return value <= 3 || (value >= 8 && value <= 11);
}

// Shortest encoding of an entry: two lengths, one key byte, kind or count, size, id.
constexpr std::size_t kEntryBytesMin = 2 + 1 + 1 + 1 + 32;

// Copies of a few bytes dominate decoding. Up to kSlack of them are copied as kSlack bytes, which is two
// instructions; both sides must have that many.
constexpr std::size_t kSlack = 32;

inline void copy_short(char* to, const char* from, std::size_t size) noexcept {
  if (size > kSlack) {
    std::memcpy(to, from, size);
    return;
  }
  char word[kSlack];
  std::memcpy(word, from, kSlack);
  std::memcpy(to, word, kSlack);
}

}  // namespace

const char* entry_fault(std::string_view key, Kind kind, std::uint64_t size, bool id_is_null) noexcept {
  if (!is_known_kind(kind)) return "an entry is of unknown kind";
  const bool is_directory = kind == Kind::empty_directory;
  if ((key.back() == '/') != is_directory) return "only the key of an empty directory ends in '/'";
  if (is_directory != id_is_null) return "only an empty directory has the null id";
  if (size != 0 && (is_directory || is_ref(kind))) return "an entry without content has a size";
  return nullptr;
}

// One pass over the bytes, filling the arrays of a node.
class TreeNode::Parser {
 public:
  Parser(TreeNode& node, Decoder& in) : node_(node), in_(in) {}

  void header() {
    if (in_.u8() != kVersion) in_.fail("its version is unknown");
    node_.level_ = in_.u8();
    if (node_.level_ > kLevelMax) in_.fail("its level is too high");
    node_.count_ = in_.count(kEntryBytesMin);
    if (node_.count_ > kNodeEntriesMax) in_.fail("it has too many entries");
    if (node_.count_ == 0 && node_.level_ > 0) in_.fail("an internal node is empty");
  }

  void keys(KeyOrder* order) {
    PrefixChain& chain = order != nullptr ? order->chain : node_.chain_;
    if (order == nullptr) chain.clear();
    node_.ends_.resize(node_.count_ + 1);
    node_.ends_[0] = 0;
    std::string_view previous;
    std::size_t longest = 0;
    const std::size_t left = in_.left();
    for (std::size_t i = 0; i < node_.count_; ++i) {
      const std::string_view key = next_key(i, previous);
      std::size_t shared = shared_;
      if (is_dot_or_slash(key[shared]) && (shared == 0 || key[shared - 1] == '/')) unusual_ = true;
      longest = std::max(longest, key.size());
      if (i == 0 && order != nullptr) shared = follow(order->last, key);
      if (node_.is_leaf() && chain.push(key, shared) != 0) in_.fail("a key is a path prefix of another");
      previous = key;
    }
    if (order != nullptr) order->last.assign(previous);
    check_weight();
    // As they are front-coded, no byte is looked at twice. The lengths between them may look unusual (all but the
    // zero at the begin); then names are checked for nothing.
    const ByteView front_coded = node_.bytes_.bytes.last(left).first(left - in_.left());
    unusual_ |= longest > kScannedPathMax;
    unusual_ |= !front_coded.empty() && has_unusual_bytes(as_text(front_coded.subspan(1)));
  }

  void leaf_columns() {
    node_.kinds_ = in_.bytes(node_.count_).data();
    std::uint64_t bytes = 0;
    column(node_.sizes_, bytes);
    node_.totals_ = {node_.count_, bytes};
    ids();
    for (std::size_t i = 0; i < node_.count_; ++i) check_entry(i);
    if (unusual_) check_names();
  }

  void internal_columns() {
    node_.totals_ = {};
    column(node_.counts_, node_.totals_.count);
    if (std::find(node_.counts_.begin(), node_.counts_.end(), 0) != node_.counts_.end()) {
      in_.fail("a child is empty");
    }
    column(node_.sizes_, node_.totals_.bytes);
    ids();
  }

 private:
  // Appends key i to the buffer. The shared length must be the true one, which together with the
  // comparison of one byte also proves the order.
  std::string_view next_key(std::size_t i, std::string_view previous) {
    shared_ = in_.varint();
    const std::uint64_t rest = in_.varint();
    if (shared_ > previous.size()) in_.fail("a key shares more than there is");
    if (rest == 0 || rest > kKeySizeMax - shared_) in_.fail("a key's length is out of range");
    const std::uint8_t* suffix = in_.bytes(rest).data();
    if (shared_ < previous.size() && suffix[0] <= static_cast<std::uint8_t>(previous[shared_])) {
      in_.fail("keys do not ascend");
    }
    const std::size_t begin = node_.ends_[i];
    const std::size_t end = begin + shared_ + rest;
    if (end > kNodeKeyBytesMax) in_.fail("its keys are too long");
    if (end + kSlack > node_.keys_.size()) grow(end + kSlack);
    char* out = node_.keys_.data() + begin;
    if (shared_ > 0) copy_short(out, out - previous.size(), shared_);
    const char* from = reinterpret_cast<const char*>(suffix);
    if (in_.left() >= kSlack) {
      copy_short(out + shared_, from, rest);
    } else {
      std::memcpy(out + shared_, from, rest);
    }
    node_.ends_[i + 1] = static_cast<std::uint32_t>(end);
    return {out, shared_ + rest};
  }

  // A usual node's keys fit at the first attempt.
  void grow(std::size_t size) {
    node_.keys_.resize(std::max({size, 2 * node_.keys_.size(), std::size_t{2 * kWeightMin}}));
  }

  std::size_t follow(std::string_view last, std::string_view first) {
    if (first <= last) in_.fail("keys do not ascend from node to node");
    return shared_prefix(last, first);
  }

  // A node ends as soon as it reaches the maximum: all keys but the last stay below.
  void check_weight() {
    if (node_.count_ == 0) return;
    const std::size_t before_last = node_.ends_[node_.count_ - 1] + kEntryWeight * (node_.count_ - 1);
    if (before_last >= kWeightMax) in_.fail("it is larger than a node can be");
  }

  void column(std::vector<std::uint64_t>& out, std::uint64_t& total) {
    out.resize(node_.count_);
    total = 0;
    for (std::uint64_t& value : out) {
      value = in_.varint();
      if (__builtin_add_overflow(total, value, &total)) in_.fail("its totals overflow");
    }
  }

  void ids() {
    node_.ids_ = in_.bytes(32 * node_.count_).data();
    in_.expect_done();
  }

  void check_entry(std::size_t i) {
    const Kind kind = static_cast<Kind>(node_.kinds_[i]);
    const bool is_plain = kind <= Kind::symlink && node_.keys_[node_.ends_[i + 1] - 1] != '/';
    if (is_plain && load_u64(node_.ids_ + 32 * i) != 0) return;  // what entry_fault would say, sooner
    const bool is_null = node_.id(i).is_null();
    if (const char* fault = entry_fault(node_.key(i), kind, node_.sizes_[i], is_null)) in_.fail(fault);
    if (is_ref(kind)) demand_no(name_fault(node_.key(i), kind));
  }

  void check_names() {
    for (std::size_t i = 0; i < node_.count_; ++i) {
      demand_no(name_fault(node_.key(i), static_cast<Kind>(node_.kinds_[i])));
    }
  }

  void demand_no(const std::string& name_fault) {
    if (!name_fault.empty()) in_.fail(("a name is not allowed: " + name_fault).c_str());
  }

  TreeNode& node_;
  Decoder& in_;
  std::uint64_t shared_ = 0;
  bool unusual_ = false;  // some key may not be an ordinary path
};

void TreeNode::decode(Blob bytes, KeyOrder* order) {
  bytes_ = std::move(bytes);
  Decoder in(bytes_.bytes, "tree node");
  Parser parser(*this, in);
  parser.header();
  parser.keys(order);
  if (is_leaf()) {
    parser.leaf_columns();
  } else {
    parser.internal_columns();
  }
}

std::size_t TreeNode::lower_bound(std::string_view wanted, std::size_t from) const noexcept {
  std::size_t low = from;
  std::size_t high = count_;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (key(middle) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

void load_node(const ObjectReader& reader, const Id& id, TreeNode& node, KeyOrder* order) {
  Blob bytes = reader.read(id, ObjectType::tree);
  try {
    node.decode(std::move(bytes), order);
  } catch (const Error& error) {
    throw Error(error.code(), std::string(error.what()) + " ('" + id.hex() + "')", error.hint());
  }
}

bool child_fits(const TreeNode& parent, std::size_t i, const TreeNode& child) noexcept {
  return child.level() + 1 == parent.level() && child.totals() == parent.totals(i) &&
         child.last_key() == parent.key(i) && (i == 0 || child.key(0) > parent.key(i - 1));
}

void load_child(const ObjectReader& reader, const TreeNode& parent, std::size_t i, TreeNode& child,
                KeyOrder* order) {
  const Id id = parent.id(i);
  load_node(reader, id, child, order);
  if (!child_fits(parent, i, child)) {
    throw Error(ErrorCode::damaged, "damaged tree node: it is not what its parent says ('" + id.hex() + "')");
  }
}

}  // namespace vstore
