// SPDX-License-Identifier: Apache-2.0
#include <durable/json/json.h>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include "json/expect.h"

namespace {

namespace json = durable::json;
using durable::json_test::error_of;
using std::numeric_limits;

enum class Color { red, green = 5, blue = 127, far = 128 };
enum Loud : unsigned char { loud_yes, loud_no };

TEST(Integers, KeepAll64Bits) {
  EXPECT_EQ(json::write(numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(json::write(numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(json::decode<std::int64_t>("-9223372036854775808").value(),
            numeric_limits<std::int64_t>::min());
  EXPECT_EQ(json::decode<std::int64_t>("9223372036854775807").value(),
            numeric_limits<std::int64_t>::max());
  EXPECT_EQ(json::decode<std::uint64_t>("18446744073709551615").value(),
            numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(json::decode<std::uint64_t>("9007199254740993").value(), 9007199254740993U);
}

TEST(Integers, RefuseWhatDoesNotFit) {
  EXPECT_EQ(error_of<std::int8_t>("128"), "expected integer from -128 to 127, found integer 128");
  EXPECT_EQ(error_of<std::int8_t>("-129"), "expected integer from -128 to 127, found integer -129");
  EXPECT_EQ(error_of<std::uint8_t>("256"), "expected integer from 0 to 255, found integer 256");
  EXPECT_EQ(error_of<unsigned>("-1"), "expected integer from 0 to 4294967295, found integer -1");
  EXPECT_EQ(error_of<std::int64_t>("9223372036854775808"),
            "expected integer from -9223372036854775808 to 9223372036854775807, found integer "
            "9223372036854775808");
  EXPECT_EQ(error_of<std::uint64_t>("18446744073709551616"),
            "expected integer, found number 18446744073709551616");
}

TEST(Integers, RefuseEveryOtherKind) {
  EXPECT_EQ(error_of<int>("1.0"), "expected integer, found number 1.0");
  EXPECT_EQ(error_of<int>("1e2"), "expected integer, found number 1e2");
  EXPECT_EQ(error_of<int>("-0"), "expected integer, found number -0");
  EXPECT_EQ(error_of<int>("true"), "expected integer, found boolean true");
  EXPECT_EQ(error_of<int>("null"), "expected integer, found null");
  EXPECT_EQ(error_of<int>("\"1\""), "expected integer, found string \"1\"");
  EXPECT_EQ(error_of<int>("[1]"), "expected integer, found array");
  EXPECT_EQ(error_of<int>("{}"), "expected integer, found object");
}

TEST(Booleans, AreNotNumbers) {
  EXPECT_EQ(json::write(true), "true");
  EXPECT_EQ(json::decode<bool>("false").value(), false);
  EXPECT_EQ(error_of<bool>("1"), "expected boolean, found integer 1");
  EXPECT_EQ(error_of<bool>("\"true\""), "expected boolean, found string \"true\"");
}

TEST(Reals, AreWrittenAsShortAsPossible) {
  EXPECT_EQ(json::write(0.1), "0.1");
  EXPECT_EQ(json::write(1.5F), "1.5");
  EXPECT_EQ(json::write(0.1F), "0.1");
  EXPECT_EQ(json::write(100.0), "100");
  EXPECT_EQ(json::write(-0.0), "-0.0");
  EXPECT_EQ(json::write(1e300), "1e+300");
}

TEST(Reals, RefuseWhatJsonCannotSay) {
  const std::string tail = ", which has no JSON form";
  EXPECT_EQ(json::encode(std::nan("")).error().message,
            "expected a finite number, found NaN" + tail);
  EXPECT_EQ(json::encode(-numeric_limits<double>::infinity()).error().message,
            "expected a finite number, found infinity" + tail);
  EXPECT_EQ(json::encode(numeric_limits<float>::infinity()).error().message,
            "expected a finite number, found infinity" + tail);
}

TEST(Reals, ReadEveryNumber) {
  EXPECT_EQ(json::decode<double>("7").value(), 7.0);
  EXPECT_EQ(json::decode<double>("-7e-1").value(), -0.7);
  EXPECT_EQ(json::decode<double>("1.7976931348623157e308").value(), numeric_limits<double>::max());
  EXPECT_EQ(json::decode<double>("18446744073709551616").value(), 18446744073709551616.0);
  EXPECT_EQ(json::decode<double>("1e-400").value(), 0.0);
  EXPECT_EQ(json::decode<double>("5e-324").value(), 5e-324);
  EXPECT_EQ(json::decode<float>("1e-60").value(), 0.0F);
  EXPECT_TRUE(std::signbit(json::decode<double>("-0.0").value()));
  EXPECT_TRUE(std::signbit(json::decode<double>("-0").value()));
  EXPECT_TRUE(std::signbit(json::decode<double>("-1e-400").value()));
}

TEST(Reals, RefuseWhatTheTypeCannotHold) {
  EXPECT_EQ(error_of<double>("1e400"),
            "invalid JSON at line 1, column 6: expected a number in the range of a double");
  EXPECT_FALSE(json::decode<double>("[1e99999999999999999999]"));
  EXPECT_EQ(error_of<float>("1e39"), "expected number in the range of a float, found number 1e39");
  EXPECT_EQ(error_of<double>("\"1\""), "expected number, found string \"1\"");
}

TEST(Reals, ComeBackBitForBit) {
  constexpr std::uint64_t seed = 20;
  durable::Random random(seed);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t bits = random.next();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    const double back = json::decode<double>(json::write(value)).value();
    ASSERT_EQ(std::memcmp(&back, &value, sizeof value), 0) << value << " with seed " << seed;

    const auto narrow = static_cast<float>(random.below(1'000'000)) / 977.0F;
    ASSERT_EQ(json::decode<float>(json::write(narrow)).value(), narrow) << "with seed " << seed;
  }
}

TEST(Strings, EscapeWhatMustBeEscaped) {
  EXPECT_EQ(json::write(std::string("a\"b\\c\n\r\t\b\f")), R"("a\"b\\c\n\r\t\b\f")");
  EXPECT_EQ(json::write(std::string("\0\x01\x1f\x7f/", 5)), "\"\\u0000\\u0001\\u001f\x7f/\"");
  EXPECT_EQ(json::write("text"), "\"text\"");
  EXPECT_EQ(json::write(std::string_view("view")), "\"view\"");
  EXPECT_EQ(json::write(static_cast<const char*>(nullptr)), "null");
  EXPECT_EQ(json::write(durable::Payload("p")), "\"p\"");
  EXPECT_EQ(json::decode<durable::Payload>("\"\\u0041\"").value(), durable::Payload("A"));
}

TEST(Strings, ReadEveryEscape) {
  EXPECT_EQ(
      json::decode<std::string>(R"("\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00\u0000")").value(),
      std::string("\"\\/\b\f\n\r\t\u00e9\u20ac\U0001F600\0", 18));
}

TEST(Strings, ComeBackWhateverTheyHold) {
  constexpr std::uint64_t seed = 7;
  durable::Random random(seed);
  for (int i = 0; i < 3'000; ++i) {
    const std::string text = durable::json_test::random_text(random, random.below(70));
    ASSERT_EQ(json::decode<std::string>(json::write(text)).value(), text) << "with seed " << seed;
  }
}

TEST(Strings, RefuseBytesThatAreNoUtf8) {
  for (const std::string bad :
       {"\x80", "\xff", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xf0\x9f\x98", "\xc3"}) {
    for (const std::string before : {"", "a", "0123456789abcdef0123456789abcdef0123456789"}) {
      const auto written = json::encode(before + bad + "tail");
      ASSERT_FALSE(written) << before << bad;
      EXPECT_NE(written.error().message.find("at offset " + std::to_string(before.size())),
                std::string::npos)
          << written.error().message;
      EXPECT_FALSE(json::decode<std::string>("\"" + before + bad + "tail\""));
      EXPECT_FALSE(json::decode<std::string>(" \"" + before + bad + "\\n\""));
    }
  }
  EXPECT_EQ(json::encode(std::string("a\xff")).error().message,
            "expected UTF-8 text, found byte 0xFF at offset 1; encode binary data, for example as "
            "base64");
}

TEST(Enums, StandByTheirNames) {
  EXPECT_EQ(json::write(Color::green), "\"green\"");
  EXPECT_EQ(json::write(Color::blue), "\"blue\"");
  EXPECT_EQ(json::write(loud_no), "\"loud_no\"");
  EXPECT_EQ(json::decode<Color>("\"red\"").value(), Color::red);
  EXPECT_EQ(json::decode<Loud>("\"loud_yes\"").value(), loud_yes);
}

TEST(Enums, ListTheirNamesWhenOneIsUnknown) {
  EXPECT_EQ(error_of<Color>("\"pink\""),
            "expected one of \"red\", \"green\", \"blue\", found string \"pink\"");
  EXPECT_EQ(error_of<Color>("\"\""),
            "expected one of \"red\", \"green\", \"blue\", found string \"\"");
  EXPECT_EQ(error_of<Color>("5"), "expected string, found integer 5");
}

TEST(Enums, RefuseToWriteAValueWithoutAName) {
  EXPECT_EQ(json::encode(Color::far).error().message,
            "expected an enumerator of Color with a value from 0 to 127, found the value 128");
  EXPECT_FALSE(json::encode(static_cast<Color>(-1)));
  EXPECT_FALSE(json::encode(static_cast<Color>(3)));
}

TEST(Times, StandInTheFormatOfTheCall) {
  const durable::Timestamp time{durable::Duration(1'764'664'200'250)};
  EXPECT_EQ(json::write(time), "\"2025-12-02T08:30:00.250Z\"");
  EXPECT_EQ(json::write(time, json::TimestampFormat::epoch_seconds), "1764664200.25");
  EXPECT_EQ(json::write(time, json::TimestampFormat::epoch_milliseconds), "1764664200250");
  EXPECT_EQ(json::decode<durable::Timestamp>("\"2025-12-02T09:30:00.250999+01:00\"").value(), time);
  EXPECT_EQ(error_of<durable::Timestamp>("1764664200"),
            "expected time like \"2025-12-02T08:30:00.250Z\", found integer 1764664200");
}

TEST(Times, ReadSecondsToTheMillisecond) {
  const auto read = [](std::string_view text) {
    return json::decode<durable::Timestamp>(text, json::TimestampFormat::epoch_seconds)
        .value()
        .time_since_epoch()
        .count();
  };
  EXPECT_EQ(read("1700000000"), 1'700'000'000'000);
  EXPECT_EQ(read("1700000000.123"), 1'700'000'000'123);
  EXPECT_EQ(read("1.700000000123E9"), 1'700'000'000'123);
  EXPECT_EQ(read("1700000000.1234567"), 1'700'000'000'123);
  EXPECT_EQ(read("-0.001"), -1);
  EXPECT_EQ(read("\"1970-01-01T00:00:01Z\""), 1'000);
}

TEST(Times, ComeBackInEachFormat) {
  constexpr std::uint64_t seed = 3;
  durable::Random random(seed);
  for (const auto format : {json::TimestampFormat::iso_8601, json::TimestampFormat::epoch_seconds,
                            json::TimestampFormat::epoch_milliseconds}) {
    for (int i = 0; i < 3'000; ++i) {
      const auto ms =
          static_cast<std::int64_t>(random.below(300'000'000'000'000)) - 60'000'000'000'000;
      const durable::Timestamp time{durable::Duration(ms)};
      ASSERT_EQ(json::decode<durable::Timestamp>(json::write(time, format), format).value(), time)
          << ms << " with seed " << seed;
    }
  }
}

TEST(Times, RefuseTextThatIsNoTime) {
  for (const char* const text :
       {"2025-02-29T00:00:00Z", "2025-13-01T00:00:00Z", "2025-12-02", "2025-12-02T08:30Z",
        "2025-12-02T08:30:00", "2025-12-02T24:00:00Z", "2025-12-02T08:30:00.Z",
        "2025-12-02 08:30:00Z", "2025-12-02T08:30:00Zx", "2025-12-02T08:30:00+0100", ""}) {
    EXPECT_FALSE(json::decode<durable::Timestamp>(json::write(text))) << text;
  }
  const durable::Timestamp far{durable::Duration(std::int64_t{1} << 60U)};
  EXPECT_FALSE(json::encode(far));
  EXPECT_FALSE(json::decode<durable::Timestamp>("1e15", json::TimestampFormat::epoch_seconds));
  EXPECT_FALSE(json::decode<durable::Timestamp>("9223372036854775807",
                                                json::TimestampFormat::epoch_seconds));
  EXPECT_FALSE(json::decode<durable::Timestamp>("1.5", json::TimestampFormat::epoch_milliseconds));
}

TEST(Durations, AreCountsOfTheirOwnUnit) {
  EXPECT_EQ(json::write(durable::Duration(1'500)), "1500");
  EXPECT_EQ(json::write(std::chrono::hours(24)), "24");
  EXPECT_EQ(json::decode<std::chrono::seconds>("90").value(), std::chrono::seconds(90));
  EXPECT_EQ(error_of<durable::Duration>("1.5"), "expected integer, found number 1.5");
}

TEST(Nothing, IsNull) {
  EXPECT_EQ(json::write(std::monostate()), "null");
  EXPECT_EQ(json::write(nullptr), "null");
  EXPECT_TRUE(json::decode<std::monostate>("null"));
  EXPECT_EQ(error_of<std::nullptr_t>("0"), "expected null, found integer 0");
}

TEST(Excerpts, AreShortAndCutBetweenCharacters) {
  EXPECT_EQ(error_of<int>("\"" + std::string(31, 'a') + "\u00e9\u00e9\""),
            "expected integer, found string \"" + std::string(31, 'a') + "\u00e9...\"");
  EXPECT_EQ(error_of<int>(R"("a\nb")"), "expected integer, found string \"a b\"");
  EXPECT_EQ(error_of<int>("0." + std::string(40, '1')),
            "expected integer, found number 0." + std::string(30, '1') + "...");
}

}  // namespace
