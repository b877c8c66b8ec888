// Three-way merge of texts: by hand, and against git merge-file.
#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "support/random.h"
#include "support/seed.h"
#include "unit/history/git_repo.h"
#include "vstore/merge.h"

using namespace vstore;
using vstore::test::GitRepo;
using vstore::test::Random;

namespace {

TextMergeOptions labelled(ConflictStyle style = ConflictStyle::merge) {
  TextMergeOptions options;
  options.style = style;
  options.ours_label = "ours";
  options.base_label = "base";
  options.theirs_label = "theirs";
  return options;
}

/// Lines that are mostly different from each other, as in real texts.
std::string random_text(Random& random, std::size_t lines) {
  std::string text;
  for (std::size_t i = 0; i < lines; ++i) text += "line " + std::to_string(random.below(100'000)) + "\n";
  return text;
}

std::string edited(Random& random, const std::string& text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at) + 1;
    const std::string line = text.substr(at, end - at);
    at = end;
    const auto what = random.below(40);
    if (what == 0) continue;
    if (what == 1) result += "changed " + std::to_string(random.below(1000)) + "\n";
    if (what != 1) result += line;
    if (what == 2) result += "added " + std::to_string(random.below(1000)) + "\n";
  }
  return result;
}

}  // namespace

TEST_CASE("changes apart from each other are both taken") {
  const TextMerge merged = merge_texts("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\nE\n");
  CHECK(merged.text == "A\nb\nc\nD\nE\n");
  CHECK(merged.conflicts == 0);
}

TEST_CASE("the same change on both sides is no conflict") {
  CHECK(merge_texts("a\nb\n", "a\nB\n", "a\nB\n").conflicts == 0);
  CHECK(merge_texts("a\nb\n", "a\nB\n", "a\nB\n").text == "a\nB\n");
}

TEST_CASE("changes of the same line are a conflict between markers") {
  const TextMerge merged = merge_texts("a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n", labelled());
  CHECK(merged.conflicts == 1);
  CHECK(merged.text == "a\n<<<<<<< ours\nX\n=======\nY\n>>>>>>> theirs\nc\n");
}

TEST_CASE("diff3 shows the base too") {
  const TextMerge merged = merge_texts("a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n", labelled(ConflictStyle::diff3));
  CHECK(merged.text == "a\n<<<<<<< ours\nX\n||||||| base\nb\n=======\nY\n>>>>>>> theirs\nc\n");
}

TEST_CASE("changes that abut are a conflict, as in git") {
  CHECK(merge_texts("a\nb\n", "A\nb\n", "a\nB\n").conflicts == 1);
}

TEST_CASE("a favoured side wins where both changed, and only there") {
  TextMergeOptions options = labelled();
  options.favor = Favor::theirs;
  CHECK(merge_texts("a\nb\nc\nd\n", "a\nX\nc\nd\n", "a\nY\nc\nd\n", options).text == "a\nY\nc\nd\n");
  options.favor = Favor::ours;
  CHECK(merge_texts("a\nb\nc\nd\ne\n", "a\nX\nc\nd\ne\n", "a\nY\nc\nd\nE\n", options).text == "a\nX\nc\nd\nE\n");
}

TEST_CASE("a missing newline at the end gets one before a marker") {
  const TextMerge merged = merge_texts("a\nb", "a\nX", "a\nY", labelled());
  CHECK(merged.text == "a\n<<<<<<< ours\nX\n=======\nY\n>>>>>>> theirs\n");
}

TEST_CASE("random texts: git merge-file says the same, conflicts included; and sides may be exchanged") {
  GitRepo git;
  if (!git.works()) return;
  Random random(vstore::test::test_seed());
  int clean = 0;
  for (int round = 0; round < 150; ++round) {
    const std::string base = random_text(random, 5 + random.below(60));
    const std::string ours = edited(random, base), theirs = edited(random, base);
    const auto write = [&](const char* name, const std::string& text) {
      std::ofstream(git.directory() + "/" + name) << text;
    };
    write("base", base);
    write("ours", ours);
    write("theirs", theirs);
    // merge-file joins conflicts more eagerly than git merge does; -p --diff3 does not join at all.
    const std::string expected = git.run("merge-file -p --diff3 -L ours -L base -L theirs ours base theirs");
    const TextMerge merged = merge_texts(base, ours, theirs, labelled(ConflictStyle::diff3));
    CHECK(merged.text == expected);
    const TextMerge plain = merge_texts(base, ours, theirs);
    const TextMerge turned = merge_texts(base, theirs, ours);
    CHECK(plain.conflicts == turned.conflicts);
    if (plain.conflicts > 0) continue;
    ++clean;
    CHECK(plain.text == turned.text);
  }
  CHECK(clean > 10);
}
