// tree/file_reader.cc - reads a file by descending its list tree. Nothing but the root is kept, so const
// calls share no state.
#include <algorithm>
#include <cstring>
#include <string>

#include "tree/list_node.h"
#include "vstore/error.h"
#include "vstore/file.h"

namespace vstore {
namespace {

/// Visits the chunks that overlap [from, to) below one root. One decoded node a level.
class ChunkWalk {
 public:
  ChunkWalk(const ObjectReader& reader, std::uint64_t from, std::uint64_t to,
            const std::function<bool(const ChunkRef&)>& visit)
      : reader_(reader), from_(from), to_(to), visit_(visit) {}

  void run(const ListNode& root) {
    below_.resize(root.level());
    walk(root, 0);
  }

 private:
  bool walk(const ListNode& node, std::uint64_t start) {
    std::size_t i = from_ > start ? node.find(from_ - start) : 0;
    for (; i < node.count() && start + node.begin(i) < to_; ++i) {
      if (!step(node, i, start + node.begin(i))) return false;
    }
    return true;
  }

  bool step(const ListNode& node, std::size_t i, std::uint64_t start) {
    if (node.level() == 0) {
      const ListEntry chunk = node.entry(i);
      return visit_({start, static_cast<std::uint32_t>(chunk.bytes), chunk.id});
    }
    ListNode& child = below_[node.level() - 1];
    load_list_child(reader_, node, i, child);
    return walk(child, start);
  }

  const ObjectReader& reader_;
  std::uint64_t from_;
  std::uint64_t to_;
  const std::function<bool(const ChunkRef&)>& visit_;
  std::vector<ListNode> below_;
};

}  // namespace

struct FileReader::State {
  const ObjectReader* reader;
  Id id;
  ContentRoot content;

  void visit_chunks(const std::function<bool(const ChunkRef&)>& visit, std::uint64_t from,
                    std::uint64_t to) const {
    if (from >= std::min(to, content.size)) return;
    if (content.is_list) {
      ChunkWalk(*reader, from, to, visit).run(content.root);
    } else {
      visit({0, static_cast<std::uint32_t>(content.size), id});
    }
  }

  Blob read(const ChunkRef& chunk) const {
    Blob blob = reader->read(chunk.id, ObjectType::chunk);
    if (blob.bytes.size() == chunk.size) return blob;
    throw Error(ErrorCode::damaged, "damaged list node: the size of chunk '" + chunk.id.hex() + "' is another");
  }
};

FileReader::FileReader(const ObjectReader& reader, const Id& content)
    : state_(std::make_unique<State>(State{&reader, content, {}})) {
  load_content(reader, content, state_->content);
}
FileReader::FileReader(FileReader&&) noexcept = default;
FileReader::~FileReader() = default;

std::uint64_t FileReader::size() const noexcept { return state_->content.size; }

std::uint64_t FileReader::read(std::uint64_t offset, std::uint64_t length, std::uint8_t* out) const {
  std::uint64_t done = 0;
  const auto copy = [&](ByteView bytes) {
    std::memcpy(out + done, bytes.data(), bytes.size());
    done += bytes.size();
    return true;
  };
  visit(copy, offset, length);
  return done;
}

void FileReader::visit(const std::function<bool(ByteView)>& visit, std::uint64_t offset,
                       std::uint64_t length) const {
  const std::uint64_t from = std::min(offset, size());
  const std::uint64_t to = from + std::min(length, size() - from);
  const auto visit_trimmed = [&](const ChunkRef& chunk) {
    const Blob blob = state_->read(chunk);
    const std::uint64_t begin = from > chunk.offset ? from - chunk.offset : 0;
    const std::uint64_t end = std::min<std::uint64_t>(chunk.size, to - chunk.offset);
    return visit(blob.bytes.subspan(begin, end - begin));
  };
  state_->visit_chunks(visit_trimmed, from, to);
}

void FileReader::visit_chunks(const std::function<bool(const ChunkRef&)>& visit, std::uint64_t offset) const {
  state_->visit_chunks(visit, offset, UINT64_MAX);
}

}  // namespace vstore
