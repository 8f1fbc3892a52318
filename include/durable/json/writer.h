// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/time.h>
#include <durable/json/detail/failure.h>
#include <durable/json/policy.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace durable::json {

/// Appends JSON text to a string. A function that returns bool returns false when the value has no
/// JSON form; `failure()` then says why.
class Writer {
 public:
  explicit Writer(std::string& out, TimestampFormat timestamps = TimestampFormat::iso_8601)
      : out_(out), timestamps_(timestamps) {}

  [[nodiscard]] std::string& out() noexcept { return out_; }
  [[nodiscard]] detail::Failure& failure() noexcept { return failure_; }

  void null() { out_.append("null", 4); }
  void boolean(bool value) { value ? out_.append("true", 4) : out_.append("false", 5); }
  void integer(std::int64_t value);
  void unsigned_integer(std::uint64_t value);
  /// Shortest text that reads back as the same value. Fails on NaN and infinity.
  bool real(double value);
  bool real(float value);
  /// Quoted and escaped. Fails on text that is not UTF-8.
  bool string(std::string_view text);
  /// In the writer's format. Fails where ISO 8601 has no form (years outside 0000 to 9999).
  bool timestamp(Timestamp value);

  /// Counts a level of nesting. Fails beyond `depth_max`.
  bool enter() { return depth_++ < depth_max || too_deep(); }
  void leave() noexcept { --depth_; }

 private:
  bool too_deep();

  std::string& out_;
  detail::Failure failure_;
  std::uint32_t depth_ = 0;
  TimestampFormat timestamps_;
};

}  // namespace durable::json
