// vstore completion: scripts for bash, zsh and fish, generated from the declarations of all commands.
// Options come from here; for other words the shells complete file names, and branches and tags where a
// revision is likely.
#include "cli/command.h"
#include "cli/globals.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

struct Described {
  const CommandInfo* info;
  std::vector<OptionInfo> options;
};

std::vector<Described> describe_all() {
  std::vector<Described> all;
  for (const CommandInfo& info : all_commands()) {
    const std::unique_ptr<Command> command = info.make();
    Args args{std::string(info.name)};
    GlobalOptions unused;
    declare_options(info, *command, args, unused);
    args.declare_help();
    all.push_back({&info, args.options()});
  }
  return all;
}

std::vector<OptionInfo> global_options() {
  Globals globals;
  Args args("");
  declare_globals(args, globals);
  args.declare_help();
  return args.options();
}

std::string words_of(const std::vector<OptionInfo>& options) {
  std::string words;
  for (const OptionInfo& option : options) {
    for (const std::string& name : option.names) {
      if (name != "-NUMBER") words += (words.empty() ? "" : " ") + name;
    }
  }
  return words;
}

bool takes_revision(std::string_view command) {
  for (const std::string_view name : {"branch", "cat", "cat-file", "checkout", "cherry-pick", "diff", "du", "log", "ls", "merge", "rebase", "reset",
                                      "rev-parse", "revert", "show", "switch", "tag"}) {
    if (name == command) return true;
  }
  return false;
}

std::string command_names() {
  std::string names;
  for (const CommandInfo& info : all_commands()) names += (names.empty() ? "" : " ") + std::string(info.name);
  return names;
}

// -------------------------------------------------------------------------------------------- shells --

std::string bash_script() {
  std::string script =
      "# bash completion for vstore; load it with: source <(vstore completion bash)\n"
      "_vstore_refs() { vstore tag 2>/dev/null; vstore branch 2>/dev/null | cut -c3-; echo HEAD; }\n"
      "_vstore() {\n"
      "  local word=\"${COMP_WORDS[COMP_CWORD]}\" command= i skip=0\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    if ((skip)); then skip=0; continue; fi\n"
      "    case \"${COMP_WORDS[i]}\" in\n"
      "      -C|--store) skip=1 ;;\n"
      "      -*) ;;\n"
      "      *) command=\"${COMP_WORDS[i]}\"; break ;;\n"
      "    esac\n"
      "  done\n"
      "  local options= refs=0\n"
      "  case \"$command\" in\n";
  for (const Described& each : describe_all()) {
    script += "    " + std::string(each.info->name) + ") options='" + words_of(each.options) + "'";
    if (takes_revision(each.info->name)) script += "; refs=1";
    script += " ;;\n";
  }
  script += "    '') options='" + command_names() + " " + words_of(global_options()) + "'\n" +
            "        COMPREPLY=($(compgen -W \"$options\" -- \"$word\")); return ;;\n"
            "  esac\n"
            "  COMPREPLY=()\n"
            "  if [[ $command == help ]]; then COMPREPLY=($(compgen -W '" + command_names() + "' -- \"$word\")); return; fi\n"
            "  if [[ $word == -* ]]; then COMPREPLY=($(compgen -W \"$options\" -- \"$word\")); return; fi\n"
            "  if [[ $command == branch && \" ${COMP_WORDS[*]} \" =~ \\ (-d|-D|--delete)\\  ]]; then\n"
            "    COMPREPLY=($(compgen -W \"$(vstore branch 2>/dev/null | cut -c3- | grep -v '^(')\" -- \"$word\")); return\n"
            "  fi\n"
            "  if [[ $command == tag && \" ${COMP_WORDS[*]} \" =~ \\ (-d|--delete)\\  ]]; then\n"
            "    COMPREPLY=($(compgen -W \"$(vstore tag 2>/dev/null)\" -- \"$word\")); return\n"
            "  fi\n"
            "  if ((refs)); then COMPREPLY=($(compgen -W \"$(_vstore_refs)\" -- \"$word\")); fi\n"
            "}\n"
            "complete -o bashdefault -o default -F _vstore vstore\n";
  return script;
}

/// Quotes for inside a zsh _arguments specification.
std::string zsh_escape(std::string text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\'') escaped += "'\\''";
    else if (c == '[' || c == ']' || c == ':') escaped += std::string("\\") + c;
    else escaped += c;
  }
  return escaped;
}

