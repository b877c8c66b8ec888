// The revision language. What is parsed can be written out and parsed again.
#include <string>

#include "fuzz/fuzz.h"
#include "history/revision_parse.h"

using namespace vstore;

namespace {

std::string written(const RevisionExpression& expression) {
  std::string text = expression.name;
  for (const RevisionStep& step : expression.steps) {
    if (step.kind == RevisionStep::Kind::ancestor) text += "~" + std::to_string(step.number);
    if (step.kind == RevisionStep::Kind::parent) text += "^" + std::to_string(step.number);
    if (step.kind == RevisionStep::Kind::peel) text += "^{" + step.type + "}";
  }
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
