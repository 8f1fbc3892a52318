// SPDX-License-Identifier: Apache-2.0
#include <durable/durable.h>
#include <durable/sdk/nlohmann.h>
#include <durable/testing/test_runner.h>

#include <gmock/gmock.h>
#include <limits>

namespace {

/// A class that has its form in nlohmann/json only.
class Celsius {
 public:
  Celsius() = default;
  explicit Celsius(double degrees) : degrees_(degrees) {}
  [[nodiscard]] double degrees() const { return degrees_; }

  friend void to_json(nlohmann::json& json, const Celsius& value) {
    json = {{"celsius", value.degrees_}};
  }
  friend void from_json(const nlohmann::json& json, Celsius& value) {
    json.at("celsius").get_to(value.degrees_);
  }

 private:
  double degrees_ = 0;
};

struct Reading {
  std::string place;
  std::vector<Celsius> values;
  nlohmann::json extra;
};

}  // namespace

template <>
inline constexpr bool durable::use_nlohmann<Celsius> = true;

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(Nlohmann, ValuesAreResultsInputsAndMembers) {
  DurableFunctionTestRunner runner(
      [](nlohmann::json input, DurableContext& ctx) -> Task<nlohmann::json> {
        const Reading reading = co_await ctx.step("read", [&] {
          return Reading{"roof", {Celsius(1.5), Celsius(-3)}, input};
        });
        co_await ctx.wait(1s);
        nlohmann::json sum;
        sum["sum"] = reading.values[0].degrees() + reading.values[1].degrees();
        sum["extra"] = reading.extra;
        co_return sum;
      });
  const auto input = nlohmann::json::parse(R"({"a":[1,-2,1.25,true,null,"x"],"b":{}})");

  const auto result = runner.run(input);

  EXPECT_EQ(result.get_step("read").raw_result(),
            R"({"place":"roof","values":[{"celsius":1.5},{"celsius":-3}],)"
            R"("extra":{"a":[1,-2,1.25,true,null,"x"],"b":{}}})");
  EXPECT_EQ(result.result<nlohmann::json>(), nlohmann::json({{"sum", -1.5}, {"extra", input}}));
}

TEST(Nlohmann, NumbersStayExact) {
  const auto text = R"([-9223372036854775808,9223372036854775807,18446744073709551615,0.1])";
  const auto value = json::decode<nlohmann::json>(text);
  ASSERT_TRUE(value);
  EXPECT_EQ(*value, nlohmann::json::parse(text));
  EXPECT_EQ(json::write(*value), text);
}

TEST(Nlohmann, OrderedValuesKeepTheirOrder) {
  const auto value = json::decode<nlohmann::ordered_json>(R"({"z":1,"a":2})");
  ASSERT_TRUE(value);
  EXPECT_EQ(json::write(*value), R"({"z":1,"a":2})");
}

TEST(Nlohmann, WhatHasNoJsonFormIsAnError) {
  const auto nan = json::encode(nlohmann::json(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(nan);
  const auto binary = json::encode(nlohmann::json::binary({1, 2}));
  ASSERT_FALSE(binary);
  EXPECT_THAT(binary.error().message, HasSubstr("binary"));
  const auto bad_text = json::encode(nlohmann::json("\xFF"));
  EXPECT_FALSE(bad_text);
}

TEST(Nlohmann, WhatATypeDoesNotTakeIsAnErrorWithItsPath) {
  const auto reading = json::decode<Reading>(R"({"place":"p","values":[{"kelvin":3}],"extra":0})");
  ASSERT_FALSE(reading);
  EXPECT_THAT(reading.error().message, HasSubstr("values[0]"));
  EXPECT_THAT(reading.error().message, HasSubstr("celsius"));
}

}  // namespace
}  // namespace durable
