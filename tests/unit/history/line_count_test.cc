// Lines counted by the chunks that differ, against a comparison of the whole texts.
#include <doctest/doctest.h>

#include <random>

#include "object/chunker.h"
#include "support/memory_objects.h"
#include "support/random.h"
#include "vstore/file.h"
#include "vstore/linediff.h"

using namespace vstore;
using namespace vstore::test;

namespace {

// Small chunks, so that small texts have many.
constexpr ChunkerParams small_chunks{64, 512, 1ull << 56};

Id put(MemoryObjects& objects, const std::string& text) {
  ListBuilder list(objects);
  std::uint64_t at = 0;
  for (const std::uint64_t cut : find_cuts_plain(as_bytes(text), small_chunks)) {
    const std::string_view part = std::string_view(text).substr(at, cut - at);
    list.add(objects.put(ObjectType::chunk, as_bytes(part)), static_cast<std::uint32_t>(part.size()));
    at = cut;
  }
  return list.finish();
}

using Lines = std::vector<std::string>;

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

std::optional<LineCounts> count(const std::string& before, const std::string& after,
                                std::uint64_t stretch_bytes_max = 64u << 20, std::size_t chunks_max = 1u << 20) {
  MemoryObjects objects;
  return count_line_changes(objects, put(objects, before), put(objects, after), stretch_bytes_max, chunks_max);
}

/// No line occurs twice, so there is one shortest way from any to any.
std::string unique_line(std::mt19937_64& random, std::size_t length_max) {
  std::string line = std::to_string(random()) + ":";
  line.append(random() % length_max, static_cast<char>('a' + random() % 26));
  return line + "\n";
}

}  // namespace

TEST_CASE("as many lines as a comparison of the whole texts finds") {
  std::mt19937_64 random(test_seed());
  for (int round = 0; round < 300; ++round) {
    const std::size_t length_max = round % 3 == 0 ? 2000 : 40;  // lines over several chunks, and many in one
    Lines lines;
    for (std::size_t n = random() % 400; n > 0; --n) lines.push_back(unique_line(random, length_max));
    if (!lines.empty() && random() % 3 == 0) lines.back().pop_back();  // no newline at the end
    const std::string before = joined(lines);
    for (std::size_t n = random() % 8; n > 0 && !lines.empty(); --n) {
      const auto at = lines.begin() + static_cast<std::ptrdiff_t>(random() % lines.size());
      switch (random() % 3) {
        case 0: *at = unique_line(random, length_max); break;
        case 1: lines.erase(at, at + static_cast<std::ptrdiff_t>(std::min<std::size_t>(random() % 20, static_cast<std::size_t>(lines.end() - at)))); break;
        case 2: lines.insert(at, random() % 20, unique_line(random, length_max)); break;
      }
    }
    const std::string after = joined(lines);
    const LineDiff whole = diff_lines(before, after, 0);
    const auto counts = count(before, after);
    REQUIRE(counts);
    REQUIRE(counts->added == whole.added);
    REQUIRE(counts->removed == whole.removed);
  }
}

TEST_CASE("stretches say where they begin, and hold the hunks of a comparison of the whole") {
  std::mt19937_64 random(test_seed());
  for (int round = 0; round < 300; ++round) {
    const std::size_t length_max = round % 3 == 0 ? 2000 : 40;
    const auto context = static_cast<unsigned>(random() % 5);
    Lines lines;
    for (std::size_t n = 1 + random() % 400; n > 0; --n) lines.push_back(unique_line(random, length_max));
    const std::string before = joined(lines);
    for (std::size_t n = 1 + random() % 5; n > 0; --n)
      lines[random() % lines.size()] = unique_line(random, length_max);
    const std::string after = joined(lines);
    MemoryObjects objects;
    std::string rebuilt;
    std::size_t done = 0, added = 0, stretches = 0;
    CHECK(visit_line_stretches(
        objects, put(objects, before), put(objects, after), context, [&](const LineStretch& s) {
          REQUIRE(s.before_offset >= done);
          REQUIRE(before.substr(s.before_offset, s.before.size()) == s.before);
          REQUIRE(after.substr(s.after_offset, s.after.size()) == s.after);
          REQUIRE((s.before_offset == 0 || before[s.before_offset - 1] == '\n'));
          rebuilt.append(before, done, s.before_offset - done).append(s.after);
          done = s.before_offset + s.before.size();
          const LineDiff diff = diff_lines(s.before, s.after, context);
          added += diff.added;
          // Nothing stands before the first one that would take its context away.
          for (unsigned i = 0; stretches == 0 && s.before_offset > 0 && i < context; ++i) {
            CHECK(diff.hunks.at(0).lines.at(i).tag == ' ');
          }
          ++stretches;
        }));
    rebuilt.append(before, done);
    REQUIRE(rebuilt == after);
    REQUIRE(added == diff_lines(before, after, 0).added);
  }
}

TEST_CASE("one side only: every line, also one without an end") {
  MemoryObjects objects;
  const std::string text = "a\nb\nc";
  const auto added = count_line_changes(objects, std::nullopt, put(objects, text));
  REQUIRE(added);
  CHECK(added->added == 3);
  CHECK(added->removed == 0);
  const auto removed = count_line_changes(objects, put(objects, text + "\n"), std::nullopt);
  REQUIRE(removed);
  CHECK(removed->removed == 3);
  CHECK(count_line_changes(objects, put(objects, ""), std::nullopt)->removed == 0);
}

TEST_CASE("only what differs is read") {
  std::mt19937_64 random(test_seed());
  Lines lines;
  for (int n = 0; n < 20'000; ++n) lines.push_back(unique_line(random, 40));
  MemoryObjects objects;
  const Id before = put(objects, joined(lines));
  lines[3'000] = unique_line(random, 40);
  lines[15'000] = unique_line(random, 40);
  const Id after = put(objects, joined(lines));
  std::size_t chunks = 0;
  FileReader(objects, before).visit_chunks([&](const ChunkRef&) { return ++chunks > 0; });
  REQUIRE(chunks > 1000);
  objects.reads = 0;
  const auto counts = count_line_changes(objects, before, after);
  REQUIRE(counts);
  CHECK(counts->added == 2);
  CHECK(counts->removed == 2);
  CHECK(objects.reads < chunks / 4);  // list nodes, and the chunks around two lines
}

TEST_CASE("what is not text, or too much at once, is not counted") {
  std::mt19937_64 random(test_seed());
  Lines one, other;
  for (int n = 0; n < 500; ++n) one.push_back(unique_line(random, 40)), other.push_back(unique_line(random, 40));
  CHECK(!count(joined(one), std::string("a\0b", 3)));
  CHECK(!count(std::string("a\0b", 3), joined(one)));
  CHECK(count(joined(one), joined(other)));
  CHECK(!count(joined(one), joined(other), 5000));
  CHECK(!count(joined(one), joined(other), 64u << 20, 4));
}
