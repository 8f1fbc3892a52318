// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.h"

#include <string_view>

namespace durable::cli {
namespace {

bool is_file(const OptionText& option) { return option.value == "FILE"; }

/// The words of `bash|zsh`, with `separator` between them; empty: the value is free. What is
/// written in capitals throughout stands for a value, unless the service spells it so.
std::string words_of(const OptionText& option, std::string_view separator) {
  if (option.value.find('|') == std::string::npos || option.value == "ARN|NAME") return {};
  std::string words;
  for (const char c : option.value) c == '|' ? words += separator : words += c;
  return words;
}

std::string replaced(std::string_view text, std::string_view characters, std::string_view before) {
  std::string result;
  for (const char c : text) {
    if (characters.find(c) != std::string_view::npos) result += before;
    result += c;
  }
  return result;
}

// ---- bash ----

void collect_paths(const CommandText& command, const std::string& path, std::string& out) {
  for (const CommandText& child : command.commands) {
    const std::string child_path = path + " " + child.name;
    out += (out.empty() ? "" : " | ") + ("\"" + child_path + "\"");
    collect_paths(child, child_path, out);
  }
}

/// The arms that complete what follows an option.
void bash_values(const CommandText& command, const std::string& path, std::string& out) {
  for (const OptionText& option : command.options) {
    if (option.is_argument || option.value.empty()) continue;
    std::string pattern;
    for (const std::string& name : option.names) {
      pattern += (pattern.empty() ? "" : " | ") + ("\"" + path + " " + name + "\"");
    }
    const std::string words = words_of(option, " ");
    std::string action;
    if (is_file(option)) {
      action = "COMPREPLY=($(compgen -f -- \"$cur\")); ";
    } else if (!words.empty()) {
      action = "COMPREPLY=($(compgen -W \"" + words + "\" -- \"$cur\")); ";
    }
    out += "    " + pattern + ") " + action + "return ;;\n";
  }
  for (const CommandText& child : command.commands)
    bash_values(child, path + " " + child.name, out);
}

/// The arms that complete all else.
void bash_words(const CommandText& command, const std::string& path, std::string& out) {
  std::string words;
  bool files = false;
  for (const CommandText& child : command.commands) words += child.name + " ";
  for (const OptionText& option : command.options) {
    if (option.is_argument) {
      files = files || is_file(option);
      if (const std::string values = words_of(option, " "); !values.empty()) words += values + " ";
    } else {
      for (const std::string& name : option.names) words += name + " ";
    }
  }
  if (!words.empty()) words.pop_back();
  out += "    \"" + path + "\")\n      COMPREPLY=($(compgen -W \"" + words + "\" -- \"$cur\"))\n";
  if (files) out += "      [[ $cur == -* ]] || COMPREPLY+=($(compgen -f -- \"$cur\"))\n";
  out += "      ;;\n";
  for (const CommandText& child : command.commands) bash_words(child, path + " " + child.name, out);
}

// ---- zsh ----

/// Within single quotes, and where `[`, `]`, `:` and `\` mean something.
std::string zsh_text(std::string_view text) {
  const std::string escaped = replaced(text, "[]:\\", "\\");
  std::string result;
  for (const char c : escaped) c == '\'' ? result += "'\\''" : result += c;
  return result;
}

std::string zsh_action(const OptionText& option) {
  if (is_file(option)) return "_files";
  const std::string words = words_of(option, " ");
  if (!words.empty()) return "(" + words + ")";
  // What begins with '-' is to be looked for among the options, though an argument may stand here.
  return option.is_argument ? R"(_guard "^-*" ")" + zsh_text(option.names.front()) + "\"" : " ";
}

void zsh_arguments(const CommandText& command, std::string& out) {
  std::size_t position = 0;
  for (const OptionText& option : command.options) {
    if (option.is_argument) {
      out += " \\\n    '" + std::to_string(++position) + ":" + zsh_text(option.names.front()) +
             ":" + zsh_action(option) + "'";
      continue;
    }
    for (const std::string& name : option.names) {
      out += " \\\n    '";
      if (option.is_repeatable) out += "*";
      out += name + "[" + zsh_text(option.help) + "]";
      if (!option.value.empty()) out += ":" + zsh_text(option.value) + ":" + zsh_action(option);
      out += "'";
    }
  }
}

void zsh_function(const CommandText& command, const std::string& function, std::string& out) {
  out += function + "() {\n";
  if (command.commands.empty()) {
    out += "  _arguments";
    zsh_arguments(command, out);
    out += "\n}\n\n";
    return;
  }
  out +=
      "  local context state state_descr line\n  typeset -A opt_args\n  local -a commands\n"
      "  commands=(\n";
  for (const CommandText& child : command.commands) {
    out += "    '" + child.name + ":" + zsh_text(child.help) + "'\n";
  }
  out += "  )\n  _arguments -C";
  zsh_arguments(command, out);
  out +=
      " \\\n    '1:command:->command' \\\n    '*::argument:->rest'\n"
      "  case $state in\n    command) _describe command commands ;;\n"
      "    rest)\n      case $words[1] in\n";
  for (const CommandText& child : command.commands) {
    out += "        " + child.name + ") " + function + "_" + child.name + " ;;\n";
  }
  out += "      esac\n      ;;\n  esac\n}\n\n";
  for (const CommandText& child : command.commands) {
    zsh_function(child, function + "_" + child.name, out);
  }
}

}  // namespace

std::string bash_completion(const CommandText& program) {
  const std::string& name = program.name;
  std::string paths;
  collect_paths(program, name, paths);
  std::string script = "# bash completion for " + name + "; made by `" + name +
                       " completion bash`\n_" + name +
                       "() {\n"
                       "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
                       "  local path=" +
                       name +
                       " i\n"
                       "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
                       "    case \"$path ${COMP_WORDS[i]}\" in\n      " +
                       paths +
                       ") path=\"$path ${COMP_WORDS[i]}\" ;;\n"
                       "    esac\n  done\n"
                       "  COMPREPLY=()\n"
                       "  case \"$path $prev\" in\n";
  bash_values(program, name, script);
  script += "  esac\n  case \"$path\" in\n";
  bash_words(program, name, script);
  return script + "  esac\n}\ncomplete -F _" + name + " " + name + "\n";
}

std::string zsh_completion(const CommandText& program) {
  const std::string& name = program.name;
  std::string script = "#compdef " + name + "\n# Made by `" + name + " completion zsh`\n\n";
  zsh_function(program, "_" + name, script);
  // Sourced, the file has to register itself; autoloaded, it is the function's body.
  return script + "if [ \"$funcstack[1]\" = \"_" + name + "\" ]; then\n  _" + name +
         " \"$@\"\nelse\n  compdef _" + name + " " + name + "\nfi\n";
}

}  // namespace durable::cli
