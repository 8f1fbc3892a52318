// SPDX-License-Identifier: Apache-2.0
//
// An execution's history while it grows.
#pragma once

#include "cli/session.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace durable::cli {

/// All events of an execution, oldest first. `history_pages_max` pages of 1,000 are read. Errors:
/// those of the service.
[[nodiscard]] Result<std::vector<wire::Event>> load_history(cloud::LambdaClient& client,
                                                            const std::string& arn,
                                                            bool include_data);

class Follower {
 public:
  Follower(cloud::LambdaClient& client, std::string arn) : client_(client), arn_(std::move(arn)) {}

  /// Asks for what is new; gives it, oldest first. Only new events travel.
  [[nodiscard]] Result<std::span<const wire::Event>> poll();

  [[nodiscard]] const std::vector<wire::Event>& events() const noexcept { return events_; }
  [[nodiscard]] const std::string& arn() const noexcept { return arn_; }
  [[nodiscard]] bool ended() const noexcept { return ended_; }

 private:
  cloud::LambdaClient& client_;
  std::string arn_;
  std::vector<wire::Event> events_;  // oldest first
  bool ended_ = false;
};

/// Called after each poll with the events that are new, and between polls with none.
using Observer = std::function<void(const Follower& follower, std::span<const wire::Event> news)>;

/// Follows to the execution's end (true), or until `timeout` is over (false). A service that is
/// gone for a while, as at a restart, is asked again `failures_max` times. Errors: those of the
/// service.
[[nodiscard]] Result<bool> follow(Session& session, Follower& follower,
                                  std::optional<Duration> timeout, const Observer& observer);

}  // namespace durable::cli
