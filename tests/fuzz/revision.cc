// The revision language. What is parsed can be written out and parsed again.
#include <string>

#include "fuzz/fuzz.h"
#include "history/revision_parse.h"

using namespace vstore;

namespace {

std::string written(const RevisionMoment& moment) {
  switch (moment.kind) {
    case RevisionMoment::Kind::nth:
      return "@{" + std::to_string(moment.number) + "}";
    case RevisionMoment::Kind::previous:
      return "@{-" + std::to_string(moment.number) + "}";
    case RevisionMoment::Kind::date:
      return "@{" + moment.date + "}";
  }
  return {};
}

std::string written(const RevisionStep& step) {
  switch (step.kind) {
    case RevisionStep::Kind::ancestor:
      return "~" + std::to_string(step.number);
    case RevisionStep::Kind::parent:
      return "^" + std::to_string(step.number);
    case RevisionStep::Kind::peel:
      return "^{" + step.text + "}";
    case RevisionStep::Kind::search:
      return "^{/" + step.text + "}";
  }
  return {};
}

std::string written(const RevisionExpression& expression) {
  using Base = RevisionExpression::Base;
  if (expression.base == Base::search) return ":/" + expression.name;
  if (expression.base == Base::stage) return ":0:" + *expression.path;
  std::string text = expression.name;
  if (expression.moment) text += written(*expression.moment);
  for (const RevisionStep& step : expression.steps) text += written(step);
  return expression.path ? text + ":" + *expression.path : text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  test::accepts([&] {
    const RevisionExpression parsed = parse_revision(text);
    const std::string once = written(parsed);
    const RevisionExpression again = parse_revision(once);
    REQUIRE_THAT(again.base == parsed.base && written(again) == once);
  });
  test::accepts([&] {
    const RevisionArgument argument = parse_revision_argument(text);
    const bool is_range = argument.form == RevisionArgument::Form::range || argument.form == RevisionArgument::Form::symmetric;
    REQUIRE_THAT(!is_range || (!argument.left.empty() && !argument.right.empty()));
  });
  if (const auto path = normalize_path(text)) REQUIRE_THAT(normalize_path(*path) == path);
  return 0;
}
