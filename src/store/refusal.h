// SPDX-License-Identifier: Apache-2.0
//
// The errors that every store answers with, in one wording.
#pragma once

#include "store/store.h"

#include <durable/base/error.h>

#include <string_view>

namespace durable::store {

/// `conflict`: `write` expected another revision than `present`.
[[nodiscard]] Error conflict(const Write& write, Revision present);
/// `conflict`: an execution that is to be created has the ARN of another one.
[[nodiscard]] Error arn_exists(std::string_view arn);
/// `resource_not_found`.
[[nodiscard]] Error no_such_execution(ExecutionKey key);

}  // namespace durable::store
