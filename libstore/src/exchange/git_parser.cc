#include "exchange/git_parser.h"

#include <algorithm>
#include <charconv>

#include "exchange/git_text.h"
#include "vstore/error.h"

namespace vstore {
namespace {

// A path is at most 4,095 bytes, four times that in escapes; messages are data, not lines.
constexpr std::size_t line_max = 64 * 1024;
constexpr std::uint64_t message_max = 8u << 20;

std::uint64_t number(std::string_view text, bool& good) {
  std::uint64_t value = 0;
  const auto [end, err] = std::from_chars(text.data(), text.data() + text.size(), value);
  good = err == std::errc() && end == text.data() + text.size();
  return value;
}

GitName name_of(std::string_view text) {
  GitName name;
  bool good = true;
  if (text.starts_with(':'))
    name.mark = number(text.substr(1), good);
  else
    name.id = text;
  if (!good || name.empty())
    throw Error(ErrorCode::damaged, "bad name in git's stream: '" + std::string(text) + "'");
  return name;
}

}  // namespace

void GitParser::fail(const std::string& what) {
  throw Error(ErrorCode::damaged, "bad line in git's stream: '" + what.substr(0, 200) + "'",
              "it must come from 'git fast-export --show-original-ids'");
}

bool GitParser::fill() {
  begin_ = 0;
  end_ = source_.read(buffer_);
  return end_ > 0;
}

std::optional<std::string> GitParser::line() {
  if (peeked_) return std::exchange(peeked_, std::nullopt);
  std::string text;
  for (;;) {
    if (begin_ == end_ && !fill()) {
      if (!text.empty()) fail(text);
      return std::nullopt;
    }
    const auto first = buffer_.begin() + static_cast<std::ptrdiff_t>(begin_);
    const auto last = buffer_.begin() + static_cast<std::ptrdiff_t>(end_);
    const auto found = std::find(first, last, '\n');
    text.append(first, found);
    begin_ = static_cast<std::size_t>(found - buffer_.begin());
    if (text.size() > line_max) fail(text);
    if (found == last) continue;
    ++begin_;
    return text;
  }
}

/// The next line, which stays; "\n" at the end of the stream, which no line is.
const std::string& GitParser::peek() {
  if (!peeked_) peeked_ = line();
  if (!peeked_) peeked_ = "\n";
  return *peeked_;
}

/// Takes the next line if it begins with `word`; `rest` is what follows.
bool GitParser::take(std::string_view word, std::string& rest) {
  if (!peek().starts_with(word)) return false;
  rest = line()->substr(word.size());
  return true;
}

std::uint64_t GitParser::data_header() {
  std::string rest;
  bool good = true;
  if (!take("data ", rest)) fail(peek());
  const std::uint64_t size = number(rest, good);
  if (!good) fail("data " + rest);
  return size;
}

std::size_t GitParser::read_data(std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size() && data_left_ > 0) {
    if (begin_ == end_ && !fill()) fail("end of the stream in the middle of data");
    const std::size_t n =
        static_cast<std::size_t>(std::min<std::uint64_t>({out.size() - done, end_ - begin_, data_left_}));
    std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), n,
                out.begin() + static_cast<std::ptrdiff_t>(done));
    begin_ += n;
    done += n;
    data_left_ -= n;
  }
  return done;
}

std::string GitParser::data() {
  const std::uint64_t size = data_header();
  if (size > message_max) fail("a message of " + std::to_string(size) + " bytes");
  Bytes bytes(static_cast<std::size_t>(size));
  data_left_ = size;
  read_data(bytes);
  return std::string(as_text(bytes));
}

/// The lines that say what an object is called.
GitName GitParser::names() {
  GitName name;
  std::string rest;
  bool good = true;
  if (take("mark :", rest)) name.mark = number(rest, good);
  if (!good) fail("mark :" + rest);
  if (take("original-oid ", rest)) name.id = rest;
  return name;
}

GitBlob GitParser::blob() {
  GitBlob blob;
  blob.name = names();
  blob.size = data_left_ = data_header();
  return blob;
}

GitCommit GitParser::commit() {
  GitCommit commit;
  std::string rest;
  commit.name = names();
  const bool has_author = take("author ", rest);
  if (has_author) std::tie(commit.author, commit.author_time) = parse_signature(rest);
  if (!take("committer ", rest)) fail(peek());
  std::tie(commit.committer, commit.commit_time) = parse_signature(rest);
  if (!has_author) commit.author = commit.committer, commit.author_time = commit.commit_time;
  take("encoding ", rest);
  commit.message = data();
  if (peek().empty()) line();  // the line feed that may follow data
  if (take("from ", rest)) commit.parents.push_back(name_of(rest));
  while (take("merge ", rest)) commit.parents.push_back(name_of(rest));
  while (change(commit)) {
  }
  return commit;
}

bool GitParser::change(GitCommit& commit) {
  std::string rest;
  if (take("deleteall", rest)) return commit.from_nothing = true, commit.changes.clear(), true;
  if (take("D ", rest)) {
    std::string_view text = rest;
    commit.changes.push_back({take_path(text, false), true, 0, {}});
    return true;
  }
  if (!take("M ", rest)) return false;
  GitChange change;
  std::string_view text = rest;
  const std::size_t mode_end = text.find(' ');
  const std::size_t name_end = mode_end == text.npos ? text.npos : text.find(' ', mode_end + 1);
  if (name_end == text.npos) fail("M " + rest);
  const auto [end, err] = std::from_chars(text.data(), text.data() + mode_end, change.mode, 8);
  if (err != std::errc() || end != text.data() + mode_end) fail("M " + rest);
  change.content = name_of(text.substr(mode_end + 1, name_end - mode_end - 1));
  text.remove_prefix(name_end + 1);
  change.path = take_path(text, false);
  commit.changes.push_back(std::move(change));
  return true;
}

GitTag GitParser::tag(std::string name) {
  GitTag tag;
  std::string rest;
  tag.tag = std::move(name);
  tag.name = names();
  if (!take("from ", rest)) fail(peek());
  tag.target = name_of(rest);
  GitName more = names();  // git puts the tag's own id behind
  if (tag.name.id.empty()) tag.name.id = more.id;
  if (take("tagger ", rest)) std::tie(tag.tagger, tag.time) = parse_signature(rest);
  tag.message = data();
  return tag;
}

std::optional<GitCommand> GitParser::next() {
  if (data_left_ > 0) fail("a blob that was not read");
  std::string rest;
  while (!ended_) {
    if (peek() == "\n") fail("the end of the stream, which 'done' must announce");
    if (peek().empty() || peek().starts_with("feature ") || peek().starts_with("progress ") ||
        peek().starts_with('#')) {
      line();
    } else if (take("done", rest)) {
      ended_ = true;
    } else if (take("reset ", rest)) {
      take("from ", rest);
    } else if (take("blob", rest)) {
      return blob();
    } else if (take("commit ", rest)) {
      return commit();
    } else if (take("tag ", rest)) {
      return tag(rest);
    } else {
      fail(peek());
    }
  }
  return std::nullopt;
}

}  // namespace vstore
