// SPDX-License-Identifier: Apache-2.0
//
// How the core finds an execution, in memory or in the store.
#include "service/core.h"

#include <durable/base/assert.h>

#include <utility>

namespace durable::service {

Error to_caller(const Error& error) {
  switch (error.code) {
    case ErrorCode::storage:
    case ErrorCode::conflict:
    case ErrorCode::corrupt:
      return {ErrorCode::service_failure, error.message};
    default:
      return error;
  }
}

Error no_such_execution() {
  return {ErrorCode::resource_not_found, "Durable Execution does not exist"};
}

bool Core::is_expired(const store::Summary& summary) const {
  return is_terminal(summary.standing.status) && summary.standing.expires_at <= now_;
}

Result<store::Summary> Core::find(std::string_view arn) const {
  Result<std::optional<store::Summary>> found = store_.find(arn);
  if (!found) return to_caller(found.error());
  if (!*found || is_expired(**found)) return no_such_execution();
  if (const auto isolated = isolated_.find((*found)->key); isolated != isolated_.end()) {
    return to_caller(isolated->second);
  }
  return std::move(**found);
}

Result<LoadedExecution*> Core::load(std::string_view arn) {
  if (LoadedExecution* loaded = executions_.find(arn)) return loaded;
  const Result<store::Summary> summary = find(arn);
  if (!summary) return summary.error();
  return load(*summary);
}

Result<LoadedExecution*> Core::load(store::ExecutionKey key) {
  if (LoadedExecution* loaded = executions_.find(key)) return loaded;
  const Result<std::optional<store::Summary>> summary = store_.find(key);
  if (!summary) return summary.error();
  if (!*summary) return no_such_execution();
  return load(**summary);
}

Result<LoadedExecution*> Core::load(const store::Summary& summary) {
  if (LoadedExecution* loaded = executions_.find(summary.key)) return loaded;
  if (const auto isolated = isolated_.find(summary.key); isolated != isolated_.end()) {
    return isolated->second;
  }
  Result<std::unique_ptr<LoadedExecution>> read = load_execution(store_, summary);
  if (!read) {
    if (read.error().code == ErrorCode::corrupt) isolate(summary.key, read.error());
    return read.error();
  }
  LoadedExecution& loaded = executions_.add(std::move(*read));
  if (unrestored_.erase(loaded.key) > 0) {
    end_lost_invocation(loaded);
    resume_invokes(loaded);
  }
  return &loaded;
}

Result<const Views::View*> Core::view(const store::Summary& summary, std::size_t reach) {
  Result<const Views::View*> view = views_.read(summary.key, now_, reach);
  const bool sleeps = executions_.find(summary.key) == nullptr;  // What is awake needs no log.
  if (!view && view.error().code == ErrorCode::corrupt && sleeps) {
    isolate(summary.key, view.error());
  }
  if (!view) return to_caller(view.error());
  return view;
}

}  // namespace durable::service
