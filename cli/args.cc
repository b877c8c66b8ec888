#include "cli/args.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "cli/similar.h"
#include "vstore/config.h"
#include "vstore/error.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

std::vector<std::string> split_names(const std::string& names) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t comma = std::min(names.find(',', at), names.size());
    parts.push_back(names.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

bool is_option_word(const std::string& word) { return word.size() > 1 && word[0] == '-'; }

bool all_digits(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string in_quotes(const std::string& text) { return "'" + escape_for_terminal(text) + "'"; }

}  // namespace

// Options are all kept as strings in CLI11; converting them here keeps every error in our words.
struct Args::Parser {
  CLI::App app;
};

Args::Args(std::string command) : command_(std::move(command)), parser_(std::make_unique<Parser>()) {
  parser_->app.set_help_flag();
  parser_->app.allow_extras();
}

Args::~Args() = default;

void Args::declare(const std::string& names, std::string value_name, bool optional, std::string help,
                   Setter set) {
  CLI::callback_t callback = [set = std::move(set)](const CLI::results_t& results) {
    set(results);
    return true;
  };
  CLI::Option* option = parser_->app.add_option(names, std::move(callback));
  if (value_name.empty() || optional) {
    option->expected(0)->type_size(0, 1);
  } else {
    option->expected(1)->allow_extra_args(false);
  }
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  options_.push_back({split_names(names), std::move(value_name), optional, std::move(help)});
}

void Args::flag(const std::string& names, bool& value, std::string help) {
  declare(names, "", false, std::move(help), [&value](const auto&) { value = true; });
}

void Args::flag(const std::string& names, int& count, std::string help) {
  declare(names, "", false, std::move(help), [&count](const auto& all) { count += static_cast<int>(all.size()); });
}

void Args::flag(const std::string& names, std::function<void()> set, std::string help) {
  declare(names, "", false, std::move(help), [set = std::move(set)](const auto&) { set(); });
}

void Args::option(const std::string& names, std::string value_name, std::string& value, std::string help) {
  declare(names, std::move(value_name), false, std::move(help), [&value](const auto& all) { value = all.back(); });
}

void Args::option(const std::string& names, std::string value_name, std::optional<std::string>& value,
                  std::string help) {
  declare(names, std::move(value_name), false, std::move(help), [&value](const auto& all) { value = all.back(); });
}

void Args::option(const std::string& names, std::string value_name, std::vector<std::string>& values,
                  std::string help) {
  declare(names, std::move(value_name), false, std::move(help),
          [&values](const auto& all) { values.insert(values.end(), all.begin(), all.end()); });
}

void Args::option(const std::string& names, std::string value_name, std::optional<std::uint64_t>& value,
                  std::string help) {
  const std::string name = split_names(names).back();
  declare(names, std::move(value_name), false, std::move(help), [&value, name](const auto& all) {
    const std::optional<std::int64_t> number = parse_size(all.back());
    if (!number || *number < 0) {
      throw Error(ErrorCode::usage, "option '" + name + "' expects a number, not " + in_quotes(all.back()));
    }
    value = static_cast<std::uint64_t>(*number);
  });
}

void Args::optional_value(const std::string& names, std::string value_name, std::string if_bare,
                          std::optional<std::string>& value, std::string help) {
  declare(names, std::move(value_name), true, std::move(help),
          [&value, if_bare = std::move(if_bare)](const auto& all) {
            const std::string& last = all.back();
            value = last == "true" || last.empty() ? if_bare : last;  // CLI11's word for "no value"
          });
}

void Args::optional_values(const std::string& names, std::string value_name, std::string if_bare,
                           std::vector<std::string>& values, std::string help) {
  declare(names, std::move(value_name), true, std::move(help),
          [&values, if_bare = std::move(if_bare)](const auto& all) {
            for (const std::string& value : all) values.push_back(value == "true" || value.empty() ? if_bare : value);
          });
}

void Args::number(std::optional<std::uint64_t>& value, std::string help) {
  number_ = &value;
  options_.push_back({{"-NUMBER"}, "", false, std::move(help)});
}

void Args::positionals(std::string name, std::vector<std::string>& values, Arity arity) {
  positionals_name_ = std::move(name);
  positionals_ = &values;
  arity_ = arity;
}

void Args::after_dashes(std::string name, std::vector<std::string>& values, bool* given) {
  after_dashes_name_ = std::move(name);
  after_dashes_ = &values;
  dashes_given_ = given;
}

std::string Args::positionals_synopsis() const {
  std::string text;
  if (positionals_ && arity_.max > 0) {
    text = arity_.min > 0 ? positionals_name_ : "[" + positionals_name_ + "]";
    if (arity_.max > 1) text += "...";
  }
  if (after_dashes_) text += (text.empty() ? "" : " ") + ("[-- " + after_dashes_name_ + "...]");
  return text;
}

/// Cuts `--` and what follows off `words`, and returns what followed.
std::vector<std::string> Args::split_dashes(std::vector<std::string>& words) {
  const auto dashes = std::find(words.begin(), words.end(), "--");
  if (dashes == words.end()) return {};
  if (dashes_given_) *dashes_given_ = true;
  std::vector<std::string> after(dashes + 1, words.end());
  words.erase(dashes, words.end());
  return after;
}

/// CLI11 would pass over the value of `--stat=x`.
void Args::refuse_value(const std::string& word) const {
  const std::size_t equals = word.find('=');
  if (!word.starts_with("--") || equals == word.npos) return;
  for (const OptionInfo& option : options_) {
    if (!option.value_name.empty() || option.names.back() != word.substr(0, equals)) continue;
    throw Error(ErrorCode::usage, "option '" + option.names.back() + "' takes no value", help_hint());
  }
}

/// CLI11 takes no value from `--format=`: give it the empty one as a word of its own.
void Args::split_empty_values(std::vector<std::string>& words) const {
  for (const std::string& word : words) refuse_value(word);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with("--") || !words[i].ends_with('=')) continue;
    const std::string name = words[i].substr(0, words[i].size() - 1);
    for (const OptionInfo& option : options_) {
      if (option.value_name.empty() || option.value_optional || option.names.back() != name) continue;
      words[i] = name;
      words.insert(words.begin() + static_cast<std::ptrdiff_t>(++i), "");
      break;
    }
  }
}

