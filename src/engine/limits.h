// SPDX-License-Identifier: Apache-2.0
//
// Every limit that the engine keeps, with its source. "Quota" is the service's published quota page
// for durable functions, "API" its published API reference; "our choice" has no published source.
#pragma once

#include <durable/base/time.h>

#include <cstdint>
#include <limits>

namespace durable::engine {

/// The service's quotas and size limits. The defaults are those of the service, so that what fails
/// there fails here; each may be changed. All maxima are inclusive.
struct Limits {
  static constexpr std::uint64_t kibibyte = 1024;
  static constexpr std::uint64_t mebibyte = 1024 * kibibyte;
  /// 366 days: the longest time that the service accepts anywhere.
  static constexpr std::uint32_t year_s = 31'622'400;

  // ---- Of one execution ----
  /// Operations, counted as the service meters them: the start of the execution, each operation,
  /// each retry of a step, each poll of a condition, each retry of an invocation. Quota.
  std::uint32_t operations_max = 3'000;
  /// All payloads and errors that were ever recorded, together: input, each attempt's, output.
  /// Quota ("100 MB").
  std::uint64_t stored_bytes_max = 100 * mebibyte;
  /// Seconds of an execution's own time-out; at least 1. API.
  std::uint32_t execution_timeout_max_s = year_s;

  // ---- Of one payload ----
  /// Payload of any operation except EXECUTION, a callback's result included. API.
  std::uint64_t payload_bytes_max = mebibyte;
  /// Input of a chained invoke. API.
  std::uint64_t chained_invoke_input_bytes_max = mebibyte;
  /// All fields of one error object together. API.
  std::uint64_t error_bytes_max = mebibyte;
  /// Input and result of an execution that a RequestResponse invoke started. API.
  std::uint64_t execution_bytes_request_response_max = 6 * mebibyte;
  /// Input and result of an execution that an Event invoke started. API.
  std::uint64_t execution_bytes_event_max = mebibyte;

  // ---- Of one update ----
  std::uint32_t wait_max_s = year_s;         ///< At least 1. API.
  std::uint32_t retry_delay_max_s = year_s;  ///< At least 1. API.
  std::uint32_t callback_timeout_max_s =
      year_s;                            ///< Both of a callback's time-outs; 0 is none. API guide.
  std::uint32_t id_size_max = 64;        ///< Id and ParentId. API.
  std::uint32_t name_size_max = 256;     ///< API.
  std::uint32_t sub_type_size_max = 32;  ///< API.
  std::uint32_t tenant_id_size_max = 256;      ///< API.
  std::uint32_t function_name_size_max = 256;  ///< Of a chained invoke's target. API.
  std::uint32_t client_token_size_max = 64;    ///< API.
  /// Whether ids, names and the like are also held to the service's character sets. API.
  bool text_patterns = true;
  /// Updates in one checkpoint. No figure is published, so none is kept by default.
  std::uint32_t updates_max = std::numeric_limits<std::uint32_t>::max();

  // ---- Of one page ----
  std::uint32_t page_items_default = 100;  ///< When MaxItems is absent or 0. API.
  std::uint32_t page_items_max = 1'000;    ///< API.
  /// Estimated size of the operations in an invocation's event, and in the answer to a checkpoint;
  /// the rest is fetched by NextMarker. Our choice, below the 6 MiB of an invocation's payload.
  std::uint64_t state_page_bytes_max = 5 * mebibyte;

  /// No quota and no size limit, for benchmarks of scale. What the types themselves bound stays:
  /// pages of the read calls, and times in whole seconds of 32 bits.
  [[nodiscard]] static constexpr Limits unlimited() noexcept {
    constexpr auto no_limit = std::numeric_limits<std::uint64_t>::max();
    constexpr auto no_limit_32 = std::numeric_limits<std::uint32_t>::max();
    Limits limits;
    limits.operations_max = no_limit_32;
    limits.stored_bytes_max = no_limit;
    limits.execution_timeout_max_s = no_limit_32;
    limits.payload_bytes_max = no_limit;
    limits.chained_invoke_input_bytes_max = no_limit;
    limits.error_bytes_max = no_limit;
    limits.execution_bytes_request_response_max = no_limit;
    limits.execution_bytes_event_max = no_limit;
    limits.wait_max_s = no_limit_32;
    limits.retry_delay_max_s = no_limit_32;
    limits.callback_timeout_max_s = no_limit_32;
    limits.id_size_max = no_limit_32;
    limits.name_size_max = no_limit_32;
    limits.sub_type_size_max = no_limit_32;
    limits.tenant_id_size_max = no_limit_32;
    limits.function_name_size_max = no_limit_32;
    limits.client_token_size_max = no_limit_32;
    limits.text_patterns = false;
    limits.state_page_bytes_max = no_limit;
    return limits;
  }
  friend bool operator==(const Limits&, const Limits&) = default;
};

/// How often and when an invocation that crashed, timed out or threw is repeated. The service does
/// so with exponential back-off and publishes no figures; these are our choice, and finite so that
/// every run ends.
struct InvocationRetryPolicy {
  /// Invocations in a row that may fail, the first included, before the execution FAILS with the
  /// last error. An invocation that answers PENDING starts the count anew. At least 1.
  std::uint32_t attempts_max = 5;
  Duration initial_delay = std::chrono::seconds{5};
  std::uint32_t backoff_rate = 2;
  Duration delay_max = std::chrono::minutes{5};

  /// The delay after `failures` failures in a row; `failures` is at least 1.
  [[nodiscard]] constexpr Duration delay_after(std::uint32_t failures) const noexcept {
    Duration delay = initial_delay;
    for (std::uint32_t i = 1; i < failures && delay < delay_max; ++i) delay *= backoff_rate;
    return delay < delay_max ? delay : delay_max;
  }
  friend bool operator==(const InvocationRetryPolicy&, const InvocationRetryPolicy&) = default;
};

/// What may differ from one execution to another besides its input.
struct Settings {
  Limits limits;
  InvocationRetryPolicy invocation_retry;
  friend bool operator==(const Settings&, const Settings&) = default;
};

}  // namespace durable::engine
