// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/time.h>
#include <durable/json/detail/failure.h>
#include <durable/json/document.h>
#include <durable/json/policy.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace durable::json {

/// Takes typed values from the nodes of a document. Each function returns false when the node does
/// not hold what is asked for; `failure()` then says what was expected and what was found.
class Reader {
 public:
  explicit Reader(TimestampFormat timestamps = TimestampFormat::iso_8601)
      : timestamps_(timestamps) {}

  [[nodiscard]] detail::Failure& failure() noexcept { return failure_; }

  bool boolean(const Node& node, bool& out) {
    if (node.kind() != Kind::boolean) return expected("boolean", node);
    out = node.boolean();
    return true;
  }
  /// An integer from `min` to `max`.
  bool integer(const Node& node, std::int64_t min, std::int64_t max, std::int64_t& out) {
    if (node.kind() != Kind::integer || node.integer() < min || node.integer() > max) {
      return expected_integer(min, static_cast<std::uint64_t>(max), node);
    }
    out = node.integer();
    return true;
  }
  /// An integer from 0 to `max`.
  bool unsigned_integer(const Node& node, std::uint64_t max, std::uint64_t& out) {
    const bool in_range = (node.kind() == Kind::integer && node.integer() >= 0) ||
                          node.kind() == Kind::unsigned_integer;
    if (!in_range || node.unsigned_integer() > max) {
      return expected_integer(0, max, node);
    }
    out = node.unsigned_integer();
    return true;
  }
  /// Any number; the nearest value of the type. Fails when it is out of the type's range.
  bool real(const Node& node, double& out);
  bool real(const Node& node, float& out);
  /// A string; the view lives as long as the document.
  bool string(const Node& node, std::string_view& out) {
    if (node.kind() != Kind::string) return expected("string", node);
    out = node.text();
    return true;
  }
  /// A point in time in the reader's format; ISO 8601 text is always accepted.
  bool timestamp(const Node& node, Timestamp& out);
  bool array(const Node& node) { return node.kind() == Kind::array || expected("array", node); }
  bool object(const Node& node) { return node.kind() == Kind::object || expected("object", node); }

  /// Fails with `expected <what>, found <node>`.
  bool expected(std::string_view what, const Node& node);

 private:
  bool expected_integer(std::int64_t min, std::uint64_t max, const Node& node);

  detail::Failure failure_;
  TimestampFormat timestamps_;
};

}  // namespace durable::json
