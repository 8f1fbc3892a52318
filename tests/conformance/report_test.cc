// SPDX-License-Identifier: Apache-2.0
#include "conformance/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;
using Status = Verdict::Status;

Verdict verdict(std::string suite, std::string id, Status status) {
  Verdict made;
  made.suite = std::move(suite);
  made.id = std::move(id);
  made.status = status;
  made.time = 12ms;
  if (status != Status::passed) made.message = "event 2.Name: expected \"a\", found \"<b>\"";
  return made;
}

/// One verdict of each kind.
std::vector<TargetResults> one_of_each() {
  Verdict failed = verdict("step", "1-2", Status::failed);
  failed.mismatch =
      Mismatch{"event 2.Name", "\"a\"", "\"<b>\"",
               json::Value(json::Value::Object{{"EventId", 2}, {"Name", "a"}}),
               json::Value(json::Value::Object{
                   {"EventId", 2},
                   {"Name", "<b>"},
                   {"Details", json::Value::Object{{"text", std::string(80, 'x')}}}})};
  failed.tree = "execution\n└─ STEP";
  Verdict warned = verdict("step", "1-1", Status::passed);
  warned.warnings = {"line 2: \"Imput\" has no meaning"};
  return {{"local",
           {warned, failed, verdict("step", "1-3", Status::optional_failed),
            verdict("wait", "2-1", Status::not_implemented), verdict("wait", "2-2", Status::error)},
           34ms}};
}

TEST(Report, OfTheConsoleShowsADifferenceInFull) {
  EXPECT_EQ(console_report(one_of_each(), Paint::plain),
            "PASSED          step 1-1  12 ms\n"
            "    warning: line 2: \"Imput\" has no meaning\n"
            "FAILED          step 1-2  12 ms\n"
            "    event 2.Name: expected \"a\", found \"<b>\"\n"
            "    expected: {\"EventId\":2,\"Name\":\"a\"}\n"
            "    found:    {\n"
            "      \"EventId\": 2,\n"
            "      \"Name\": \"<b>\",\n"
            "      \"Details\": {\n"
            "        \"text\": \"" +
                std::string(80, 'x') +
                "\"\n"
                "      }\n"
                "    }\n"
                "    execution\n"
                "    └─ STEP\n"
                "OPTIONAL_FAILED step 1-3  12 ms\n"
                "    event 2.Name: expected \"a\", found \"<b>\"\n"
                "NOT_IMPLEMENTED wait 2-1\n"
                "ERROR           wait 2-2  12 ms\n"
                "    event 2.Name: expected \"a\", found \"<b>\"\n"
                "step  1 of 3 passed, 1 failed, 1 optional failed\n"
                "wait  0 of 2 passed, 1 with an error, 1 not implemented\n"
                "1 of 5 requirements passed, 1 failed, 1 with an error, 1 optional failed, "
                "1 not implemented on local in 0.034 s\n");
}

TEST(Report, OfTheConsoleIsPaintedOnRequest) {
  EXPECT_THAT(console_report(one_of_each(), Paint::colored),
              HasSubstr("\x1b[31mFAILED\x1b[0m          step 1-2"));
  EXPECT_THAT(console_report(one_of_each(), Paint::plain), Not(HasSubstr("\x1b")));
}

TEST(Report, AsJsonHasAllOfAVerdict) {
  const auto report = json::Value::parse(json_report(one_of_each()));

  ASSERT_TRUE(report);
  EXPECT_EQ(report->find("version")->as_integer(), 1);
  const json::Value& target = *report->find("targets")->at(0);
  EXPECT_EQ(target.find("totals")->dump().value(),
            R"({"requirements":5,"passed":1,"failed":1,"optional_failed":1,"not_implemented":1,)"
            R"("error":1})");
  EXPECT_EQ(target.find("suites")->at(1)->dump().value(),
            R"({"suite":"wait","requirements":2,"passed":0,"failed":0,"optional_failed":0,)"
            R"("not_implemented":1,"error":1})");
  const json::Value& failed = *target.find("requirements")->at(1);
  EXPECT_EQ(*failed.find("status")->as_string(), "FAILED");
  EXPECT_EQ(*failed.find("tree")->as_string(), "execution\n└─ STEP");
  EXPECT_EQ(failed.find("seconds")->as_real(), 0.012);
  EXPECT_EQ(failed.find("difference")->find("expected_whole")->dump().value(),
            R"({"EventId":2,"Name":"a"})");
  EXPECT_EQ(target.find("requirements")->at(0)->find("warnings")->size(), 1U);
}

