#include "store/view.h"

#include "vstore/names.h"

namespace vstore {
namespace {

std::string describe(const std::optional<RefValue>& value) {
  if (!value) return "nothing";
  return value->kind == Kind::ref_symbolic ? "'" + value->target + "'" : value->id.abbrev();
}

RefValue symbolic_value(std::string_view target) {
  if (const std::string problem = ref_name_problem(target); !problem.empty()) {
    throw Error(ErrorCode::damaged, "damaged view: a symbolic ref's target is not the name of a ref: " + problem);
  }
  return RefValue::symbolic(std::string(target));
}

[[noreturn]] void fail_conflict(const std::string& name, const std::string& other) {
  throw Error(
      ErrorCode::refused, "cannot create ref '" + name + "': ref '" + other + "' exists",
      "a ref's name cannot be a directory of another's; choose another name, or delete '" + other + "'");
}

}  // namespace

RefValue ref_value(const ObjectReader& reader, const Entry& entry) {
  switch (entry.kind) {
    case Kind::ref_commit:
    case Kind::ref_tag:
    case Kind::ref_tree:
      return {entry.kind, entry.id, {}};
    case Kind::ref_symbolic:
      return symbolic_value(reader.read(entry.id, ObjectType::chunk).text());
    default:
      throw Error(ErrorCode::damaged, "damaged view: an entry is not a ref", "run 'vstore fsck'");
  }
}

Entry ref_entry(ObjectWriter& writer, const RefValue& value) {
  if (value.kind != Kind::ref_symbolic) return {value.kind, 0, value.id};
  check_ref_name(value.target);
  return {value.kind, 0, writer.put(ObjectType::chunk, as_bytes(value.target))};
}

void RefChanges::expect(const std::string& name, Value expected) {
  check_ref_name(name);
  expected_.emplace_back(name, std::move(expected));
}

void RefChanges::set(const std::string& name, Value value) {
  check_ref_name(name);
  values_[name] = std::move(value);
}

void RefChanges::check_expected(const Tree& view) const {
  for (const auto& [name, expected] : expected_) {
    const auto entry = view.get(name);
    const Value found = entry ? Value(ref_value(view.reader(), *entry)) : std::nullopt;
    if (found == expected) continue;
    throw Error(ErrorCode::lost_race,
                "ref '" + name + "' was changed meanwhile: expected " + describe(expected) + ", found " +
                    describe(found),
                "look at its new state, then run the command again");
  }
}

bool RefChanges::exists_after(const Tree& view, const std::string& name) const {
  const auto change = values_.find(name);
  return change != values_.end() ? change->second.has_value() : view.get(name).has_value();
}

std::optional<std::string> RefChanges::below_after(const Tree& view, const std::string& name) const {
  const std::string prefix = name + "/";
  for (auto it = values_.lower_bound(prefix); it != values_.end() && it->first.starts_with(prefix); ++it) {
    if (it->second) return it->first;
  }
  for (auto cursor = view.seek(prefix); cursor.valid() && cursor.key().starts_with(prefix); cursor.next()) {
    const std::string key(cursor.key());
    if (!values_.contains(key)) return key;
  }
  return std::nullopt;
}

void RefChanges::check_names(const Tree& view) const {
  for (const auto& [name, value] : values_) {
    if (!value || view.get(name)) continue;
    for (std::size_t slash = name.find('/'); slash != name.npos; slash = name.find('/', slash + 1)) {
      if (exists_after(view, name.substr(0, slash))) fail_conflict(name, name.substr(0, slash));
    }
    if (const auto below = below_after(view, name)) fail_conflict(name, *below);
  }
}

Id RefChanges::apply(const Tree& view, ObjectWriter& writer) const {
  auto next = values_.begin();
  return edit_tree(view, writer, [&]() -> std::optional<TreeEdit> {
    if (next == values_.end()) return std::nullopt;
    TreeEdit edit{next->first, std::nullopt};
    if (next->second) edit.entry = ref_entry(writer, *next->second);
    ++next;
    return edit;
  });
}

}  // namespace vstore
