// SPDX-License-Identifier: Apache-2.0
#include "conformance/python_json.h"

#include <gtest/gtest.h>

#include <limits>

#include "conformance/log_lines.h"

namespace durable::conformance {
namespace {

// What Python 3.11's json.dumps gives for the same values.
TEST(PythonJson, WritesValuesAsPythonDoes) {
  using Value = json::Value;
  EXPECT_EQ(dump(Value()), "null");
  EXPECT_EQ(dump(Value(true)), "true");
  EXPECT_EQ(dump(Value(-7)), "-7");
  EXPECT_EQ(dump(Value(std::numeric_limits<std::uint64_t>::max())), "18446744073709551615");
  EXPECT_EQ(dump(Value(Value::Array{})), "[]");
  EXPECT_EQ(dump(Value(Value::Object{})), "{}");
  EXPECT_EQ(dump(Value(Value::Array{1, "a", Value::Object{{"k", nullptr}, {"l", 2}}})),
            R"([1, "a", {"k": null, "l": 2}])");
}

TEST(PythonJson, EscapesAllButAscii) {
  EXPECT_EQ(dump("a\"\\/\b\f\n\r\t\x01\x7f"), R"("a\"\\/\b\f\n\r\t\u0001\u007f")");
  EXPECT_EQ(dump("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), R"("\u00e9\u20ac\ud83d\ude00")");
  EXPECT_EQ(dump("\xFF"), R"("\ufffd")");
}

TEST(PythonJson, WritesRealNumbersShortestAndWithAPoint) {
  EXPECT_EQ(dump(1.0), "1.0");
  EXPECT_EQ(dump(-0.0), "-0.0");
  EXPECT_EQ(dump(0.1), "0.1");
  EXPECT_EQ(dump(0.0001), "0.0001");
  EXPECT_EQ(dump(0.00001), "1e-05");
  EXPECT_EQ(dump(1234567890123456.0), "1234567890123456.0");
  EXPECT_EQ(dump(1e16), "1e+16");
  EXPECT_EQ(dump(1.5e300), "1.5e+300");
  EXPECT_EQ(dump(std::numeric_limits<double>::infinity()), "null");
}

TEST(LogLines, AreObjectsOrMessages) {
  const std::vector<json::Value> lines =
      to_log_lines("{\"message\":\"a\",\"n\":1}\r\n\nplain text\n[1]\n{\"broken\"");

  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0].dump().value(), R"({"message":"a","n":1})");
  EXPECT_EQ(lines[1].dump().value(), R"({"message":"plain text"})");
  EXPECT_EQ(lines[2].dump().value(), R"({"message":"[1]"})");
  EXPECT_EQ(lines[3].dump().value(), R"({"message":"{\"broken\""})");
}

}  // namespace
}  // namespace durable::conformance
