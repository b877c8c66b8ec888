// The syntax of revisions, without a store.
#include "history/revision_parse.h"

#include <doctest/doctest.h>

#include <string>

#include "vstore/error.h"
#include "vstore/revision.h"

using namespace vstore;

namespace {

/// One line for a parsed expression: its name, then its steps, then its path.
std::string shown(std::string_view text) {
  const RevisionExpression parsed = parse_revision(text);
  std::string out = parsed.base == RevisionExpression::Base::stage ? "<stage>" : parsed.name;
  if (parsed.base == RevisionExpression::Base::search) out = "<search> " + out;
  if (parsed.moment) {
    static const char* const kKinds[] = {" @", " @-", " @date "};
    out += kKinds[static_cast<int>(parsed.moment->kind)];
    out += parsed.moment->date.empty() ? std::to_string(parsed.moment->number) : parsed.moment->date;
  }
  for (const RevisionStep& step : parsed.steps) {
    switch (step.kind) {
      case RevisionStep::Kind::ancestor:
        out += " ~" + std::to_string(step.number);
        break;
      case RevisionStep::Kind::parent:
        out += " ^" + std::to_string(step.number);
        break;
      case RevisionStep::Kind::peel:
        out += " {" + step.text + "}";
        break;
      case RevisionStep::Kind::search:
        out += " {/" + step.text + "}";
        break;
    }
  }
  return parsed.path ? out + " : " + *parsed.path : out;
}

std::string range(std::string_view text) {
  const auto found = split_range(text);
  return found ? found->left + (found->symmetric ? " ... " : " .. ") + found->right : "none";
}

std::string argument(std::string_view text) {
  static const char* const kNames[] = {"single", "not", "range", "symmetric", "parents", "alone", "from"};
  const RevisionArgument parsed = parse_revision_argument(text);
  std::string out = kNames[static_cast<int>(parsed.form)];
  if (!parsed.left.empty()) out += " " + parsed.left;
  out += " " + parsed.right;
  return parsed.number == 1 ? out : out + " " + std::to_string(parsed.number);
}

}  // namespace

TEST_CASE("moments and searches") {
  CHECK(shown("main@{3}") == "main @3");
  CHECK(shown("@{3}^2") == " @3 ^2");
  CHECK(shown("@@{1}") == "HEAD @1");
  CHECK(shown("@{-2}~1:a") == " @-2 ~1 : a");
  CHECK(shown("main@{yesterday}") == "main @date yesterday");
  CHECK(shown("main@{2026-01-01 12:00}:data") == "main @date 2026-01-01 12:00 : data");
  CHECK(shown("HEAD^{/fix {2}x}~") == "HEAD {/fix {2}x} ~1");
  CHECK(shown(":/a..b") == "<search> a..b");
  CHECK(shown(":0:a") == "<stage> : a");
  CHECK(range(":/a..b") == "none");
  CHECK(range("main@{12:00}..fix") == "main@{12:00} .. fix");
}

TEST_CASE("expressions") {
  CHECK(shown("main") == "main");
  CHECK(shown("@") == "HEAD");
  CHECK(shown("@~2") == "HEAD ~2");
  CHECK(shown("user@host") == "user@host");
  CHECK(shown("HEAD~") == "HEAD ~1");
  CHECK(shown("HEAD^^2~10^0") == "HEAD ^1 ^2 ~10 ^0");
  CHECK(shown("v1^{}") == "v1 {}");
  CHECK(shown("v1^{commit}~1") == "v1 {commit} ~1");
  CHECK(shown("HEAD:") == "HEAD : ");
  CHECK(shown("HEAD~1:data/a b.csv") == "HEAD ~1 : data/a b.csv");
  CHECK(shown("HEAD:a:b~1^2") == "HEAD : a:b~1^2");
  CHECK(shown(":data/x") == "<stage> : data/x");
  CHECK(shown("HEAD~99999999999999999999999") == "HEAD ~1000000000000");
}

TEST_CASE("bad expressions are usage errors that quote the whole") {
  for (const std::string text : {"", "^", "~1", "HEAD^{foo}", "HEAD^{commit", "HEAD~1x", "HEAD@{1", "main@{-1}",
                                 "@{-0}", "main@{upstream}", "HEAD^{/fix", "HEAD^{commit}x"}) {
    CAPTURE(text);
    try {
      parse_revision(text);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::usage);
      CHECK(std::string(error.what()).find("'" + text + "'") != std::string::npos);
    }
  }
}

TEST_CASE("ranges") {
  CHECK(range("a..b") == "a .. b");
  CHECK(range("a...b") == "a ... b");
  CHECK(range("..b") == "HEAD .. b");
  CHECK(range("a..") == "a .. HEAD");
  CHECK(range("...") == "HEAD ... HEAD");
  CHECK(range("HEAD~2..v1^{commit}") == "HEAD~2 .. v1^{commit}");
  CHECK(range("HEAD:a.csv..HEAD:b.csv") == "HEAD:a.csv .. HEAD:b.csv");
  CHECK(range("..") == "none");
  CHECK(range("a") == "none");
  CHECK(range("v1.0") == "none");
  CHECK(range("HEAD:../x") == "none");
  CHECK(range("HEAD:a/../x") == "none");
  CHECK(range("HEAD^{/a..b}") == "none");
}

TEST_CASE("arguments of a set of commits") {
  CHECK(argument("main") == "single main");
  CHECK(argument("^main") == "not main");
  CHECK(argument("a..b") == "range a b");
  CHECK(argument("a...") == "symmetric a HEAD");
  CHECK(argument("main^@") == "parents main");
  CHECK(argument("main~2^!") == "alone main~2");
  CHECK(argument("main^-") == "from main");
  CHECK(argument("main^-2") == "from main 2");
  CHECK(argument("main^2") == "single main^2");
}

TEST_CASE("paths are normalised") {
  CHECK(normalize_path("a/b") == "a/b");
  CHECK(normalize_path("./a//b/./c/../d/") == "a/b/d");
  CHECK(normalize_path("") == "");
  CHECK(normalize_path(".") == "");
  CHECK(normalize_path("a/..") == "");
  CHECK_FALSE(normalize_path("..").has_value());
  CHECK_FALSE(normalize_path("a/../../b").has_value());
}
