#include <sys/stat.h>

#include "cli/command.h"
#include "cli/json.h"
#include "vstore/config.h"

namespace vstore::cli {
namespace {

class Config final : public Command {
  void declare(Args& args) override {
    args.usage("config [--global | --local] [get] KEY");
    args.usage("config [--global | --local] [set] KEY VALUE");
    args.usage("config [--global | --local] (unset | --unset) KEY");
    args.usage("config [--global | --local] (list | --list)");
    args.describe(
        "Read and write configuration: keys such as user.name, in the store's file (.vstore/config) or the "
        "user's (~/.config/vstore/config). Reading looks into both, the store's first.");
    args.flag("--global", global_, "the user's file");
    args.flag("--local", local_, "the store's file");
    args.flag("--get", get_, "print the last value of KEY; exit code 1 if there is none");
    args.flag("--get-all", get_all_, "print all values of KEY");
    args.flag("--unset", unset_, "remove KEY");
    args.flag("-l,--list", list_, "list all keys and values");
    args.flag("--json", json_, "what is read as a JSON document");
    args.positionals("KEY", words_);
  }

  int run(Context& context) override {
    if (global_ && local_) throw Error(ErrorCode::usage, "--global and --local exclude each other");
    take_verb();
    if (list_) return list(context);
    if (words_.empty()) throw Error(ErrorCode::usage, "missing argument: KEY", "'vstore config --list' shows what is set");
    const std::string key = normalize_key(words_[0]);
    if (unset_) {
      expect_words(1);
      ConfigFile::unset(file_to_write(context), key);
      return 0;
    }
    if (get_ || get_all_ || (words_.size() == 1 && !set_)) {
      expect_words(1);
      return get(context, key);
    }
    expect_words(2);
    ConfigFile::set(file_to_write(context), key, words_[1]);
    return 0;
  }

  /// `config get KEY` is the newer spelling of `config --get KEY`. A key always has a dot, so no verb can
  /// be mistaken for one.
  void take_verb() {
    if (words_.empty() || get_ || get_all_ || unset_ || list_) return;
    const std::string verb = words_[0];
    bool* const flag = verb == "get" ? &get_ : verb == "set" ? &set_ : verb == "unset" ? &unset_ : verb == "list" ? &list_ : nullptr;
    if (!flag) return;
    *flag = true;
    words_.erase(words_.begin());
  }

  void expect_words(std::size_t count) const {
    if (words_.size() > count) throw Error(ErrorCode::usage, "unexpected argument '" + words_[count] + "'");
    if (words_.size() < count) throw Error(ErrorCode::usage, "missing argument: VALUE");
  }

  static std::string local_file(Context& context) { return context.store().directory() + "/config"; }

  std::string global_file() const {
    const std::string path = user_file("config");
    if (path.empty()) throw Error(ErrorCode::usage, "there is no user configuration: HOME is not set");
    return path;
  }

  std::string file_to_write(Context& context) const {
    if (!global_) return local_file(context);
    const std::string path = global_file();
    for (std::size_t slash = path.find('/', 1); slash != path.npos; slash = path.find('/', slash + 1)) {
      ::mkdir(path.substr(0, slash).c_str(), 0777);  // what fails here fails better when the file is written
    }
    return path;
  }

  /// The files to read, least important first. Outside a store only the user's.
  std::vector<std::string> files_to_read(Context& context) const {
    std::vector<std::string> files;
    const std::string user = user_file("config");
    if (!local_ && !user.empty()) files.push_back(user);
    if (global_) return files;
    try {
      files.push_back(local_file(context));
    } catch (const Error& error) {
      if (local_ || error.code() != ErrorCode::usage) throw;
    }
    return files;
  }

  struct Value {
    std::string value, file;
  };

  int get(Context& context, const std::string& key) const {
    std::vector<Value> values;
    for (const std::string& file : files_to_read(context)) {
      for (std::string& value : ConfigFile::load(file).get_all(key)) values.push_back({std::move(value), file});
    }
    if (!get_all_ && values.size() > 1) values.erase(values.begin(), values.end() - 1);
    Json document = Json::array();
    for (const Value& each : values) {
      if (!json_) context.out().print(each.value, "\n");
      document.push_back(item(key, each.value, each.file));
    }
    if (json_) print_json(context.out(), document);
    return values.empty() ? 1 : 0;
  }

  static Json item(const std::string& key, const std::string& value, const std::string& file) {
    Json item;
    set_text(item, "key", key);
    set_text(item, "value", value);
    set_text(item, "file", file);
    return item;
  }

  int list(Context& context) const {
    expect_words(0);
    Json document = Json::array();
    for (const std::string& file : files_to_read(context)) {
      const ConfigFile config = ConfigFile::load(file);
      for (const auto& [key, value] : config.entries()) {
        if (!json_) context.out().print(key, "=", value, "\n");
        document.push_back(item(key, value, file));
      }
    }
    if (json_) print_json(context.out(), document);
    return 0;
  }

  bool global_ = false, local_ = false, get_ = false, get_all_ = false, set_ = false, unset_ = false, list_ = false;
  bool json_ = false;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_config() { return std::make_unique<Config>(); }

}  // namespace vstore::cli
