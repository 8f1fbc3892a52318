// SPDX-License-Identifier: Apache-2.0
//
// Functions that run when a test says so.
#pragma once

#include "service/functions.h"
#include "service/identity.h"

#include <durable/base/error.h>

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace durable::service {

/// Thread-safety: as `Functions`.
class FakeFunctions final : public Functions {
 public:
  struct Running {
    Invocation invocation;
    std::function<void(InvocationOutcome)> ended;
  };

  static std::string arn_of(const std::string& name, const std::string& version) {
    return "arn:aws:lambda:us-east-1:123456789012:function:" + name + ":" + version;
  }
  static FunctionTarget target(const std::string& name, const std::string& version = "$LATEST") {
    FunctionTarget target;
    target.name = name;
    target.version = version;
    target.arn = arn_of(name, version);
    target.durable = DurableConfig{};
    return target;
  }

  void add(FunctionTarget target) {
    const std::lock_guard lock(mutex_);
    targets_[target.name + ":" + target.version] = std::move(target);
  }
  void add_plain(const std::string& name) {
    FunctionTarget plain = target(name);
    plain.durable.reset();
    add(std::move(plain));
  }
  void remove(const std::string& name) {
    const std::lock_guard lock(mutex_);
    targets_.erase(name + ":$LATEST");
  }

  Result<FunctionTarget> resolve(std::string_view function,
                                 std::optional<std::string_view> qualifier) const override {
    const FunctionText text = read_function_text(function);
    std::string version(qualifier.value_or(text.qualifier));
    if (version.empty()) version = "$LATEST";
    const std::lock_guard lock(mutex_);
    const auto found = targets_.find(std::string(text.name) + ":" + version);
    if (found != targets_.end()) return found->second;
    return Error{ErrorCode::resource_not_found,
                 "Function not found: " + arn_of(std::string(text.name), version)};
  }

  void invoke(Invocation invocation, std::function<void(InvocationOutcome)> ended) override {
    const std::lock_guard lock(mutex_);
    running_.push_back({std::move(invocation), std::move(ended)});
  }

  /// The invocation that began first and was not taken yet.
  std::optional<Running> take() {
    const std::lock_guard lock(mutex_);
    if (running_.empty()) return std::nullopt;
    Running first = std::move(running_.front());
    running_.pop_front();
    return first;
  }
  /// The processes have died, and with them what ran in them.
  void kill_all() {
    const std::lock_guard lock(mutex_);
    running_.clear();
  }

 private:
  mutable std::mutex mutex_;  // guards all below
  std::map<std::string, FunctionTarget> targets_;
  std::deque<Running> running_;
};

}  // namespace durable::service
