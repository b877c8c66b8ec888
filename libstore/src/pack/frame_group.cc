#include "pack/frame_group.h"

namespace vstore {

void FrameGroup::add(ObjectType type, const Id& id, ByteView bytes) {
  const FrameClass frame_class = frame_class_of(type);
  const auto size = static_cast<std::uint32_t>(bytes.size());
  if (bytes.size() >= frame_solo_min) {
    return writer_.append(encoder_.encode(bytes, frame_class, {{id, type, 0, size}}));
  }
  Open& frame = open(frame_class);
  if (frame.raw.size() + bytes.size() > frame_raw_target) flush(frame_class);
  frame.objects.push_back({id, type, static_cast<std::uint32_t>(frame.raw.size()), size});
  frame.raw.insert(frame.raw.end(), bytes.begin(), bytes.end());
}

void FrameGroup::flush(FrameClass frame_class) {
  Open& frame = open(frame_class);
  if (frame.objects.empty()) return;
  writer_.append(encoder_.encode(frame.raw, frame_class, std::move(frame.objects)));
  frame.objects = {};
  frame.raw.clear();
}

void FrameGroup::flush() {
  flush(FrameClass::data);
  flush(FrameClass::meta);
}

}  // namespace vstore
