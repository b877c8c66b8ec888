#include "store/wish.h"

#include <algorithm>

#include "base/coding.h"

namespace vstore {
namespace {

void put_text(Bytes& out, std::string_view text) {
  put_varint(out, text.size());
  put_bytes(out, text);
}

std::string take_text(Decoder& in) { return std::string(in.text(in.count(1))); }

Nonce take_nonce(Decoder& in) {
  Nonce nonce;
  std::ranges::copy(in.bytes(nonce.size()), nonce.begin());
  return nonce;
}

void put_optional(Bytes& out, const std::optional<Id>& id) {
  put_u8(out, id ? 1 : 0);
  if (id) put_id(out, *id);
}

bool take_flag(Decoder& in) {
  const std::uint8_t flag = in.u8();
  if (flag > 1) in.fail("a flag is neither 0 nor 1");
  return flag == 1;
}

std::optional<Id> take_optional(Decoder& in) { return take_flag(in) ? std::optional(in.id()) : std::nullopt; }

// ------------------------------------------------------------------------------------------ refs --

void put_ref(Bytes& out, const std::string& name, const RefChanges::Value& value) {
  put_text(out, name);
  put_u8(out, value ? 1 : 0);
  if (!value) return;
  put_u8(out, static_cast<std::uint8_t>(value->kind));
  put_id(out, value->id);
  put_text(out, value->target);
}

std::pair<std::string, RefChanges::Value> take_ref(Decoder& in) {
  std::string name = take_text(in);
  if (!take_flag(in)) return {std::move(name), std::nullopt};
  RefValue value;
  value.kind = static_cast<Kind>(in.u8());
  if (value.kind < Kind::ref_commit || value.kind > Kind::ref_symbolic) in.fail("a value is no ref's");
  value.id = in.id();
  value.target = take_text(in);
  return {std::move(name), std::move(value)};
}

void put_refs(Bytes& out, const RefChanges& refs) {
  put_varint(out, refs.expected().size());
  for (const auto& [name, value] : refs.expected()) put_ref(out, name, value);
  put_varint(out, refs.values().size());
  for (const auto& [name, value] : refs.values()) put_ref(out, name, value);
}

RefChanges take_refs(Decoder& in) {
  RefChanges refs;
  for (std::size_t left = in.count(2); left > 0; --left) {
    auto [name, value] = take_ref(in);
    refs.expect(name, std::move(value));
  }
  for (std::size_t left = in.count(2); left > 0; --left) {
    auto [name, value] = take_ref(in);
    refs.set(name, std::move(value));
  }
  return refs;
}

// ------------------------------------------------------------------------------------------ info --

void put_info(Bytes& out, const PublishInfo& info) {
  put_text(out, info.who.name);
  put_text(out, info.who.email);
  put_text(out, info.command);
  put_u8(out, info.time ? 1 : 0);
  if (info.time) {
    put_u64(out, static_cast<std::uint64_t>(info.time->seconds));
    put_u32(out, static_cast<std::uint32_t>(info.time->zone_minutes));
  }
  put_u8(out, info.files ? 1 : 0);
  put_optional(out, info.undoes);
}

PublishInfo take_info(Decoder& in) {
  PublishInfo info;
  info.who.name = take_text(in);
  info.who.email = take_text(in);
  info.command = take_text(in);
  if (take_flag(in)) {
    const auto seconds = static_cast<std::int64_t>(in.u64());
    info.time = Time{seconds, static_cast<std::int32_t>(in.u32())};
  }
  info.files = take_flag(in);
  info.undoes = take_optional(in);
  return info;
}

// ---------------------------------------------------------------------------------------- frames --

constexpr std::size_t object_size = 32 + 1 + 4 + 4;

void put_frame(Bytes& out, const EncodedFrame& frame) {
  put_u8(out, static_cast<std::uint8_t>(frame.codec));
  put_u8(out, static_cast<std::uint8_t>(frame.frame_class));
  put_u32(out, frame.raw_size);
  put_optional(out, frame.base);
  put_varint(out, frame.stored.size());
  put_bytes(out, ByteView(frame.stored));
  put_varint(out, frame.objects.size());
  for (const FrameObject& object : frame.objects) {
    put_id(out, object.id);
    put_u8(out, static_cast<std::uint8_t>(object.type));
    put_u32(out, object.offset);
    put_u32(out, object.size);
  }
}

FrameObject take_object(Decoder& in, std::uint32_t raw_size) {
  FrameObject object;
  object.id = in.id();
  object.type = static_cast<ObjectType>(in.u8());
  object.offset = in.u32();
  object.size = in.u32();
  if (object.type < ObjectType::chunk || object.type > ObjectType::bitmap)
    in.fail("an object's type is unknown");
  if (object.offset > raw_size || object.size > raw_size - object.offset)
    in.fail("an object lies outside its frame");
  return object;
}

EncodedFrame take_frame(Decoder& in) {
  EncodedFrame frame;
  const std::uint8_t codec = in.u8(), frame_class = in.u8();
  if (codec > 1 || frame_class > 1) in.fail("a frame is of an unknown kind");
  frame.codec = static_cast<Codec>(codec);
  frame.frame_class = static_cast<FrameClass>(frame_class);
  frame.raw_size = in.u32();
  if (frame.raw_size > frame_raw_max) in.fail("a frame is too large");
  frame.base = take_optional(in);
  const ByteView stored = in.bytes(in.count(1));
  frame.stored.assign(stored.begin(), stored.end());
  for (std::size_t left = in.count(object_size); left > 0; --left) {
    frame.objects.push_back(take_object(in, frame.raw_size));
  }
  return frame;
}

}  // namespace

Bytes encode(const Wish& wish) {
  Bytes out;
  put_bytes(out, ByteView(wish.nonce));
  put_bytes(out, ByteView(wish.epoch));
  put_id(out, wish.base);
  put_info(out, wish.info);
  put_refs(out, wish.refs);
  put_varint(out, wish.frames.size());
  for (const EncodedFrame& frame : wish.frames) put_frame(out, frame);
  return out;
}

Wish decode_wish(ByteView bytes) {
  Decoder in(bytes, "wish");
  Wish wish;
  wish.nonce = take_nonce(in);
  wish.epoch = take_nonce(in);
  wish.base = in.id();
  wish.info = take_info(in);
  wish.refs = take_refs(in);
  for (std::size_t left = in.count(8); left > 0; --left) wish.frames.push_back(take_frame(in));
  in.expect_done();
  return wish;
}

}  // namespace vstore
