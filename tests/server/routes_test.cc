// SPDX-License-Identifier: Apache-2.0
#include "server/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace durable::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Match must_match(std::string_view method, std::string_view path) {
  auto found = find_route(method, path);
  EXPECT_TRUE(std::holds_alternative<Match>(found)) << path;
  return std::holds_alternative<Match>(found) ? std::get<Match>(found) : Match{};
}
Failure must_fail(std::string_view method, std::string_view path) {
  auto found = find_route(method, path);
  EXPECT_TRUE(std::holds_alternative<Failure>(found)) << path;
  return std::holds_alternative<Failure>(found) ? std::get<Failure>(found) : Failure{};
}

TEST(Routes, EveryRouteIsFoundByItsOwnPattern) {
  std::set<Operation> operations;
  for (const Route& route : routes()) {
    std::string path(route.pattern);
    for (std::size_t at = 0; (at = path.find('{', at)) != std::string::npos;) {
      path.replace(at, path.find('}', at) + 1 - at, "x");
    }
    const Match match = must_match(route.method, path);
    ASSERT_NE(match.route, nullptr) << path;
    EXPECT_EQ(match.route->operation, route.operation) << path;
    EXPECT_TRUE(operations.insert(route.operation).second) << "two routes for one: " << path;
    EXPECT_FALSE(route.doc.empty());
  }
}

TEST(Routes, AParameterIsOneSegmentAndIsDecoded) {
  const Match match = must_match(
      "POST",
      "/2025-12-01/durable-executions/"
      "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af%3A%24LATEST%2Fdurable-"
      "execution%2Fn%2Fi/checkpoint");
  EXPECT_EQ(match.route->operation, Operation::checkpoint_durable_execution);
  EXPECT_THAT(match.parameters,
              ElementsAre("arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST/durable-"
                          "execution/n/i"));
}

TEST(Routes, ATrailingSlashDoesNotMatter) {
  EXPECT_EQ(must_match("GET", "/2015-03-31/functions/").route->operation,
            Operation::list_functions);
}

TEST(Routes, AnUnknownPathIs404) {
  for (const char* path : {"/", "/nothing", "/2015-03-31/functions/f/nothing", "/2015-03-31", "",
                           "*", "//", "/2025-12-01/durable-executions//history"}) {
    const Failure failure = must_fail("GET", path);
    EXPECT_EQ(failure.status, 404) << path;
    EXPECT_EQ(failure.exception, "UnknownOperationException");
  }
}

TEST(Routes, AnArnWithPlainSlashesIsToldHowToSendIt) {
  const Failure failure =
      must_fail("GET",
                "/2025-12-01/durable-executions/"
                "arn:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/n/i");
  EXPECT_EQ(failure.status, 404);
  EXPECT_THAT(failure.message, HasSubstr("%2F"));
}

TEST(Routes, AnUnknownMethodIs405WithTheOneThatIsAllowed) {
  const Failure failure = must_fail("DELETE", "/2015-03-31/functions/f/invocations");
  EXPECT_EQ(failure.status, 405);
  EXPECT_EQ(failure.allow, "POST");
  EXPECT_THAT(failure.message, HasSubstr("DELETE"));
}

TEST(Routes, ABrokenEscapeIs400) {
  EXPECT_EQ(must_fail("GET", "/2015-03-31/functions/a%2").status, 400);
  EXPECT_EQ(must_fail("GET", "/2015-03-31/functions/a%zz").status, 400);
}

}  // namespace
}  // namespace durable::server
