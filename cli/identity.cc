#include "cli/identity.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "cli/context.h"
#include "vstore/error.h"
#include "vstore/revision.h"

namespace vstore::cli {
namespace {

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

std::string host_name() {
  char buffer[256] = "localhost";
  ::gethostname(buffer, sizeof buffer - 1);
  return buffer;
}

/// The full name of the password file (its comment field up to the first comma), or the login name.
Person from_password_file() {
  const passwd* entry = ::getpwuid(::geteuid());
  const std::string login = entry ? entry->pw_name : "unknown";
  std::string name = entry && entry->pw_gecos ? entry->pw_gecos : "";
  name.erase(std::min(name.find(','), name.size()));
  return {name.empty() ? login : name, login + "@" + host_name()};
}

/// `config` looks a key up, wherever the caller may look.
template <class Config>
Person identify(const std::string& role, const Config& config) {
  std::optional<std::string> name = environment("VSTORE_" + role + "_NAME");
  std::optional<std::string> email = environment("VSTORE_" + role + "_EMAIL");
  if (!name) name = config("user.name");
  if (!email) email = config("user.email");
  if (name && email) return {*name, *email};
  const Person person = from_password_file();
  return {name.value_or(person.name), email.value_or(person.email)};
}

std::optional<Time> date(const char* variable) {
  const std::optional<std::string> text = environment(variable);
  if (!text) return std::nullopt;
  return parse_time(*text, now());
}

}  // namespace

Person author(Context& context) {
  return identify("AUTHOR", [&](std::string_view key) { return context.config(key); });
}

Person committer(Context& context) {
  return identify("COMMITTER", [&](std::string_view key) { return context.config(key); });
}

bool is_committer_guessed(Context& context) {
  const auto said = [&](const char* variable, const char* key) { return environment(variable) || context.config(key); };
  return !said("VSTORE_COMMITTER_NAME", "user.name") || !said("VSTORE_COMMITTER_EMAIL", "user.email");
}

Person committer_before_opening() { return identify("COMMITTER", user_config); }

Time now() {
  const std::time_t seconds = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return {seconds, static_cast<std::int32_t>(local.tm_gmtoff / 60)};
}

std::optional<Time> author_date() { return date("VSTORE_AUTHOR_DATE"); }
std::optional<Time> committer_date() { return date("VSTORE_COMMITTER_DATE"); }

Person parse_person(const std::string& text) {
  const std::size_t open = text.find('<');
  const std::size_t close = text.find('>');
  if (open == text.npos || close == text.npos || close < open) {
    throw Error(ErrorCode::usage, "'" + text + "' is not of the form 'Name <email>'",
                "for example: --author='Ada Lovelace <ada@example.org>'");
  }
  std::string name = text.substr(0, open);
  name.erase(name.find_last_not_of(' ') + 1);
  return {name, text.substr(open + 1, close - open - 1)};
}

}  // namespace vstore::cli