std::string zsh_options(const std::vector<OptionInfo>& options, const std::string& indent) {
  std::string text;
  for (const OptionInfo& option : options) {
    for (const std::string& name : option.names) {
      if (name == "-NUMBER") continue;
      std::string spec = name;
      if (option.value_optional && name.size() > 2) spec += "=-";
      spec += "[" + zsh_escape(option.help) + "]";
      if (!option.value_name.empty()) spec += (option.value_optional ? "::" : ":") + zsh_escape(option.value_name) + ":_files";
      text += indent + "'*" + spec + "' \\\n";
    }
  }
  return text;
}

std::string zsh_script() {
  std::string script =
      "#compdef vstore\n"
      "# zsh completion for vstore; put it on $fpath as _vstore, or: source <(vstore completion zsh)\n"
      "_vstore() {\n"
      "  local curcontext=\"$curcontext\" state line\n"
      "  local -a commands refs\n"
      "  commands=(\n";
  for (const CommandInfo& info : all_commands()) {
    script += "    '" + std::string(info.name) + ":" + zsh_escape(std::string(info.summary)) + "'\n";
  }
  script += "  )\n  _arguments -C \\\n" + zsh_options(global_options(), "    ") +
            "    '1:command:->command' '*::argument:->argument'\n"
            "  case $state in\n"
            "    command) _describe command commands ;;\n"
            "    argument)\n"
            "      refs=(${(f)\"$(vstore tag 2>/dev/null; vstore branch 2>/dev/null | cut -c3-)\"} HEAD)\n"
            "      case $words[1] in\n";
  for (const Described& each : describe_all()) {
    const bool refs = takes_revision(each.info->name);
    script += "        " + std::string(each.info->name) + ") _arguments -s \\\n" + zsh_options(each.options, "          ") +
              (refs ? "          '*:revision:{compadd -a refs; _files}'" : "          '*:file:_files'") + " ;;\n";
  }
  return script +
         "      esac ;;\n"
         "  esac\n"
         "}\n"
         "if [[ $funcstack[1] == _vstore ]]; then _vstore \"$@\"; else compdef _vstore vstore; fi\n";
}

std::string fish_quote(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string fish_options(const std::vector<OptionInfo>& options, const std::string& condition) {
  std::string text;
  for (const OptionInfo& option : options) {
    std::string line = "complete -c vstore -n " + fish_quote(condition);
    bool any = false;
    for (const std::string& name : option.names) {
      if (name == "-NUMBER") continue;
      line += name.size() == 2 ? " -s " + name.substr(1) : " -l " + name.substr(2);
      any = true;
    }
    if (!option.value_name.empty() && !option.value_optional) line += " -r";
    if (any) text += line + " -d " + fish_quote(option.help) + "\n";
  }
  return text;
}

std::string fish_script() {
  std::string script =
      "# fish completion for vstore; load it with: vstore completion fish | source\n"
      "function __vstore_refs\n"
      "  vstore tag 2>/dev/null; vstore branch 2>/dev/null | string sub -s 3; echo HEAD\n"
      "end\n";
  script += fish_options(global_options(), "__fish_use_subcommand");
  for (const Described& each : describe_all()) {
    const std::string name(each.info->name);
    const std::string condition = "__fish_seen_subcommand_from " + name;
    script += "complete -c vstore -n '__fish_use_subcommand' -f -a " + name + " -d " +
              fish_quote(std::string(each.info->summary)) + "\n" + fish_options(each.options, condition);
    if (takes_revision(name)) script += "complete -c vstore -n " + fish_quote(condition) + " -a '(__vstore_refs)'\n";
  }
  return script;
}

class Completion final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Print a script that teaches the shell to complete vstore's commands, options, branches and tags. "
        "For bash: source <(vstore completion bash). For zsh: vstore completion zsh >~/.zfunc/_vstore. For "
        "fish: vstore completion fish >~/.config/fish/completions/vstore.fish.");
    args.positionals("bash | zsh | fish", shell_, {.min = 1, .max = 1});
  }

  int run(Context& context) override {
    if (shell_[0] == "bash") {
      context.out().print(bash_script());
    } else if (shell_[0] == "zsh") {
      context.out().print(zsh_script());
    } else if (shell_[0] == "fish") {
      context.out().print(fish_script());
    } else {
      throw Error(ErrorCode::usage, "no completion for the shell '" + escape_for_terminal(shell_[0]) + "'",
                  "there are scripts for bash, zsh and fish");
    }
    return 0;
  }

  std::vector<std::string> shell_;
};

}  // namespace

std::unique_ptr<Command> make_completion() { return std::make_unique<Completion>(); }

}  // namespace vstore::cli
