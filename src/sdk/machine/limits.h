// SPDX-License-Identifier: Apache-2.0
//
// Every size and count that the SDK keeps to, with where it comes from.
#pragma once

#include <cstddef>
#include <cstdint>

namespace durable::machine {

// The service's model: length of Id and ParentId, of Name.
inline constexpr std::size_t operation_id_size_max = 64;
inline constexpr std::size_t operation_name_size_max = 256;
// The service's model: WaitSeconds and NextAttemptDelaySeconds.
inline constexpr std::int64_t delay_s_min = 1;
inline constexpr std::int64_t delay_s_max = 31'622'400;
// The service's guide: a callback's timeouts, 366 days; zero is none.
inline constexpr std::int64_t callback_timeout_s_max = 31'622'400;
// The service's model: FunctionName and TenantId of a chained invoke.
inline constexpr std::size_t function_name_size_max = 256;
inline constexpr std::size_t tenant_id_size_max = 256;
// The service's limit for what a chained invoke sends, in UTF-8 bytes, inclusive.
inline constexpr std::size_t invoke_payload_size_max = 1'048'576;
// A child context's result above this is not stored but made again by its code. The official SDKs'
// threshold, in UTF-8 bytes, inclusive.
inline constexpr std::size_t context_result_size_max = 262'144;
// All fields of an operation's error together; the service's older and smaller limit.
inline constexpr std::size_t error_size_max = 262'144;
// The answer of an invocation: Lambda's 6 MiB less what wraps it, as the official SDKs count.
inline constexpr std::size_t invocation_output_size_max = 6UL * 1024 * 1024 - 50;
// Our choice: starting a child runs its body on the caller's stack, so depth costs stack.
inline constexpr std::uint32_t context_depth_max = 256;
// Our choice: updates that wait while a reply that is here already is not taken, as if it were
// still on its way. A wide map would otherwise begin all its items before it ends one.
inline constexpr std::size_t held_updates_max = 4'096;
// The largest page of GetDurableExecutionState.
inline constexpr std::int64_t state_page_items = 1'000;
// Our choice: offloaded bodies that may wait for a worker thread; the next one waits for room.
inline constexpr std::size_t waiting_bodies_max = 1'024;
// Our choice: a message longer than this is cut before a retry filter's expressions see it.
inline constexpr std::size_t filter_message_size_max = 4'096;

}  // namespace durable::machine
