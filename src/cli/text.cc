// SPDX-License-Identifier: Apache-2.0
#include "cli/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <limits>

namespace durable::cli {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
constexpr std::array units{Unit{"ms", 1}, Unit{"s", 1'000}, Unit{"m", 60'000}, Unit{"h", 3'600'000},
                           Unit{"d", 86'400'000}};
constexpr std::int64_t duration_max_ms = 400LL * 86'400'000;  // above the service's year

Error no_duration(std::string_view text) {
  return {ErrorCode::invalid_usage,
          "expected a duration such as 90 (seconds), 500ms, 30s, 5m, 2h, 1d or 1h30m, found \"" +
              std::string(text.substr(0, 64)) + "\""};
}

/// Takes a number with its unit off the front of `text`; absent: there is none.
std::optional<std::int64_t> take_span(std::string_view& text, bool unit_is_optional) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  const std::size_t length = std::min(text.find_first_of("0123456789"), text.size());
  const std::string_view name = text.substr(0, length);
  text.remove_prefix(length);
  if (name.empty() && unit_is_optional && text.empty()) {
    return value <= duration_max_ms / 1'000 ? std::optional(value * 1'000) : std::nullopt;
  }
  for (const Unit& unit : units) {
    if (unit.name == name && value <= duration_max_ms / unit.ms) return value * unit.ms;
  }
  return std::nullopt;
}

/// How many bytes an escape sequence at the begin of `text` has; 0: there is none.
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2 || text[0] != '\x1b' || text[1] != '[') return 0;
  const std::size_t end = text.find_first_of("mKJABCDHhl", 2);
  return end == std::string_view::npos ? text.size() : end + 1;
}

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

std::string formatted(Timestamp time, std::optional<Duration> offset, bool with_ms) {
  const Timestamp shifted = time + offset.value_or(Duration{});
  const auto day = std::chrono::floor<std::chrono::days>(shifted);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(shifted - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string result(text.data());
  if (with_ms) {
    std::snprintf(text.data(), text.size(), ".%03d", static_cast<int>(clock.subseconds().count()));
    result += text.data();
  }
  if (!offset) result += 'Z';
  return result;
}

/// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  std::string_view rest = text;
  std::int64_t total = 0;
  bool first = true;
  do {
    const auto span = take_span(rest, first);
    if (!span || total + *span > duration_max_ms) return no_duration(text);
    total += *span;
    first = false;
  } while (!rest.empty());
  return Duration(total);
}

std::string format_time(Timestamp time, std::optional<Duration> offset) {
  return formatted(time, offset, false);
}
std::string format_time_ms(Timestamp time, std::optional<Duration> offset) {
  return formatted(time, offset, true);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::size_t escape = escape_length(text);
    if (escape == 0 && begins_character(text.front())) ++width;
    text.remove_prefix(std::max<std::size_t>(escape, 1));
  }
  return width;
}

std::string fit(std::string_view line, std::size_t columns) {
  if (display_width(line) <= columns) return std::string(line);
  std::string result;
  std::size_t width = 0;
  bool painted = false;
  while (!line.empty()) {
    const std::size_t escape = escape_length(line);
    if (escape > 0) {
      painted = true;
    } else if (begins_character(line.front()) && ++width >= columns) {
      break;  // the last column is for the sign that something is missing
    }
    const std::size_t length = std::max<std::size_t>(escape, 1);
    result += line.substr(0, length);
    line.remove_prefix(length);
  }
  if (painted) result += "\x1b[0m";
  return columns == 0 ? std::string() : result + "…";
}

std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + "'";
}

std::string table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    if (widths.size() < row.size()) widths.resize(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      line.append(widths[i] - display_width(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string nearest(std::string_view text, const std::vector<std::string>& words) {
  constexpr std::size_t length_max = 64;
  std::string best;
  std::size_t best_distance = std::min<std::size_t>(3, text.size());  // a third of it is a guess
  for (const std::string& word : words) {
    const std::size_t d = distance(text.substr(0, length_max), word);
    if (d < best_distance) {
      best = word;
      best_distance = d;
    }
  }
  return best;
}

std::string Style::status(std::string_view word) const {
  if (word == "SUCCEEDED") return paint("32", word);
  if (word == "FAILED" || word == "TIMED_OUT") return paint("31", word);
  if (word == "STOPPED" || word == "CANCELLED") return paint("35", word);
  if (word == "PENDING" || word == "READY") return paint("33", word);
  return paint("36", word);
}

std::string Style::paint(std::string_view code, std::string_view text) const {
  if (!colored_ || text.empty()) return std::string(text);
  std::string painted = "\x1b[";
  return painted.append(code).append("m").append(text).append("\x1b[0m");
}

}  // namespace durable::cli
