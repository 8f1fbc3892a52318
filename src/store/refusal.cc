// SPDX-License-Identifier: Apache-2.0
#include "store/refusal.h"

#include <string>

namespace durable::store {
namespace {

std::string number(ExecutionKey key) { return std::to_string(static_cast<std::int64_t>(key)); }

}  // namespace

Error conflict(const Write& write, Revision present) {
  return {ErrorCode::conflict, "execution " + number(write.key) + " has revision " +
                                   std::to_string(present) + ", and the write expected " +
                                   std::to_string(write.expected) +
                                   "; load the execution again and decide anew"};
}

Error arn_exists(std::string_view arn) {
  return {ErrorCode::conflict, "an execution with the ARN " + std::string(arn) +
                                   " exists; give the new one another ARN"};
}

Error no_such_execution(ExecutionKey key) {
  return {ErrorCode::resource_not_found,
          "there is no execution " + number(key) + " in the store; it may have expired"};
}

}  // namespace durable::store
