// SPDX-License-Identifier: Apache-2.0
#include "server/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace durable::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, AreNamedAfterTheServicesOwn) {
  service::ServiceMetrics service;
  service.running = 5'000;
  service.started = 12;
  service.stored_bytes = 9'007'199'254'740'993;
  ServerMetrics server;
  server.answered[2] = 40;
  server.connections = 3;
  const std::string text = metrics_text(service, server, {});
  EXPECT_THAT(text, HasSubstr("\naws_lambda_approximate_running_durable_executions 5000\n"));
  EXPECT_THAT(text,
              HasSubstr("\naws_lambda_approximate_running_durable_executions_utilization 0.1"));
  EXPECT_THAT(text, HasSubstr("# TYPE aws_lambda_durable_execution_started_total counter\n"
                              "aws_lambda_durable_execution_started_total 12\n"));
  EXPECT_THAT(text, HasSubstr("storage_written_bytes_total 9007199254740993\n"));
  EXPECT_THAT(text, HasSubstr("\ndurable_server_responses_total{code=\"2xx\"} 40\n"));
  EXPECT_THAT(text, HasSubstr("\ndurable_server_connections 3\n"));
  EXPECT_THAT(text, Not(HasSubstr("process_"))) << "what the system does not tell is left out";
}

TEST(Metrics, EveryMetricHasHelpAndTypeOnce) {
  std::istringstream lines(metrics_text({}, {}, read_process_metrics()));
  std::set<std::string> helped;
  std::set<std::string> typed;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first;
    std::string second;
    std::string name;
    words >> first >> second >> name;
    if (first != "#") {
      EXPECT_TRUE(typed.contains(first.substr(0, first.find('{')))) << line;
    } else if (second == "HELP") {
      EXPECT_TRUE(helped.insert(name).second) << line;
    } else {
      EXPECT_TRUE(helped.contains(name)) << line;
      EXPECT_TRUE(typed.insert(name).second) << line;
    }
  }
  EXPECT_GT(typed.size(), 15U);
}

TEST(Metrics, ThisProcessHasMemoryFilesAndThreads) {
  const ProcessMetrics process = read_process_metrics();
  EXPECT_GT(process.resident_bytes.value_or(0), 100'000U);
  EXPECT_GE(process.open_files.value_or(0), 1U);
  EXPECT_GE(process.threads.value_or(0), 1U);
}

}  // namespace
}  // namespace durable::server
