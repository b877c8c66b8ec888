// cli/args.h - the options and positionals of one command: declared once; parsed, explained (--help) and
// completed from that declaration. A facade: only args.cc knows that CLI11 does the parsing.
//
// Understood everywhere: `--name=value`, `--name value`, `-nvalue`, clusters (`-am text`), and `--`, after
// which nothing is an option. Options may stand between positionals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vstore::cli {

/// An option as declared, for help and completion.
struct OptionInfo {
  std::vector<std::string> names;  ///< with dashes, short ones first
  std::string value_name;          ///< empty: takes no value
  bool value_optional = false;     ///< value only as --name=value (or -nvalue)
  std::string help;
};

/// How many positionals a command takes.
struct Arity {
  std::size_t min = 0;
  std::size_t max = std::numeric_limits<std::size_t>::max();
};

/// `names` is always a comma list such as "-q,--quiet". Bound variables must outlive parse(). The later of
/// two options wins; vectors collect.
class Args {
 public:
  explicit Args(std::string command);
  ~Args();
  Args(const Args&) = delete;
  Args& operator=(const Args&) = delete;

  /// What the command does: one paragraph for --help.
  void describe(std::string text) { description_ = std::move(text); }
  /// A usage line without "vstore ", if the derived one does not say enough; repeatable.
  void usage(std::string line) { usage_.push_back(std::move(line)); }

  void flag(const std::string& names, bool& value, std::string help);
  /// Counts occurrences (-v -v).
  void flag(const std::string& names, int& count, std::string help);
  /// Calls `set` if given.
  void flag(const std::string& names, std::function<void()> set, std::string help);
  void option(const std::string& names, std::string value_name, std::string& value, std::string help);
  void option(const std::string& names, std::string value_name, std::optional<std::string>& value,
              std::string help);
  void option(const std::string& names, std::string value_name, std::vector<std::string>& values,
              std::string help);
  /// A number, with an optional suffix k, m or g.
  void option(const std::string& names, std::string value_name, std::optional<std::uint64_t>& value,
              std::string help);
  /// The value is optional and must be attached: `--color`, `--color=always`, `-uno`. Alone gives
  /// `if_bare`.
  void optional_value(const std::string& names, std::string value_name, std::string if_bare,
                      std::optional<std::string>& value, std::string help);
  /// The same, collecting the values of all occurrences.
  void optional_values(const std::string& names, std::string value_name, std::string if_bare,
                       std::vector<std::string>& values, std::string help);
  /// `-5` means the number 5.
  void number(std::optional<std::uint64_t>& value, std::string help);

  /// What is not an option. Without after_dashes() this includes what follows `--`.
  void positionals(std::string name, std::vector<std::string>& values, Arity arity = {});
  /// What follows `--`, apart from the other positionals; `given` tells whether there was a `--` at all.
  void after_dashes(std::string name, std::vector<std::string>& values, bool* given = nullptr);

  /// Stops at the first positional; it and all that follows go to rest(). For global options.
  void stop_at_positional() { stop_at_positional_ = true; }
  const std::vector<std::string>& rest() const { return rest_; }

  /// Parses and fills the bound variables; throws Error(usage) with a hint. Returns false if --help (or
  /// -h, unless declared otherwise) was given.
  bool parse(std::vector<std::string> words);

  /// Declares -h and --help, for those who look at options() without parsing. parse() does it anyway.
  void declare_help();

  const std::string& command() const { return command_; }
  const std::string& description() const { return description_; }
  const std::vector<std::string>& usage_lines() const { return usage_; }
  const std::vector<OptionInfo>& options() const { return options_; }
  /// "[PATH]..." or empty.
  std::string positionals_synopsis() const;
  /// True if any positional was declared.
  bool takes_positionals() const { return positionals_ != nullptr || after_dashes_ != nullptr; }

 private:
  struct Parser;
  using Setter = std::function<void(const std::vector<std::string>&)>;
  void declare(const std::string& names, std::string value_name, bool optional, std::string help, Setter set);
  std::vector<std::string> split_dashes(std::vector<std::string>& words);
  void refuse_value(const std::string& word) const;
  void split_empty_values(std::vector<std::string>& words) const;
  void expand_attached(std::vector<std::string>& words) const;
  void take_remaining(const std::vector<std::string>& remaining);
  void check_arity() const;
  [[noreturn]] void unknown_option(const std::string& word) const;
  std::string help_hint() const;

  std::string command_;
  std::string description_;
  std::vector<std::string> usage_;
  std::vector<OptionInfo> options_;
  std::unique_ptr<Parser> parser_;
  bool help_given_ = false;
  bool help_declared_ = false;
  bool stop_at_positional_ = false;
  std::vector<std::string> rest_;
  std::optional<std::uint64_t>* number_ = nullptr;
  std::string positionals_name_, after_dashes_name_;
  std::vector<std::string>* positionals_ = nullptr;
  std::vector<std::string>* after_dashes_ = nullptr;
  bool* dashes_given_ = nullptr;
  Arity arity_;
};

}  // namespace vstore::cli
