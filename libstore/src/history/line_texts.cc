// Only lines between the equal ends of both texts get numbers. Of those in the ends it is merely counted how
// often the numbered ones occur among them, as the alignment asks for that.
#include "history/line_texts.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <unordered_map>

#include "history/line_slide.h"

namespace vstore {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view without_spaces_at_end(std::string_view line) {
  while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
  return line;
}

/// Numbers for keys, from 0 on.
class Numbering {
 public:
  std::uint32_t number(std::string_view key, bool keep) {
    if (const auto known = numbers_.find(key); known != numbers_.end()) return known->second;
    if (keep) key = kept_.emplace_back(key);
    const auto fresh = static_cast<std::uint32_t>(numbers_.size());
    numbers_.emplace(key, fresh);
    return fresh;
  }
  const std::uint32_t* find(std::string_view key) const {
    const auto known = numbers_.find(key);
    return known == numbers_.end() ? nullptr : &known->second;
  }
  std::size_t size() const { return numbers_.size(); }

 private:
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
  std::deque<std::string> kept_;  // keys that are not lines themselves
};

class ChangeFinder {
 public:
  ChangeFinder(const TextLines& before, const TextLines& after, LineKey& key)
      : before_(before), after_(after), key_(key) {}

  LineChanges run(const LineDiffOptions& options) {
    find_ends();
    const std::vector<std::uint32_t> old_numbers = number(before_), new_numbers = number(after_);
    std::vector<std::uint32_t> old_counts = counts(old_numbers), new_counts = counts(new_numbers);
    count_ends(old_counts, new_counts);
    const LineChanges middle = align_lines(
        {old_numbers, new_numbers, before_.count(), after_.count(), old_counts, new_counts}, options.minimal);
    LineChanges changes{std::vector<char>(before_.count()), std::vector<char>(after_.count())};
    std::copy(middle.removed.begin(), middle.removed.end(),
              changes.removed.begin() + static_cast<std::ptrdiff_t>(head_));
    std::copy(middle.added.begin(), middle.added.end(),
              changes.added.begin() + static_cast<std::ptrdiff_t>(head_));
    slide_changes(side(before_, options), side(after_, options), changes);
    return changes;
  }

 private:
  void find_ends() {
    const std::size_t shorter = std::min(before_.count(), after_.count());
    while (head_ < shorter && key_.equal(before_[head_], after_[head_])) ++head_;
    const auto from_end = [&](const TextLines& lines) { return lines[lines.count() - 1 - tail_]; };
    while (tail_ < shorter - head_ && key_.equal(from_end(before_), from_end(after_))) ++tail_;
  }

  std::vector<std::uint32_t> number(const TextLines& lines) {
    std::vector<std::uint32_t> numbers;
    numbers.reserve(lines.count() - head_ - tail_);
    for (std::size_t i = head_; i < lines.count() - tail_; ++i) {
      numbers.push_back(numbering_.number(key_.of(lines[i]), !key_.is_whole_line()));
    }
    return numbers;
  }

  std::vector<std::uint32_t> counts(const std::vector<std::uint32_t>& numbers) const {
    std::vector<std::uint32_t> counts(numbering_.size());
    for (const std::uint32_t n : numbers) ++counts[n];
    return counts;
  }

  void count_ends(std::vector<std::uint32_t>& old_counts, std::vector<std::uint32_t>& new_counts) {
    const auto count = [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        const std::uint32_t* n = numbering_.find(key_.of(before_[i]));
        if (n) ++old_counts[*n], ++new_counts[*n];
      }
    };
    count(0, head_);
    count(before_.count() - tail_, before_.count());
  }

  SlideSide side(const TextLines& lines, const LineDiffOptions& options) {
    SlideSide side{lines.count(),
                   [&](std::size_t i, std::size_t j) { return key_.equal(lines[i], lines[j]); }};
    if (options.indent_heuristic) side.text = [&](std::size_t i) { return lines[i]; };
    return side;
  }

  const TextLines& before_;
  const TextLines& after_;
  LineKey& key_;
  Numbering numbering_;
  std::size_t head_ = 0, tail_ = 0;  // equal lines at both ends
};

}  // namespace

void LineKey::squeeze(std::string_view line, std::string& out) const {
  out.clear();
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!is_space(line[i]))
      out += line[i];
    else if (rule_ == WhiteSpace::ignore_amount && (i == 0 || !is_space(line[i - 1])))
      out += ' ';
  }
}

std::string_view LineKey::of(std::string_view line) {
  switch (rule_) {
    case WhiteSpace::exact:
      return line;
    case WhiteSpace::ignore_cr_at_end:
      if (!line.ends_with('\n')) return line;
      line.remove_suffix(line.ends_with("\r\n") ? 2 : 1);
      return line;
    case WhiteSpace::ignore_at_end:
      return without_spaces_at_end(line);
    case WhiteSpace::ignore_amount:
    case WhiteSpace::ignore_all:
      break;
  }
  squeeze(without_spaces_at_end(line), key_);
  return key_;
}

bool LineKey::equal(std::string_view a, std::string_view b) {
  if (a == b) return true;
  if (rule_ == WhiteSpace::exact) return false;
  other_key_ = of(a);
  return of(b) == other_key_;
}

bool LineKey::is_blank(std::string_view line) const {
  if (rule_ == WhiteSpace::exact) return line.size() <= 1;
  return without_spaces_at_end(line).empty();
}

TextLines::TextLines(std::string_view text) : text_(text) {
  begins_.push_back(0);
  for (std::size_t at = 0; at < text.size(); begins_.push_back(at)) {
    const void* end = std::memchr(text.data() + at, '\n', text.size() - at);
    at = end ? static_cast<std::size_t>(static_cast<const char*>(end) - text.data()) + 1 : text.size();
  }
}

LineChanges find_line_changes(const TextLines& before, const TextLines& after, const LineDiffOptions& options,
                              LineKey& key) {
  return ChangeFinder(before, after, key).run(options);
}

}  // namespace vstore
