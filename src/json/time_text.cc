// SPDX-License-Identifier: Apache-2.0
#include "json/time_text.h"

#include <array>
#include <cstdio>

namespace durable::json::detail {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Takes digits and separators from the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::optional<int> number(std::size_t digits, int max) {
    if (text_.size() < digits) return std::nullopt;
    int value = 0;
    for (const char c : text_.substr(0, digits)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(digits);
    if (value > max) return std::nullopt;
    return value;
  }
  /// One to nine digits after the point, as whole milliseconds.
  std::optional<int> fraction() {
    int value = 0;
    std::size_t digits = 0;
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      if (digits < 3) value = value * 10 + (text_.front() - '0');
      ++digits;
      text_.remove_prefix(1);
    }
    if (digits == 0 || digits > 9) return std::nullopt;
    for (; digits < 3; ++digits) value *= 10;
    return value;
  }
  [[nodiscard]] bool at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
};

std::optional<std::chrono::sys_days> date(Scanner& scan) {
  const auto year = scan.number(4, 9999);
  if (!year || !scan.take('-')) return std::nullopt;
  const auto month = scan.number(2, 12);
  if (!month || !scan.take('-')) return std::nullopt;
  const auto day = scan.number(2, 31);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<minutes> offset(Scanner& scan) {
  if (scan.take('Z')) return minutes(0);
  const bool west = scan.take('-');
  if (!west && !scan.take('+')) return std::nullopt;
  const auto hour = scan.number(2, 23);
  if (!hour || !scan.take(':')) return std::nullopt;
  const auto minute = scan.number(2, 59);
  if (!minute) return std::nullopt;
  const minutes size = hours(*hour) + minutes(*minute);
  return west ? -size : size;
}

}  // namespace

std::optional<std::string> iso_8601(Timestamp time) {
  const auto day = std::chrono::floor<days>(time);
  // A calendar year is 16 bits wide; leave before it overflows.
  if (day.time_since_epoch() < days(-719528) || day.time_since_epoch() > days(2932896)) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date(day);
  const auto ms = static_cast<int>((time - day).count());
  std::array<char, 80> text{};
  const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                                 static_cast<unsigned>(date.day()), ms / 3'600'000,
                                 ms / 60'000 % 60, ms / 1'000 % 60, ms % 1'000);
  return std::string(text.data(), static_cast<std::size_t>(size));
}

std::optional<Timestamp> parse_iso_8601(std::string_view text) {
  Scanner scan(text);
  const auto day = date(scan);
  if (!day || !scan.take('T')) return std::nullopt;
  const auto hour = scan.number(2, 23);
  if (!hour || !scan.take(':')) return std::nullopt;
  const auto minute = scan.number(2, 59);
  if (!minute || !scan.take(':')) return std::nullopt;
  const auto second = scan.number(2, 59);
  if (!second) return std::nullopt;
  int ms = 0;
  if (scan.take('.')) {
    const auto fraction = scan.fraction();
    if (!fraction) return std::nullopt;
    ms = *fraction;
  }
  const auto east = offset(scan);
  if (!east || !scan.at_end()) return std::nullopt;
  return Timestamp(*day) + hours(*hour) + minutes(*minute) + seconds(*second) + milliseconds(ms) -
         *east;
}

}  // namespace durable::json::detail
