#include "vstore/linediff.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "support/seed.h"

using namespace vstore;
using namespace std::string_literals;
using vstore::test::test_seed;

namespace {

std::string header(const Hunk& h) {
  const auto side = [](std::uint64_t start, std::uint64_t count) {
    return std::to_string(start) + (count == 1 ? "" : "," + std::to_string(count));
  };
  const std::string section = h.section.empty() ? "" : " " + std::string(h.section);
  return "@@ -" + side(h.old_start, h.old_count) + " +" + side(h.new_start, h.new_count) + " @@" + section;
}

/// As a patch, without the "\ No newline" remark.
std::string text_of(const LineDiff& diff) {
  std::string out;
  for (const Hunk& hunk : diff.hunks) {
    out += header(hunk) + "\n";
    for (const DiffLine& line : hunk.lines) {
      out += line.tag + std::string(line.text);
      if (!line.text.ends_with('\n')) out += '\n';
    }
  }
  return out;
}

std::string text_of(std::string_view before, std::string_view after) {
  return text_of(diff_lines(before, after));
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

/// Applies the hunks as a strict patch program would: everything must fit exactly.
std::string applied(std::string_view before, const LineDiff& diff) {
  const std::vector<std::string_view> old_lines = lines_of(before);
  std::string out;
  std::size_t old_at = 0, new_at = 0;
  std::uint64_t added = 0, removed = 0;
  const auto copy = [&] { out += old_lines.at(old_at++), ++new_at; };
  for (const Hunk& hunk : diff.hunks) {
    const std::size_t begin = hunk.old_count > 0 ? hunk.old_start - 1 : hunk.old_start;
    REQUIRE(begin >= old_at);
    while (old_at < begin) copy();
    REQUIRE(new_at == (hunk.new_count > 0 ? hunk.new_start - 1 : hunk.new_start));
    const std::size_t old_begin = old_at, new_begin = new_at;
    for (const DiffLine& line : hunk.lines) {
      if (line.tag != '+') REQUIRE(line.text == old_lines.at(old_at));
      if (line.tag == ' ') copy();
      if (line.tag == '-') ++old_at, ++removed;
      if (line.tag == '+') out += line.text, ++new_at, ++added;
    }
    REQUIRE(old_at - old_begin == hunk.old_count);
    REQUIRE(new_at - new_begin == hunk.new_count);
  }
  while (old_at < old_lines.size()) copy();
  REQUIRE(added == diff.added);
  REQUIRE(removed == diff.removed);
  return out;
}

/// Length of a longest common subsequence of lines, by the textbook.
std::size_t common_lines(std::string_view before, std::string_view after) {
  const auto a = lines_of(before), b = lines_of(after);
  std::vector<std::size_t> row(b.size() + 1), last;
  for (std::string_view line : a) {
    last = row;
    for (std::size_t j = 0; j < b.size(); ++j) {
      row[j + 1] = line == b[j] ? last[j] + 1 : std::max(last[j + 1], row[j]);
    }
  }
  return row.back();
}

/// Lines from few different ones, so that many alignments compete.
std::string random_text(std::mt19937_64& rng, std::size_t lines, std::size_t kinds) {
  std::string text;
  for (std::size_t i = 0; i < lines; ++i) text += "line " + std::to_string(rng() % kinds) + "\n";
  if (!text.empty() && rng() % 4 == 0) text.pop_back();
  return text;
}

std::string edited(std::mt19937_64& rng, std::string_view text, std::size_t edits) {
  std::vector<std::string> lines;
  for (std::string_view line : lines_of(text)) lines.emplace_back(line);
  for (std::size_t i = 0; i < edits; ++i) {
    const std::size_t at = rng() % (lines.size() + 1);
    if (rng() % 2 == 0 || at == lines.size()) {
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at),
                   "line " + std::to_string(rng() % 1000) + "\n");
    } else {
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  std::string out;
  for (const std::string& line : lines) out += line;
  return out;
}

std::string numbered(int from, int to) {
  std::string text;
  for (int i = from; i <= to; ++i) text += std::to_string(i) + "\n";
  return text;
}

struct TempDir {
  std::filesystem::path path;
  TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "vstore-linediff-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()));
    path = name;
  }
  ~TempDir() { std::filesystem::remove_all(path); }
};

/// What git prints from the first hunk on.
std::string git_hunks(const TempDir& dir, std::string_view before, std::string_view after, const std::string& options) {
  std::ofstream(dir.path / "a", std::ios::binary) << before;
  std::ofstream(dir.path / "b", std::ios::binary) << after;
  const std::string command =
      "cd '" + dir.path.string() + "' && git -c core.autocrlf=false diff --no-index --no-color " +
      "--no-ext-diff --diff-algorithm=myers --indent-heuristic " + options + " a b";
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe);
  std::string out;
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, n);
  pclose(pipe);
  const std::size_t first = out.find("@@ ");
  if (first == std::string::npos) return "";
  std::string hunks;
  for (std::string_view line : lines_of(std::string_view(out).substr(first))) {
    if (line.starts_with("\\ No newline")) continue;
    hunks += line;
  }
  return hunks;
}

