// SPDX-License-Identifier: Apache-2.0
//
// The examples' tests, unchanged, in local mode and in cloud mode against the local server: they
// pass, and give the same trees of operations.
#include "server/server.h"

#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>

namespace durable {
namespace {

/// The names that the tests give. One that is missing here is a test that is skipped, and then its
/// tree is missed.
constexpr std::array names{"approval",      "billing",     "billing client",   "card charge",
                           "data export",   "hello world", "order processing", "price quotes",
                           "process order", "sealed card", "seat booking",     "thumbnails",
                           "tour",          "trial",       "trip booking",     "trip offer",
                           "voucher"};

/// As functions may be called: `hello_world`.
std::string function_name_of(std::string name) {
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

std::string name_map() {
  std::string map;
  for (const std::string name : names) {
    map += (map.empty() ? "{\"" : ", \"") + name + "\": \"" + function_name_of(name) + ":$LATEST\"";
  }
  return map + "}";
}

std::unique_ptr<server::Server> serve() {
  server::ServerOptions options;
  options.port = 0;
  options.store = server::StoreKind::memory;
  options.time_mode = service::TimeMode::skipped;
  for (const std::string name : names) {
    server::FunctionDefinition& function = options.functions.emplace_back();
    function.name = function_name_of(name);
    function.command = {DURABLE_EXAMPLE_FUNCTIONS, function.name};
    function.durable.emplace();
  }
  auto opened = server::Server::open(std::move(options));
  EXPECT_TRUE(opened) << opened.error().message;
  return opened ? *std::move(opened) : nullptr;
}

/// Runs all tests in an environment of its own; what they print, empty when they passed.
std::string run_examples(const std::string& environment) {
  const std::string command =
      "env -u QUALIFIED_FUNCTION_NAME -u LAMBDA_FUNCTION_TEST_NAME -u DURABLE_EXPLORE_CRASHES "
      "-u DURABLE_SCHEDULE no_proxy=127.0.0.1 " +
      environment + " " + DURABLE_EXAMPLES_TEST + " 2>&1";
  std::string text;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "the tests cannot be started";
  std::array<char, 4096> buffer{};
  while (const std::size_t read = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    text.append(buffer.data(), read);
  }
  const int status = pclose(pipe);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? "" : text;
}

/// The trees that were recorded, by the test's name.
std::map<std::string, std::string> trees_in(const std::filesystem::path& folder) {
  std::map<std::string, std::string> trees;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path());
    trees[entry.path().stem()] = std::string(std::istreambuf_iterator<char>(in), {});
  }
  return trees;
}

/// The lines without what stands behind `->`.
std::string without_results(const std::string& tree) {
  std::string text;
  for (std::size_t at = 0; at < tree.size();) {
    const std::size_t end = std::min(tree.find('\n', at), tree.size());
    const std::string line = tree.substr(at, end - at);
    text += line.substr(0, line.find(" -> ")) + "\n";
    at = end + 1;
  }
  return text;
}

class ExamplesInBothModes : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string path = std::filesystem::path(testing::TempDir()) / "durable-trees-XXXXXX";
    ASSERT_NE(mkdtemp(path.data()), nullptr);
    folder = path;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::filesystem::path folder;
};

TEST_F(ExamplesInBothModes, PassWithTheSameTrees) {
  const std::string record = "DURABLE_RECORD_TREES=" + folder.string();
  ASSERT_EQ(run_examples(record + "/local DURABLE_RUNNER_MODE=local"), "");
  const auto server = serve();
  ASSERT_NE(server, nullptr);
  ASSERT_EQ(run_examples(record + "/cloud DURABLE_RUNNER_MODE=cloud LAMBDA_ENDPOINT=" +
                         server->url() + " DURABLE_FUNCTION_NAME_MAP='" + name_map() + "'"),
            "");

  auto local = trees_in(folder / "local");
  auto cloud = trees_in(folder / "cloud");
  EXPECT_GE(local.size(), names.size() - 1);  // The billing function has no test of its own.
  for (auto* trees : {&local, &cloud}) {
    // It is about ids, numbers and times that differ from one execution to the next.
    std::string& voucher = trees->at("Voucher.IsTheSameInEveryReplay");
    voucher = without_results(voucher);
  }
  for (const auto& [test, tree] : local) {
    EXPECT_EQ(cloud[test], tree) << test << ": the first is the tree of cloud mode";
  }
  EXPECT_EQ(cloud.size(), local.size());
}

}  // namespace
}  // namespace durable
