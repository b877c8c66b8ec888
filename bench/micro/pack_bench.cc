// Packs: encoding and decoding frames (plain and based), looking ids up, reading objects.
#include <benchmark/benchmark.h>

#include "micro/inputs.h"
#include "os/fs.h"
#include "pack/frame.h"
#include "pack/pack_set.h"
#include "pack/pack_writer.h"

namespace vstore::bench {
namespace {

constexpr std::size_t kChunk = 64u << 10;

FrameObject object_of(ByteView bytes) {
  return {hash_object(ObjectType::chunk, bytes), ObjectType::chunk, 0, static_cast<std::uint32_t>(bytes.size())};
}

/// Every thousandth byte differs: a chunk of a table in which some rows changed.
Bytes changed(Bytes bytes) {
  for (std::size_t i = 500; i < bytes.size(); i += 1000) bytes[i] ^= 1;
  return bytes;
}

void frame_encode(benchmark::State& state) {
  const Bytes raw = state.range(0) != 0 ? table(kChunk) : noise(kChunk);
  state.SetLabel(state.range(0) != 0 ? "table" : "noise");
  FrameEncoder encoder;
  for (auto _ : state) benchmark::DoNotOptimize(encoder.encode(raw, FrameClass::data, {object_of(raw)}));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kChunk));
}
BENCHMARK(frame_encode)->Arg(1)->Arg(0);

void frame_encode_based(benchmark::State& state) {
  const Bytes base = table(kChunk);
  const Bytes raw = changed(base);
  const Id base_id = hash_object(ObjectType::chunk, base);
  FrameEncoder encoder;
  for (auto _ : state) {
    benchmark::DoNotOptimize(encoder.encode_based(raw, FrameClass::data, {object_of(raw)}, base_id, base));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kChunk));
}
BENCHMARK(frame_encode_based);

void frame_decode(benchmark::State& state) {
  const Bytes raw = table(kChunk);
  FrameEncoder encoder;
  const EncodedFrame frame = encoder.encode(raw, FrameClass::data, {object_of(raw)});
  Bytes out(raw.size());
  for (auto _ : state) decode_frame(frame.codec, frame.stored, {}, out);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kChunk));
}
BENCHMARK(frame_decode);

/// A pack of many small objects, sixteen to a frame.
class ManyObjects {
 public:
  explicit ManyObjects(std::uint32_t count) {
    os::Fs& fs = os::real_fs();
    const PackName name = PackName::random(fs);
    PackWriter writer(fs, scratch_.path(), name);
    FrameEncoder encoder;
    for (std::uint32_t i = 0; i < count; i += 16) writer.append(frame_of(encoder, i));
    writer.finish({});
    const std::string final_directory = scratch_.path() + "/packs";
    fs.make_directory(final_directory);
    writer.move_into(final_directory);
    pack = PackReader::open(fs, final_directory + "/" + name.hex() + ".pack");
  }

  std::vector<Id> ids;
  std::shared_ptr<const PackReader> pack;

 private:
  EncodedFrame frame_of(FrameEncoder& encoder, std::uint32_t first) {
    Bytes raw;
    std::vector<FrameObject> objects;
    for (std::uint32_t i = first; i < first + 16; ++i) {
      const Bytes small = table(200, i);
      FrameObject object = object_of(small);
      object.offset = static_cast<std::uint32_t>(raw.size());
      ids.push_back(object.id);
      objects.push_back(object);
      raw.insert(raw.end(), small.begin(), small.end());
    }
    return encoder.encode(raw, FrameClass::data, std::move(objects));
  }

  Scratch scratch_;
};

void pack_find(benchmark::State& state) {
  const ManyObjects many(160'000);
  std::size_t i = 0;
  for (auto _ : state) {
    i = (i + 7919) % many.ids.size();
    benchmark::DoNotOptimize(many.pack->find(many.ids[i]));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(pack_find);

void pack_find_absent(benchmark::State& state) {
  const ManyObjects many(160'000);
  Id absent = hash_object(ObjectType::commit, as_bytes("absent"));
  for (auto _ : state) {
    absent = hash_object(ObjectType::commit, absent.bytes);
    benchmark::DoNotOptimize(many.pack->find(absent));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(pack_find_absent);

void pack_read_small(benchmark::State& state) {
  const ManyObjects many(16'000);
  const PackSet set({{many.pack, nullptr}}, std::make_shared<FrameCache>(64u << 20));
  std::size_t i = 0;
  for (auto _ : state) {
    i = (i + 1) % many.ids.size();
    benchmark::DoNotOptimize(set.read(many.ids[i], ObjectType::chunk));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(pack_read_small);

}  // namespace
}  // namespace vstore::bench