/// CLI11 would read the `no` of `-uno` as more flags: spell it `--untracked-files=no`.
void Args::expand_attached(std::vector<std::string>& words) const {
  for (const OptionInfo& option : options_) {
    if (!option.value_optional || option.names.front().size() != 2 || option.names.size() < 2) continue;
    for (std::string& word : words) {
      if (word.size() > 2 && word.compare(0, 2, option.names.front()) == 0) {
        word = option.names.back() + "=" + word.substr(2);
      }
    }
  }
}

void Args::declare_help() {
  if (std::exchange(help_declared_, true)) return;
  bool short_taken = false;
  for (const OptionInfo& option : options_) short_taken |= option.names.front() == "-h";
  flag(short_taken ? "--help" : "-h,--help", help_given_, "show this text");
}

bool Args::parse(std::vector<std::string> words) {
  declare_help();
  std::vector<std::string> after;
  if (stop_at_positional_) {
    parser_->app.prefix_command();
  } else {
    after = split_dashes(words);
  }
  split_empty_values(words);
  expand_attached(words);
  try {
    parser_->app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ArgumentMismatch& mismatch) {
    const std::string text = mismatch.what();  // "--name: 1 required TEXT missing"
    throw Error(ErrorCode::usage, "option '" + text.substr(0, text.find(':')) + "' needs a value", help_hint());
  } catch (const CLI::ParseError& error) {
    throw Error(ErrorCode::usage, error.what(), help_hint());
  }
  if (help_given_) return false;
  take_remaining(parser_->app.remaining());
  if (after_dashes_) {
    *after_dashes_ = std::move(after);
  } else if (positionals_) {
    positionals_->insert(positionals_->end(), after.begin(), after.end());
  } else if (!after.empty()) {
    throw Error(ErrorCode::usage, "unexpected argument " + in_quotes(after.front()), help_hint());
  }
  check_arity();
  return true;
}

/// Sorts what CLI11 did not know into positionals, `-5` and mistakes.
void Args::take_remaining(const std::vector<std::string>& remaining) {
  if (stop_at_positional_) {
    rest_ = remaining;
    if (!rest_.empty() && is_option_word(rest_.front())) unknown_option(rest_.front());
    return;
  }
  for (const std::string& word : remaining) {
    if (number_ && is_option_word(word) && all_digits(word.substr(1)) && word.size() < 19) {
      *number_ = std::stoull(word.substr(1));
    } else if (is_option_word(word)) {
      unknown_option(word);
    } else if (positionals_) {
      positionals_->push_back(word);
    } else {
      throw Error(ErrorCode::usage, "unexpected argument " + in_quotes(word), help_hint());
    }
  }
}

void Args::check_arity() const {
  if (!positionals_) return;
  if (positionals_->size() > arity_.max) {
    throw Error(ErrorCode::usage, "unexpected argument " + in_quotes((*positionals_)[arity_.max]), help_hint());
  }
  if (positionals_->size() < arity_.min) {
    throw Error(ErrorCode::usage, "missing argument: " + positionals_name_, help_hint());
  }
}

void Args::unknown_option(const std::string& word) const {
  const std::string name = word.substr(0, word.find('='));
  std::vector<std::string> known;
  for (const OptionInfo& option : options_) known.insert(known.end(), option.names.begin(), option.names.end());
  const std::string near = name.size() > 2 ? most_similar(name, known) : std::string();
  throw Error(ErrorCode::usage, "unknown option " + in_quotes(name),
              near.empty() ? help_hint() : "did you mean '" + near + "'? " + help_hint());
}

std::string Args::help_hint() const {
  return "'vstore " + command_ + (command_.empty() ? "help" : " --help") + "' lists what there is";
}

}  // namespace vstore::cli