TEST(Report, AsJunitHasASuiteForEachSuite) {
  const std::string report = junit_report(one_of_each());

  EXPECT_THAT(report, HasSubstr("<testsuites name=\"conformance\" tests=\"5\" failures=\"1\" "
                                "errors=\"1\" skipped=\"2\" time=\"0.034\">\n"
                                "  <testsuite name=\"local.step\" tests=\"3\" failures=\"1\" "
                                "errors=\"0\" skipped=\"1\" time=\"0.036\">\n"
                                "    <testcase name=\"1-1\" classname=\"local.step\" "
                                "time=\"0.012\"/>\n"));
  EXPECT_THAT(report, HasSubstr("<failure message=\"event 2.Name: expected &quot;a&quot;, found "
                                "&quot;&lt;b&gt;&quot;\" type=\"FAILED\">"));
  EXPECT_THAT(report, HasSubstr("<skipped message=\"NOT_IMPLEMENTED: "));
  EXPECT_THAT(report, HasSubstr("<skipped message=\"OPTIONAL_FAILED: "));
  EXPECT_THAT(report, HasSubstr("<error message="));
}

TEST(Report, HoldsTextThatXmlAndJsonCannot) {
  Verdict odd = verdict("st\"ep", "1&1", Status::failed);
  odd.message = "a\x01\xFF\xED\xA0\x80 \xEF\xBF\xBF <é>\n\t'&'";
  odd.mismatch = Mismatch{"p", "\xFF", "", json::Value("\xFF"), {}};
  const std::vector<TargetResults> results{{"local", {odd}, 0ms}};

  const std::string junit = junit_report(results);

  for (const char c : junit) {
    EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << static_cast<int>(c);
  }
  EXPECT_THAT(junit, HasSubstr("a?\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD "
                               "\xEF\xBF\xBD &lt;é&gt;&#10;&#9;'&amp;'"));
  EXPECT_THAT(junit, HasSubstr("name=\"1&amp;1\" classname=\"local.st&quot;ep\""));
  const auto report = json::Value::parse(json_report(results));
  ASSERT_TRUE(report);
  const json::Value& difference =
      *report->find("targets")->at(0)->find("requirements")->at(0)->find("difference");
  EXPECT_EQ(*difference.find("expected")->as_string(), "\xEF\xBF\xBD");
  EXPECT_EQ(difference.find("expected_whole"), nullptr);
}

TEST(Report, AsMarkdownIsATableOfSuitesAndTargets) {
  std::vector<TargetResults> results = one_of_each();
  results.push_back({"server", {verdict("wait", "2-1", Status::passed)}, 0ms});
  EXPECT_EQ(markdown_report(results),
            "| suite | requirements | local | server |\n"
            "|---|---|---|---|\n"
            "| step | 3 | 1 (1 optional failed) | 0 |\n"
            "| wait | 2 | 0 (1 not implemented) | 1 |\n"
            "| all | 5 | 1 (1 optional failed) (1 not implemented) | 1 |\n");
}

TEST(Report, IsGoodUnlessSomethingFailedOrNothingRan) {
  const auto good = [](std::vector<Status> statuses, Strictness strictness, bool optional = false) {
    std::vector<Verdict> verdicts;
    for (const Status status : statuses) {
      verdicts.push_back(verdict("step", "1-1", status));
      verdicts.back().optional = optional;
    }
    return is_good(verdicts, strictness);
  };
  const auto some = Strictness::judged;
  EXPECT_TRUE(good({Status::passed, Status::optional_failed, Status::not_implemented}, some));
  EXPECT_FALSE(good({Status::passed, Status::not_implemented}, Strictness::all));
  EXPECT_FALSE(good({Status::passed, Status::failed}, some));
  EXPECT_FALSE(good({Status::passed, Status::error}, some));
  EXPECT_TRUE(good({Status::passed, Status::error}, some, true));
  EXPECT_FALSE(good({Status::not_implemented}, some));
  EXPECT_FALSE(good({}, some));
}

}  // namespace
}  // namespace durable::conformance
