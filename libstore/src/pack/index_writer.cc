#include "pack/index_writer.h"

#include <cstring>

#include "base/check.h"
#include "base/coding.h"
#include "pack/format.h"

namespace vstore {

std::uint8_t* SectionWriter::extend(std::size_t size) {
  if (piece_.size() + size > piece_max) drain();
  const std::size_t at = piece_.size();
  piece_.resize(at + size);
  return piece_.data() + at;
}

void SectionWriter::drain() {
  hasher_.update(piece_);
  output_.write(piece_);
  piece_.clear();
}

Id SectionWriter::finish() {
  drain();
  return hasher_.finish();
}

namespace {

std::uint64_t bucket_of(const Id& id, unsigned bits) { return bits == 0 ? 0 : id.prefix64() >> (64 - bits); }

/// Entry b is the number of ids in buckets before b.
std::vector<std::uint32_t> count_buckets(SortedObjects& objects, unsigned bits) {
  std::vector<std::uint32_t> fanout((std::size_t{1} << bits) + 1);
  IndexedObject object;
  for (objects.rewind(); objects.next(object);) ++fanout[bucket_of(object.id, bits) + 1];
  for (std::size_t b = 1; b < fanout.size(); ++b) fanout[b] += fanout[b - 1];
  return fanout;
}

void put_record(const IndexedObject& object, std::uint8_t* out) {
  std::memcpy(out, object.id.bytes.data() + pack_format::prefix_size, pack_format::suffix_size);
  store_u32(out + 24, object.frame);
  store_u32(out + 28, object.offset);
  store_u32(out + 32, object.size |
                          static_cast<std::uint32_t>(object.type) << pack_format::record_type_shift |
                          (object.based ? pack_format::record_based : 0));
}

}  // namespace

IndexWritten write_index(SortedObjects& objects, PackOutput& output) {
  VSTORE_CHECK(objects.count_max() <= 0xffffffffull);
  const unsigned bits = pack_format::fanout_bits_for(objects.count_max());
  SectionWriter section(output);
  const std::vector<std::uint32_t> fanout = count_buckets(objects, bits);
  for (std::uint32_t n : fanout) store_u32(section.extend(4), n);
  IndexedObject object;
  for (objects.rewind(); objects.next(object);) store_u64(section.extend(8), object.id.prefix64());
  for (objects.rewind(); objects.next(object);) put_record(object, section.extend(pack_format::record_size));
  return {fanout.back(), bits, section.finish()};
}

}  // namespace vstore