bool have_git() { return std::system("git --version >/dev/null 2>&1") == 0; }

}  // namespace

TEST_CASE("equal texts have no hunks") {
  CHECK(diff_lines("", "").hunks.empty());
  CHECK(diff_lines("a\nb\n", "a\nb\n").hunks.empty());
}

TEST_CASE("hunks as git frames them") {
  CHECK(text_of("", "a\nb\n") == "@@ -0,0 +1,2 @@\n+a\n+b\n");
  CHECK(text_of("a\n", "") == "@@ -1 +0,0 @@\n-a\n");
  CHECK(text_of("1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nfive\n6\n7\n8\n") ==
        "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
  CHECK(text_of("a\nb\n", "a\nx\nb\n") == "@@ -1,2 +1,3 @@\n a\n+x\n b\n");
  CHECK(text_of(diff_lines("a\nb\nc\n", "a\nx\nb\nc\n", 0)) == "@@ -1,0 +2 @@ a\n+x\n");
}

TEST_CASE("changes six lines apart share a hunk, seven lines apart do not") {
  const std::string before = numbered(1, 40);
  const auto change = [&](int a, int b) {
    std::string after;
    for (int i = 1; i <= 40; ++i) after += (i == a || i == b ? "x" : "") + std::to_string(i) + "\n";
    return diff_lines(before, after).hunks.size();
  };
  CHECK(change(10, 17) == 1);
  CHECK(change(10, 18) == 2);
}

TEST_CASE("a missing last newline and a carriage return make a line different") {
  CHECK(text_of("a\nb", "a\nb\n") == "@@ -1,2 +1,2 @@\n a\n-b\n+b\n");
  CHECK(text_of("a\r\nb\r\n", "a\nb\r\n") == "@@ -1,2 +1,2 @@\n-a\r\n+a\n b\r\n");
  CHECK(text_of("a", "a\nb") == "@@ -1 +1,2 @@\n-a\n+a\n+b\n");
}

TEST_CASE("repeated lines: an insertion stands as far down as it can, as git shows it") {
  CHECK(text_of("{\nx\n}\n", "{\nx\n}\n{\nx\n}\n") == "@@ -1,3 +1,6 @@\n {\n x\n }\n+{\n+x\n+}\n");
  CHECK(text_of("a\na\nb\n", "a\na\na\nb\n") == "@@ -1,3 +1,4 @@\n a\n a\n+a\n b\n");
}

TEST_CASE("applying the hunks gives the new text, with as few changes as possible") {
  std::mt19937_64 rng(test_seed());
  for (int round = 0; round < 1500; ++round) {
    const std::string before = random_text(rng, rng() % 40, 1 + rng() % 12);
    const std::string after =
        round % 2 ? random_text(rng, rng() % 40, 1 + rng() % 12) : edited(rng, before, rng() % 9);
    CAPTURE(before);
    CAPTURE(after);
    LineDiffOptions options;
    options.context = static_cast<unsigned>(rng() % 5);
    options.minimal = true;
    const LineDiff diff = diff_lines(before, after, options);
    REQUIRE(applied(before, diff) == after);
    const std::size_t common = common_lines(before, after);
    REQUIRE(diff.removed == lines_of(before).size() - common);
    REQUIRE(diff.added == lines_of(after).size() - common);
  }
}

TEST_CASE("any context, even more than there are lines") {
  const std::string before = numbered(1, 30), after = numbered(1, 14) + "x\n" + numbered(15, 30);
  for (unsigned context : {0u, 1u, 3u, 15u, 1000u, 4'000'000'000u}) {
    CAPTURE(context);
    const LineDiff diff = diff_lines(before, after, context);
    CHECK(diff.hunks.size() == 1);
    CHECK(applied(before, diff) == after);
    CHECK(diff.added == 1);
    CHECK(diff.removed == 0);
  }
}

TEST_CASE("large texts: edits far apart stay small, whatever lies between") {
  std::mt19937_64 rng(test_seed());
  std::string before;
  for (int i = 0; i < 50'000; ++i) before += i % 3 == 0 ? "}\n" : "row " + std::to_string(i) + "\n";
  const std::string after = "first\n" + edited(rng, before, 40) + "last\n";
  const LineDiff diff = diff_lines(before, after);
  CHECK(applied(before, diff) == after);
  CHECK(diff.added + diff.removed <= 42);
}

TEST_CASE("large texts that share nothing useful are rewritten, quickly") {
  std::mt19937_64 rng(test_seed());
  const std::string noise = random_text(rng, 20'000, 50), other_noise = random_text(rng, 20'000, 50);
  CHECK(applied(noise, diff_lines(noise, other_noise)) == other_noise);
  const std::string before = numbered(1, 20'000);
  std::vector<std::string_view> rows = lines_of(before);
  std::shuffle(rows.begin(), rows.end(), rng);
  std::string shuffled;
  for (std::string_view row : rows) shuffled += row;
  CHECK(applied(before, diff_lines(before, shuffled)) == shuffled);
}

TEST_CASE("white space that does not count") {
  const auto differs = [](std::string_view before, std::string_view after, WhiteSpace rule) {
    LineDiffOptions options;
    options.white_space = rule;
    return !diff_lines(before, after, options).hunks.empty();
  };
  using enum WhiteSpace;
  struct Pair {
    std::string_view before, after;
    WhiteSpace first;  // the first rule that takes them for equal
  };
  for (const Pair& pair : {Pair{"a\r\n", "a\n", ignore_cr_at_end}, Pair{"a \n", "a\n", ignore_at_end}, Pair{"a", "a\n", ignore_cr_at_end},
                           Pair{"a  b\n", "a\tb \n", ignore_amount}, Pair{" a\n", "a\n", ignore_all}, Pair{"a b\n", "ab\n", ignore_all}}) {
    CAPTURE(pair.before);
    for (const WhiteSpace rule : {exact, ignore_cr_at_end, ignore_at_end, ignore_amount, ignore_all}) {
      CHECK(differs(pair.before, pair.after, rule) == (rule < pair.first));
    }
  }
  CHECK(differs("a\vb", "ab", ignore_all));  // git does not take a vertical tab for white space
}

TEST_CASE("common lines are the new text's, blank lines may not count") {
  LineDiffOptions options;
  options.white_space = WhiteSpace::ignore_all;
  CHECK(text_of(diff_lines(" a\nb\n", "a\nc\n", options)) == "@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
  options = {};
  options.ignore_blank_lines = true;
  CHECK(diff_lines("a\nb\n", "a\n\n\nb\n", options).hunks.empty());
  CHECK(text_of(diff_lines("a\nb\n", "a\n\nc\n", options)) == "@@ -1,2 +1,3 @@\n a\n-b\n+\n+c\n");
}

TEST_CASE("a hunk names the heading it lies below") {
  const std::string before = "int main() {  \n" + numbered(1, 20) + "_next\n" + numbered(21, 40);
  std::string after = before;
  after.replace(after.find("\n10\n"), 4, "\nx\n");
  after.replace(after.find("\n30\n"), 4, "\ny\n");
  const LineDiff diff = diff_lines(before, after);
  REQUIRE(diff.hunks.size() == 2);
  CHECK(diff.hunks[0].section == "int main() {");
  CHECK(diff.hunks[1].section == "_next");
}

TEST_CASE("binary: a NUL in the first 8000 bytes") {
  CHECK(!looks_binary(""));
  CHECK(!looks_binary("text"));
  CHECK(looks_binary("te\0xt"s));
  CHECK(looks_binary(std::string(7999, 'x') + '\0'));
  CHECK(!looks_binary(std::string(8000, 'x') + '\0'));
}

/// Text of the kinds in which several shortest scripts compete, and indentation or blank lines decide.
std::string random_source(std::mt19937_64& rng) {
  static const char* const lines[] = {"", "  ", "{", "}", "  {", "  }", "a", "\tb", "  c", "    d", "_e", "f  g", "h\r"};
  const std::size_t kind = rng() % 3, count = rng() % 30 == 0 ? 3000 : rng() % 70;
  if (kind == 0) return random_text(rng, count, 2 + rng() % 30);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += kind == 1 || rng() % 3 ? lines[rng() % std::size(lines)] : "row " + std::to_string(rng() % 200);
    text += "\n";
  }
  return text;
}

/// Moves, repeats, removes and respaces runs of lines.
std::string rearranged(std::mt19937_64& rng, std::string_view text) {
  std::vector<std::string> lines;
  for (std::string_view line : lines_of(text)) lines.emplace_back(line);
  for (std::size_t n = rng() % 9; n > 0; --n) {
    const auto at = [&] { return lines.begin() + static_cast<std::ptrdiff_t>(rng() % (lines.size() + 1)); };
    const auto from = at();
    const auto to = from + static_cast<std::ptrdiff_t>(std::min<std::size_t>(rng() % 8, static_cast<std::size_t>(lines.end() - from)));
    std::vector<std::string> run(from, to);
    switch (rng() % 4) {
      case 0: lines.erase(from, to); break;
      case 1: for (std::string& line : run) line.insert(rng() % line.size(), rng() % 2 ? " " : "\t"); [[fallthrough]];
      case 2: lines.insert(at(), run.begin(), run.end()); break;
      case 3: lines.insert(at(), rng() % 3, "\n"); break;
    }
  }
  std::string out;
  for (const std::string& line : lines) out += line;
  return out;
}

TEST_CASE("git prints the same hunks, whatever the options") {
  if (!have_git()) {
    MESSAGE("git is not installed: skipped");
    return;
  }
  const TempDir dir;
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 rng(seed);
  static const char* const white_space[] = {"", "--ignore-cr-at-eol", "--ignore-space-at-eol", "-b", "-w"};
  for (int round = 0; round < 250; ++round) {
    std::string before = random_source(rng);
    std::string after = rng() % 5 ? rearranged(rng, before) : random_source(rng);
    if (rng() % 5 == 0 && !before.empty()) before.pop_back();
    if (rng() % 5 == 0 && !after.empty()) after.pop_back();
    LineDiffOptions options;
    options.context = static_cast<unsigned>(rng() % 5);
    options.white_space = static_cast<WhiteSpace>(rng() % 2 ? 0 : rng() % 5);
    options.ignore_blank_lines = rng() % 4 == 0;
    options.indent_heuristic = rng() % 5 != 0;
    options.between = rng() % 4 == 0 ? static_cast<unsigned>(rng() % 4) : 0;
    const std::string git_options = "-U" + std::to_string(options.context) + " " +
                                    white_space[static_cast<int>(options.white_space)] +
                                    (options.ignore_blank_lines ? " --ignore-blank-lines" : "") +
                                    (options.indent_heuristic ? "" : " --no-indent-heuristic") +
                                    " --inter-hunk-context=" + std::to_string(options.between);
    CAPTURE(before);
    CAPTURE(after);
    CAPTURE(git_options);
    REQUIRE(text_of(diff_lines(before, after, options)) == git_hunks(dir, before, after, git_options));
  }
}
