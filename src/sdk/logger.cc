// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/logger.h>

#include <durable/sdk/detail/operation.h>

#include "sdk/runtime.h"

#include <string>
#include <vector>

namespace durable {

void ScopedLogger::log(LogLevel level, std::string_view message,
                       std::initializer_list<LogField> fields) const {
  if (context_->runtime == nullptr) return;
  Logger* logger = context_->runtime->environment().logger;
  if (logger == nullptr || !logger->enabled(level)) return;
  if (step_ == nullptr && context_->replaying) return;

  const detail::ContextCore& context = *context_;
  const std::string id = step_ != nullptr ? context.wire_id(step_->number_) : context.id;
  const std::string attempt = std::to_string(attempt_);
  std::vector<LogField> all;
  all.reserve(fields.size() + 6);
  all.push_back({"executionArn", context.runtime->arn()});
  all.push_back({"requestId", context.runtime->environment().request_id});
  if (!id.empty()) all.push_back({"operationId", id});
  const std::string_view name = step_ != nullptr ? std::string_view(step_->name_) : context.name;
  if (!name.empty()) all.push_back({"operationName", name});
  if (step_ != nullptr) {
    if (!context.id.empty()) all.push_back({"parentId", context.id});
    all.push_back({"attempt", attempt});
  }
  all.insert(all.end(), fields.begin(), fields.end());
  logger->write({level, message, all});
}

}  // namespace durable
