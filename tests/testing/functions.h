// SPDX-License-Identifier: Apache-2.0
//
// Durable functions that the tests of the runner share.
#pragma once

#include <durable/durable.h>

#include <stdexcept>
#include <string>

namespace durable::test {

/// One step that greets.
Task<std::string> greet(std::string name, DurableContext& ctx);

/// Waits as many seconds as its input says.
Task<int> wait_seconds(int seconds, DurableContext& ctx);

/// A step that fails as often as its input says and then succeeds; retried every 10 seconds, 5
/// times at most.
Task<std::uint32_t> flaky(std::uint32_t failures, DurableContext& ctx);

/// A child context `outer` with a step `first` and a child context `inner` with steps `same`,
/// `same`.
Task<int> nested(DurableContext& ctx);

/// Throws outside any step.
Task<int> broken(DurableContext& ctx);

/// Waits for ever: one second at a time.
Task<int> endless(DurableContext& ctx);

}  // namespace durable::test
