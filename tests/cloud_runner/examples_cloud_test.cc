// SPDX-License-Identifier: Apache-2.0
//
// The examples' tests, unchanged, in cloud mode against the local server.
#include "server/server.h"

#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace durable {
namespace {

constexpr std::array names{
    "approval",    "billing client", "billing",    "data export", "hello world", "order processing",
    "sealed card", "seat booking",   "thumbnails", "tour",        "trial",       "trip offer",
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

std::unique_ptr<server::Server> serve(service::TimeMode time) {
  server::ServerOptions options;
  options.port = 0;
  options.store = server::StoreKind::memory;
  options.time_mode = time;
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

/// Runs the tests that `filter` names; an empty text when all of them ran in the cloud and passed.
std::string run_examples(service::TimeMode time, const std::string& filter) {
  const auto server = serve(time);
  if (server == nullptr) return "no server";
  const std::string command =
      "env -u QUALIFIED_FUNCTION_NAME -u LAMBDA_FUNCTION_TEST_NAME DURABLE_RUNNER_MODE=cloud "
      "LAMBDA_ENDPOINT=" +
      server->url() + " DURABLE_FUNCTION_NAME_MAP='" + name_map() + "' " + DURABLE_EXAMPLES_TEST +
      " --gtest_filter=" + filter + " 2>&1";
  std::string text;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "the tests cannot be started";
  std::array<char, 4096> buffer{};
  while (const std::size_t read = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    text.append(buffer.data(), read);
  }
  const int status = pclose(pipe);
  const bool passed = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  const bool skipped = text.find("SKIPPED") != std::string::npos;
  const bool empty = text.find("[  PASSED  ] 0 tests") != std::string::npos;
  return passed && !skipped && !empty ? "" : text;
}

TEST(ExamplesInTheCloud, PassInRealTime) {
  // Where somebody completes a callback, time must not jump over its timeout.
  EXPECT_EQ(run_examples(service::TimeMode::real, "Approval.*:HelloWorld.*:Trial.*"), "");
}

TEST(ExamplesInTheCloud, PassWhereTimeIsSkipped) {
  EXPECT_EQ(run_examples(service::TimeMode::skipped,
                         "Billing.*:DataExport.*:HelloWorld.*:OrderProcessing.*:SealedCard.*:"
                         "SeatBooking.*:Thumbnails.*:Tour.*:TripOffer.*:Voucher.*"),
            "");
}

}  // namespace
}  // namespace durable
