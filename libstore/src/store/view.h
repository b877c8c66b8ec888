// store/view.h - refs as entries of the view's map. docs/format/view.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vstore/store.h"

namespace vstore {

RefValue ref_value(const ObjectReader& reader, const Entry& entry);
/// Writes the target of a symbolic ref.
Entry ref_entry(ObjectWriter& writer, const RefValue& value);

/// The ref changes of one transaction.
class RefChanges {
 public:
  using Value = std::optional<RefValue>;  ///< nullopt: no such ref

  /// Both throw `usage` for a bad name.
  void expect(const std::string& name, Value expected);
  void set(const std::string& name, Value value);

  bool empty() const { return values_.empty(); }
  const std::map<std::string, Value>& values() const { return values_; }
  const std::vector<std::pair<std::string, Value>>& expected() const { return expected_; }

  /// Throws `lost_race` naming the first ref of `view` that is not as expected.
  void check_expected(const Tree& view) const;
  /// Throws `refused` if after the changes one ref's name would be a directory of another's.
  void check_names(const Tree& view) const;
  /// Writes the changed view.
  Id apply(const Tree& view, ObjectWriter& writer) const;

 private:
  bool exists_after(const Tree& view, const std::string& name) const;
  std::optional<std::string> below_after(const Tree& view, const std::string& name) const;

  std::vector<std::pair<std::string, Value>> expected_;
  std::map<std::string, Value> values_;
};

}  // namespace vstore
