// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.h"

#include "cli/man_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>

namespace durable::cli {
namespace {

using ::testing::HasSubstr;

/// Calls `visit` with the path of each command, `durable` itself among them.
void each_command(const CommandText& command, const std::string& path,
                  const std::function<void(const CommandText&, const std::string&)>& visit) {
  visit(command, path);
  for (const CommandText& child : command.commands) {
    each_command(child, path + " " + child.name, visit);
  }
}

std::string man_text(std::string text) {
  for (std::size_t at = 0; (at = text.find('-', at)) != std::string::npos; at += 2) {
    text.insert(at, "\\");
  }
  return text;
}

TEST(Completion, OfBashKnowsAllCommandsAndOptions) {
  const std::string script = bash_completion(describe());

  each_command(describe(), "durable", [&](const CommandText& command, const std::string& path) {
    const std::size_t arm = script.find("    \"" + path + "\")\n");
    ASSERT_NE(arm, std::string::npos) << path;
    const std::string words = script.substr(arm, script.find(";;", arm) - arm);
    for (const CommandText& child : command.commands) EXPECT_THAT(words, HasSubstr(child.name));
    for (const OptionText& option : command.options) {
      if (option.is_argument) continue;
      for (const std::string& name : option.names) EXPECT_THAT(words, HasSubstr(name)) << path;
    }
  });
  EXPECT_THAT(script, HasSubstr("\"durable server --store-type\") "
                                "COMPREPLY=($(compgen -W \"memory sqlite filesystem\""));
  EXPECT_THAT(script, HasSubstr("\"durable invoke -f\" | \"durable invoke --file\") "
                                "COMPREPLY=($(compgen -f"));
}

TEST(Completion, OfZshKnowsAllCommandsAndOptions) {
  const std::string script = zsh_completion(describe());

  each_command(describe(), "_durable", [&](const CommandText& command, std::string path) {
    for (char& c : path) c = c == ' ' ? '_' : c;
    const std::size_t begin = script.find("\n" + path + "() {\n");
    ASSERT_NE(begin, std::string::npos) << path;
    const std::string body = script.substr(begin, script.find("\n}\n", begin) - begin);
    for (const OptionText& option : command.options) {
      if (option.is_argument) continue;
      for (const std::string& name : option.names) EXPECT_THAT(body, HasSubstr(name + "[")) << path;
    }
  });
  EXPECT_THAT(script, ::testing::StartsWith("#compdef durable\n"));
}

TEST(ManPage, HoldsAllCommandsAndOptions) {
  const std::string page = man_page(describe());

  each_command(describe(), "durable", [&](const CommandText& command, const std::string& path) {
    if (path != "durable") {
      const std::string name = path.substr(path.find(' ') + 1);
      EXPECT_THAT(page, HasSubstr(".SS \"" + man_text(name) + "\"\n"));
    }
    if (path == "durable") return;
    for (const OptionText& option : command.options) {
      for (const std::string& name : option.names) {
        EXPECT_THAT(page, HasSubstr("\\fB" + man_text(name) + "\\fR"));
      }
    }
  });
  EXPECT_THAT(page, ::testing::Not(HasSubstr("\n'")));
}

TEST(Docs, HoldAllCommandsAndOptions) {
  std::ifstream in(DURABLE_CLI_DOCS);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  ASSERT_FALSE(text.empty()) << DURABLE_CLI_DOCS;

  each_command(describe(), "durable", [&](const CommandText& command, const std::string& path) {
    EXPECT_THAT(text, HasSubstr(path));
    for (const OptionText& option : command.options) {
      if (option.is_argument) continue;
      EXPECT_THAT(text, HasSubstr("`" + option.names.back())) << path;
    }
  });
}

}  // namespace
}  // namespace durable::cli
