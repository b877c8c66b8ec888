// The file: at 0 the owner's header, at 1024 the number of the wish that was taken, at 2048 the answer, at
// 8192 the wish. A header and an answer are believed only if their checksum is right, so that one half
// written is none.
#include "store/mailbox.h"

#include <array>

#include "base/coding.h"
#include "pack/format.h"
#include "pack/pack_writer.h"

namespace vstore {
namespace {

constexpr std::string_view ending = ".wish";
constexpr std::uint32_t magic = 0x31577376;  // "vsW1": another version has another
constexpr std::uint64_t taken_offset = 1024;
constexpr std::uint64_t answer_offset = 2048;
constexpr std::uint64_t wish_offset = 8192;
constexpr std::size_t answer_size_max = wish_offset - answer_offset - 32;
constexpr std::size_t wish_size_max = 256 * 1024;
constexpr std::size_t text_size_max = 2000;

std::uint64_t checksum(ByteView bytes) { return pack_format::frame_checksum(bytes); }

/// Which wish it is, how long it is (0: none), and the wish's checksum.
struct Header {
  std::uint64_t number = 0;
  std::uint64_t size = 0;
  std::uint64_t sum = 0;
};
constexpr std::size_t header_size = 4 + 3 * 8 + 8;

std::optional<Header> read_header(const os::File& file, std::uint64_t offset) {
  std::array<std::uint8_t, header_size> bytes;
  if (file.pread_some(offset, bytes) != bytes.size()) return std::nullopt;
  const ByteView body = ByteView(bytes).first(header_size - 8);
  if (load_u32(bytes.data()) != magic || load_u64(bytes.data() + body.size()) != checksum(body))
    return std::nullopt;
  return Header{load_u64(bytes.data() + 4), load_u64(bytes.data() + 12), load_u64(bytes.data() + 20)};
}

Bytes encode(const Header& header) {
  Bytes out;
  put_u32(out, magic);
  put_u64(out, header.number);
  put_u64(out, header.size);
  put_u64(out, header.sum);
  put_u64(out, checksum(out));
  return out;
}

/// The bytes that a header at `offset` announces, behind it or at `body_offset`.
std::optional<Bytes> read_body(const os::File& file, const Header& header, std::uint64_t offset,
                               std::size_t size_max) {
  if (header.size > size_max) return std::nullopt;
  Bytes bytes(static_cast<std::size_t>(header.size));
  if (file.pread_some(offset, bytes) != bytes.size() || checksum(bytes) != header.sum) return std::nullopt;
  return bytes;
}

void put_text(Bytes& out, std::string_view text) {
  text = text.substr(0, text_size_max);
  put_varint(out, text.size());
  put_bytes(out, text);
}

Bytes encode(const Answer& answer) {
  Bytes out;
  put_u8(out, answer.published ? 1 : 0);
  if (answer.published) {
    put_u64(out, answer.published->generation);
    put_id(out, answer.published->operation);
  } else {
    put_u8(out, static_cast<std::uint8_t>(answer.code));
    put_text(out, answer.what);
    put_text(out, answer.hint);
  }
  return out;
}

Answer decode_answer(ByteView bytes) {
  Decoder in(bytes, "answer");
  Answer answer;
  if (in.u8() == 1) {
    const std::uint64_t generation = in.u64();
    answer.published = Published{generation, in.id()};
  } else {
    answer.code = static_cast<ErrorCode>(in.u8());
    answer.what = std::string(in.text(in.count(1)));
    answer.hint = std::string(in.text(in.count(1)));
  }
  in.expect_done();
  return answer;
}

/// Nothing if there is no wish, or none that can be understood.
std::optional<TakenWish> take_from(os::Fs& fs, const std::string& path) {
  std::unique_ptr<os::File> file = fs.open_write(path);
  if (!file || fs.try_lock_file(*file)) return std::nullopt;  // nobody's: a dead process left it
  const auto header = read_header(*file, 0);
  if (!header || header->size == 0) return std::nullopt;
  const auto taken = read_header(*file, taken_offset);
  const auto answered = read_header(*file, answer_offset);
  if (answered && answered->number == header->number) return std::nullopt;
  if (!taken || taken->number != header->number)
    file->pwrite(taken_offset, encode(Header{header->number, 0, 0}));
  const auto again = read_header(*file, 0);
  if (!again || again->number != header->number || again->size == 0)
    return std::nullopt;  // withdrawn meanwhile
  const auto body = read_body(*file, *again, wish_offset, wish_size_max);
  if (!body) return std::nullopt;
  return TakenWish(std::move(file), header->number, decode_wish(*body));
}

}  // namespace

// ----------------------------------------------------------------------------------------- owner --

Mailbox::Mailbox(os::Fs& fs, const StorePaths& paths)
    : fs_(fs),
      file_(create_locked(fs, paths.tmp() + "/" + PackName::random(fs).hex() + std::string(ending))) {}

Mailbox::~Mailbox() {
  if (::getpid() != pid_) return;  // a forked child's copy
  try {
    fs_.unlink(file_->path());
  } catch (const Error&) {  // an inert leftover: the next fold or collector removes it
  }
}

bool Mailbox::post(const Wish& wish) {
  const Bytes bytes = encode(wish);
  if (bytes.size() > wish_size_max) return false;
  file_->pwrite(wish_offset, bytes);
  ++number_;
  write_header(bytes.size(), checksum(bytes));
  return true;
}

std::optional<Answer> Mailbox::answer() const {
  const auto header = read_header(*file_, answer_offset);
  if (!header || header->number != number_) return std::nullopt;
  const auto body = read_body(*file_, *header, answer_offset + header_size, answer_size_max);
  return body ? std::optional(decode_answer(*body)) : std::nullopt;
}

bool Mailbox::withdraw() {
  write_header(0, 0);
  const auto taken = read_header(*file_, taken_offset);
  return !taken || taken->number != number_;
}

void Mailbox::write_header(std::uint64_t size, std::uint64_t sum) {
  file_->pwrite(0, encode(Header{number_, size, sum}));
}

// ---------------------------------------------------------------------------------------- holder --

bool TakenWish::answer(const Answer& answer) noexcept {
  try {
    const Bytes body = encode(answer);
    file_->pwrite(answer_offset + header_size, body);
    file_->pwrite(answer_offset, encode(Header{number_, body.size(), checksum(body)}));
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::vector<TakenWish> take_wishes(os::Fs& fs, const StorePaths& paths, std::size_t count_max) {
  std::vector<TakenWish> wishes;
  for (const std::string& name : fs.list(paths.tmp()).value_or(std::vector<std::string>{})) {
    if (!name.ends_with(ending) || wishes.size() == count_max) continue;
    try {
      if (auto wish = take_from(fs, paths.tmp() + "/" + name)) wishes.push_back(std::move(*wish));
    } catch (const Error&) {
      if (fs.poisoned()) throw;
    }
  }
  return wishes;
}

}  // namespace vstore
