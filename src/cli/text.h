// SPDX-License-Identifier: Apache-2.0
//
// Text for people: times, spans, tables, colours. Pure.
#pragma once

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::cli {

/// `90`, `90s`, `500ms`, `5m`, `2h`, `1d`, and these together: `1h30m`. A bare number is seconds.
/// Error: `invalid_usage`.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

/// `2025-12-02 08:30:00`, shifted by `offset`; with `Z` if `offset` is absent, which means UTC.
[[nodiscard]] std::string format_time(Timestamp time, std::optional<Duration> offset);
/// The same with milliseconds.
[[nodiscard]] std::string format_time_ms(Timestamp time, std::optional<Duration> offset);

/// The columns that a terminal needs, without escape sequences.
[[nodiscard]] std::size_t display_width(std::string_view text);
/// The begin of a line that fits into `columns`; escape sequences are kept, and closed.
[[nodiscard]] std::string fit(std::string_view line, std::size_t columns);

/// The text as one word of a shell's line, whatever it holds.
[[nodiscard]] std::string shell_word(std::string_view text);

using Row = std::vector<std::string>;
/// Columns in line, two spaces between them, no spaces at the ends. Cells may hold escape
/// sequences.
[[nodiscard]] std::string table(const std::vector<Row>& rows);

/// The word of `words` that was probably meant; empty if none is near.
[[nodiscard]] std::string nearest(std::string_view text, const std::vector<std::string>& words);

/// Escape sequences, or none.
class Style {
 public:
  explicit Style(bool colored) : colored_(colored) {}

  [[nodiscard]] bool colored() const noexcept { return colored_; }
  /// A status of an operation or an execution, in the colour that it has.
  [[nodiscard]] std::string status(std::string_view word) const;
  [[nodiscard]] std::string bold(std::string_view text) const { return paint("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return paint("2", text); }
  [[nodiscard]] std::string red(std::string_view text) const { return paint("31", text); }

 private:
  [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const;
  bool colored_;
};

}  // namespace durable::cli
