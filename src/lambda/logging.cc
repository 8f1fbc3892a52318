// SPDX-License-Identifier: Apache-2.0
#include "lambda/logging.h"

#include <durable/sdk/stream_logger.h>

#include <new>
#include <vector>

namespace durable::lambda {

std::unique_ptr<Logger> make_logger(const Settings& settings, std::FILE* file, const Clock& clock) {
  if (settings.log_format == LogFormat::json) {
    return std::make_unique<JsonLinesLogger>(file, clock, settings.log_level);
  }
  return std::make_unique<TextLogger>(file, clock, settings.log_level);
}

void InvocationLogger::write(const LogRecord& record) noexcept {
  if (info_.invocation_id.empty() && !info_.tenant_id) {
    behind_.write(record);
    return;
  }
  std::vector<LogField> fields;
  try {
    fields.assign(record.fields.begin(), record.fields.end());
    if (!info_.invocation_id.empty()) fields.push_back({"invocationId", info_.invocation_id});
    if (info_.tenant_id) fields.push_back({"tenantId", *info_.tenant_id});
  } catch (const std::bad_alloc&) {
    behind_.write(record);  // the line matters more than its fields
    return;
  }
  behind_.write({record.level, record.message, fields});
}

}  // namespace durable::lambda
