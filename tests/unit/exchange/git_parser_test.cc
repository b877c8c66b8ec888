// The stream of git fast-export: what is understood, and that nothing else does harm.
#include "exchange/git_parser.h"

#include <doctest/doctest.h>

#include <random>

#include "support/error_code.h"
#include "support/seed.h"

using namespace vstore;
using namespace vstore::test;

namespace {

/// Gives the bytes in pieces of up to `piece`.
class Text final : public ByteSource {
 public:
  Text(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}
  std::size_t read(std::span<std::uint8_t> out) override {
    const std::size_t n = std::min({out.size(), piece_, text_.size() - at_});
    std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(at_), n, out.begin());
    at_ += n;
    return n;
  }

 private:
  std::string text_;
  std::size_t piece_, at_ = 0;
};

const std::string stream =
    "feature done\nblob\nmark :1\noriginal-oid aaaa\ndata 5\none\n\n\nreset refs/heads/main\n"
    "commit refs/heads/main\nmark :2\noriginal-oid bbbb\nauthor A <a> 1 +0100\ncommitter C <c> 2 -0100\ndata "
    "5\nfirst\n"
    "M 100644 :1 a/b\nM 120000 :1 \"q\\\"\"\n\n"
    "commit refs/heads/main\nmark :3\ncommitter C <c> 3 +0000\ndata 2\nx\nfrom :2\nmerge cccc\nD "
    "a/b\ndeleteall\nM 100755 :1 c\n\n"
    "tag v1\nfrom :3\noriginal-oid dddd\ntagger T <t> 4 +0000\ndata 1\nm\nreset refs/heads/other\nfrom "
    ":2\n\ndone\n";

/// Everything in it, as text.
std::string parsed(const std::string& text, std::size_t piece) {
  Text source(text, piece);
  GitParser parser(source);
  std::string all;
  while (const auto command = parser.next()) {
    if (const auto* blob = std::get_if<GitBlob>(&*command)) {
      Bytes data(static_cast<std::size_t>(std::min<std::uint64_t>(blob->size, 1000)));
      std::string content;
      while (const std::size_t n = parser.read_data(data)) content += as_text(ByteView(data).first(n));
      all += "blob " + std::to_string(blob->name.mark) + " " + blob->name.id + " [" + content + "]\n";
    } else if (const auto* commit = std::get_if<GitCommit>(&*command)) {
      all += "commit " + std::to_string(commit->name.mark) + " " + commit->author.name +
             commit->committer.name + " [" + commit->message + "]";
      for (const GitName& parent : commit->parents) all += " " + std::to_string(parent.mark) + parent.id;
      if (commit->from_nothing) all += " from nothing";
      for (const GitChange& change : commit->changes) all += (change.removed ? " -" : " +") + change.path;
      all += "\n";
    } else {
      const auto& tag = std::get<GitTag>(*command);
      all += "tag " + tag.tag + " " + tag.name.id + " " + std::to_string(tag.target.mark) + " [" +
             tag.message + "]\n";
    }
  }
  return all;
}

}  // namespace

TEST_CASE("blobs, commits and tags, however the bytes come") {
  const std::string expected =
      "blob 1 aaaa [one\n\n]\ncommit 2 AC [first] +a/b +q\"\ncommit 3 CC [x\n] 2 0cccc from nothing +c\ntag "
      "v1 dddd 3 [m]\n";
  for (const std::size_t piece : {1, 2, 7, 64, 100'000}) CHECK(parsed(stream, piece) == expected);
}

TEST_CASE("a stream that ends early, or has anything else in it, is refused") {
  for (std::size_t size = 0; size < stream.size() - 5; ++size) {
    CHECK(code_of([&] { parsed(stream.substr(0, size), 1000); }) == ErrorCode::damaged);
  }
  for (const std::string bad :
       {"what\n", "blob\nmark :x\ndata 1\na\n", "blob\nmark :1\ndata x\n", "commit r\nmark :1\ndata 0\n",
        "blob\nmark :1\ndata 18446744073709551616\n", "done"}) {
    CHECK(code_of([&] { parsed(bad, 1000); }) == ErrorCode::damaged);
  }
  CHECK(code_of([&] { parsed(std::string(1 << 20, 'x'), 1000); }) ==
        ErrorCode::damaged);  // a line without an end
  CHECK(code_of([&] { parsed("commit r\nmark :1\ncommitter C <c> 1 +0000\ndata 99999999999\n", 1000); }) ==
        ErrorCode::damaged);
}

TEST_CASE("mutations neither crash nor hang") {
  std::mt19937_64 random(test_seed());
  for (int round = 0; round < 3000; ++round) {
    std::string text = stream;
    for (std::size_t n = 1 + random() % 4; n > 0; --n)
      text[random() % text.size()] = static_cast<char>(random());
    try {
      parsed(text, 1 + random() % 500);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::damaged);
    }
  }
}
