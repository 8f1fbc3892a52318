// SPDX-License-Identifier: Apache-2.0
#include "cli/man_page.h"

#include <sstream>
#include <string_view>

namespace durable::cli {
namespace {

/// Text that roff does not read as commands.
std::string roff(std::string_view text) {
  std::string result;
  bool begins_line = true;
  for (const char c : text) {
    if (begins_line && (c == '.' || c == '\'')) result += "\\&";
    begins_line = c == '\n';
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  return result;
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

/// The name of an option with its value: `-f, --file FILE`.
std::string label(const OptionText& option) {
  std::string text;
  for (const std::string& name : option.names) {
    if (!text.empty()) text += ", ";
    text += "\\fB" + roff(name) + "\\fR";
  }
  if (!option.value.empty() && !option.is_argument) text += " \\fI" + roff(option.value) + "\\fR";
  return text;
}

void write_command(const CommandText& command, const std::string& path, std::ostream& out) {
  out << ".SS \"" << roff(path) << "\"\n" << roff(command.help) << ".\n";
  for (const OptionText& option : command.options) {
    out << ".TP\n" << label(option) << "\n" << roff(option.help) << ".\n";
  }
  if (!command.footer.empty()) out << ".PP\n.nf\n" << roff(command.footer) << ".fi\n";
  for (const CommandText& child : command.commands) {
    write_command(child, path + " " + child.name, out);
  }
}

}  // namespace

std::string man_page(const CommandText& program) {
  std::ostringstream out;
  const std::string& name = program.name;
  out << ".TH " << upper(name) << " 1\n.SH NAME\n"
      << name << " \\- durable functions on this machine\n.SH SYNOPSIS\n.B " << name
      << "\n.I COMMAND\n[\\fIOPTIONS\\fR]\n.SH DESCRIPTION\n"
      << roff(program.help) << "\n.SH COMMANDS\n";
  for (const CommandText& command : program.commands) write_command(command, command.name, out);
  out << ".SH EXIT STATUS\n"
         ".TP\n.B 0\nSuccess.\n"
         ".TP\n.B 1\nThe execution, the function or a requirement failed; a history cannot be "
         "replayed.\n"
         ".TP\n.B 2\nThe command line, or a file that it names, is wrong.\n"
         ".TP\n.B 3\nThe service cannot be reached, or refuses.\n"
         ".TP\n.B 4\nThe execution still runs at the end of \\-\\-timeout.\n"
         ".SH ENVIRONMENT\n"
         ".TP\n.BR LAMBDA_ENDPOINT \", \" AWS_ENDPOINT_URL_LAMBDA\nWhere the API is, unless "
         "\\-\\-endpoint\\-url says so.\n"
         ".TP\n.BR AWS_ACCESS_KEY_ID \", \" AWS_SECRET_ACCESS_KEY \", \" AWS_SESSION_TOKEN\n"
         "What requests are signed with. Those to a server on this machine are signed only when "
         "these are set.\n"
         ".TP\n.B NO_COLOR\nNo colours, if it is not empty.\n"
         ".TP\n.B AWS_DEX_*\nOptions of \\fBserver\\fR, which its flags overrule: HOST, PORT, "
         "LOG_LEVEL, LAMBDA_ENDPOINT, LOCAL_RUNNER_REGION, STORE_TYPE, STORE_PATH, "
         "EXECUTION_TIMEOUT, INVOCATION_TIMEOUT.\n";
  return out.str();
}

}  // namespace durable::cli
