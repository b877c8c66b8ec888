#include "history/revision_parse.h"

#include <algorithm>

#include "vstore/error.h"
#include "vstore/revision.h"

namespace vstore {
namespace {

constexpr std::string_view kHead = "HEAD";

[[noreturn]] void fail(std::string_view text, const std::string& why, std::string hint = {}) {
  throw Error(ErrorCode::usage, "bad revision '" + std::string(text) + "': " + why, std::move(hint));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Digits at the front of `rest`, or `otherwise` if there are none.
std::uint64_t take_number(std::string_view& rest, std::uint64_t otherwise) {
  constexpr std::uint64_t kMax = 1'000'000'000'000;  // no history is that long
  if (rest.empty() || !is_digit(rest.front())) return otherwise;
  std::uint64_t value = 0;
  for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1)) {
    value = std::min(kMax, value * 10 + static_cast<std::uint64_t>(rest.front() - '0'));
  }
  return value;
}

std::string_view take_name(std::string_view& rest) {
  const std::size_t end = std::min({rest.find_first_of("~^:"), rest.find("@{"), rest.size()});
  const std::string_view name = rest.substr(0, end);
  rest.remove_prefix(end);
  return name;
}

/// What stands between the brace at the front of `rest` and the one that closes it.
std::string_view take_braces(std::string_view text, std::string_view& rest) {
  int open = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '{') ++open;
    if (rest[i] != '}' || --open > 0) continue;
    const std::string_view inside = rest.substr(1, i - 1);
    rest.remove_prefix(i + 1);
    return inside;
  }
  fail(text, "'{' without '}'");
}

std::string take_type(std::string_view text, std::string_view& rest) {
  static constexpr std::string_view kTypes[] = {"", "commit", "tree", "tag", "object"};
  const std::string_view type = take_braces(text, rest);
  if (std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes)) {
    fail(text, "unknown type '" + std::string(type) + "'", "use ^{commit}, ^{tree}, ^{tag}, ^{/TEXT} or ^{}");
  }
  return std::string(type);
}

RevisionStep take_step(std::string_view text, std::string_view& rest) {
  const char mark = rest.front();
  rest.remove_prefix(1);
  if (mark == '~') return {RevisionStep::Kind::ancestor, take_number(rest, 1), {}};
  if (rest.starts_with("{/")) return {RevisionStep::Kind::search, 1, std::string(take_braces(text, rest).substr(1))};
  if (rest.starts_with('{')) return {RevisionStep::Kind::peel, 1, take_type(text, rest)};
  return {RevisionStep::Kind::parent, take_number(rest, 1), {}};
}

/// "@{...}"; `rest` begins at the brace.
RevisionMoment take_moment(std::string_view text, bool named, std::string_view& rest) {
  std::string_view inside = take_braces(text, rest);
  const std::string date(inside);
  if (date == "u" || date == "upstream" || date == "push") fail(text, "branches have no upstream here");
  const bool back = inside.starts_with('-');
  if (back) inside.remove_prefix(1);
  const std::uint64_t number = take_number(inside, 0);
  const bool is_number = inside.empty() && date.find_first_of("0123456789") != std::string::npos;
  if (!is_number) return {RevisionMoment::Kind::date, 0, date};
  if (back && (named || number == 0)) fail(text, "'@{-N}' stands alone, and N begins at 1");
  return {back ? RevisionMoment::Kind::previous : RevisionMoment::Kind::nth, number, {}};
}

/// Where ".." divides an expression, if anywhere: not in braces, and not as the component of a path.
std::size_t find_dots(std::string_view text) {
  if (text.starts_with(":/")) return std::string_view::npos;  // a search may contain them
  bool in_path = false;
  int braces = 0;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '{') ++braces;
    if (text[i] == '}' && braces > 0) --braces;
    if (text[i] == ':' && braces == 0) in_path = true;
    if (braces > 0 || text[i] != '.' || text[i + 1] != '.') continue;
    const bool after = i > 0 && (text[i - 1] == '/' || text[i - 1] == ':');
    const bool before = i + 2 < text.size() && text[i + 2] == '/';
    if (!in_path || (!after && !before)) return i;
    ++i;
  }
  return std::string_view::npos;
}

std::string or_head(std::string_view side) { return std::string(side.empty() ? kHead : side); }

/// REV^@, REV^! and REV^-N.
std::optional<RevisionArgument> parse_parent_set(std::string_view text) {
  using Form = RevisionArgument::Form;
  if (text.ends_with("^@"))
    return RevisionArgument{Form::parents, {}, or_head(text.substr(0, text.size() - 2))};
  if (text.ends_with("^!"))
    return RevisionArgument{Form::alone, {}, or_head(text.substr(0, text.size() - 2))};
  const std::size_t at = text.rfind("^-");
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = text.substr(at + 2);
  const std::uint64_t number = take_number(rest, 1);
  if (!rest.empty() || number == 0) return std::nullopt;
  return RevisionArgument{Form::from_parent, {}, or_head(text.substr(0, at)), number};
}

}  // namespace

RevisionExpression parse_revision(std::string_view text) {
  RevisionExpression parsed;
  std::string_view rest = text;
  if (rest.starts_with(':')) {
    if (rest.starts_with(":/")) {
      parsed.base = RevisionExpression::Base::search;
      parsed.name = rest.substr(2);
      return parsed;
    }
    if (rest.starts_with(":0:")) rest.remove_prefix(2);
    parsed.base = RevisionExpression::Base::stage;
    parsed.path = rest.substr(1);
    return parsed;
  }
  parsed.name = take_name(rest);
  if (parsed.name == "@") parsed.name = kHead;
  if (rest.starts_with("@{")) {
    rest.remove_prefix(1);
    parsed.moment = take_moment(text, !parsed.name.empty(), rest);
  }
  if (parsed.name.empty() && !parsed.moment) fail(text, "it names nothing");
  while (rest.starts_with('~') || rest.starts_with('^')) parsed.steps.push_back(take_step(text, rest));
  if (rest.empty()) return parsed;
  if (rest.front() != ':') fail(text, "unexpected '" + std::string(rest) + "'");
  parsed.path = rest.substr(1);
  return parsed;
}

std::optional<RevisionRange> split_range(std::string_view expression) {
  const std::size_t at = find_dots(expression);
  if (at == std::string_view::npos || expression == "..") return std::nullopt;  // ".." is a directory
  const bool symmetric = expression.substr(at).starts_with("...");
  const std::string_view right = expression.substr(at + (symmetric ? 3 : 2));
  return RevisionRange{or_head(expression.substr(0, at)), or_head(right), symmetric};
}

RevisionArgument parse_revision_argument(std::string_view text) {
  using Form = RevisionArgument::Form;
  if (text.starts_with('^')) return {Form::negated, {}, std::string(text.substr(1))};
  if (auto range = split_range(text)) {
    return {range->symmetric ? Form::symmetric : Form::range, std::move(range->left),
            std::move(range->right)};
  }
  if (auto parents = parse_parent_set(text)) return *std::move(parents);
  return {Form::single, {}, std::string(text)};
}

std::optional<std::string> normalize_path(std::string_view path) {
  std::string clean;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (clean.empty()) return std::nullopt;
      const std::size_t cut = clean.rfind('/');
      clean.resize(cut == std::string::npos ? 0 : cut);
      continue;
    }
    if (!clean.empty()) clean += '/';
    clean += part;
  }
  return clean;
}

}  // namespace vstore
