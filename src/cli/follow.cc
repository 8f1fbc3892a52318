// SPDX-License-Identifier: Apache-2.0
#include "cli/follow.h"

#include "cli/render.h"

#include <algorithm>

namespace durable::cli {
namespace {

constexpr std::int64_t page_items = 1'000;        // the service's limit
constexpr std::int64_t news_items = 100;          // what a poll expects at most, mostly
constexpr std::size_t history_pages_max = 1'000;  // far above what 3,000 operations make
constexpr Duration first_pause = std::chrono::milliseconds{100};
constexpr Duration pause_max = std::chrono::seconds{2};  // the service takes 15 calls a second
constexpr Duration tick = std::chrono::milliseconds{100};
constexpr std::uint32_t failures_max = 10;

Error endless(const std::string& arn) {
  return {ErrorCode::service_failure, "the pages of the history of " + arn + " have no end: " +
                                          std::to_string(history_pages_max) + " were read"};
}

}  // namespace

Result<std::vector<wire::Event>> load_history(cloud::LambdaClient& client, const std::string& arn,
                                              bool include_data) {
  std::vector<wire::Event> events;
  wire::GetDurableExecutionHistoryRequest request;
  request.durable_execution_arn = arn;
  request.include_execution_data = include_data;
  request.max_items = page_items;
  for (std::size_t page_number = 0; page_number < history_pages_max; ++page_number) {
    auto page = client.history(request);
    if (!page) return std::move(page).error();
    std::move(page->events.begin(), page->events.end(), std::back_inserter(events));
    if (!page->next_marker || page->next_marker->empty()) return events;
    request.marker = std::move(page->next_marker);
  }
  return endless(arn);
}

Result<std::span<const wire::Event>> Follower::poll() {
  const std::int64_t known = events_.empty() ? 0 : events_.back().event_id;
  std::vector<wire::Event> news;  // newest first
  wire::GetDurableExecutionHistoryRequest request;
  request.durable_execution_arn = arn_;
  request.include_execution_data = true;
  request.max_items = known == 0 ? page_items : news_items;
  request.reverse_order = true;
  for (std::size_t page_number = 0;; ++page_number) {
    if (page_number == history_pages_max) return endless(arn_);
    auto page = client_.history(request);
    if (!page) return std::move(page).error();
    bool reached = false;
    for (wire::Event& event : page->events) {
      reached = reached || event.event_id <= known;
      if (event.event_id > known) news.push_back(std::move(event));
    }
    if (reached || !page->next_marker || page->next_marker->empty()) break;
    request.marker = std::move(page->next_marker);
  }
  // By number, whatever order an endpoint has sent them in.
  std::sort(news.begin(), news.end(),
            [](const wire::Event& a, const wire::Event& b) { return a.event_id < b.event_id; });
  const std::size_t before = events_.size();
  for (wire::Event& event : news) {
    ended_ = ended_ || ends_execution(event);
    events_.push_back(std::move(event));
  }
  return std::span<const wire::Event>(events_).subspan(before);
}

Result<bool> follow(Session& session, Follower& follower, std::optional<Duration> timeout,
                    const Observer& observer) {
  const Timestamp start = session.now();
  const auto is_over = [&] { return timeout && session.now() - start >= *timeout; };
  Duration pause = first_pause;
  std::uint32_t failures = 0;
  while (true) {
    const auto news = follower.poll();
    if (news) {
      failures = 0;
      observer(follower, *news);
      if (!news->empty()) pause = first_pause;
    } else if (!news.error().retryable() || follower.events().empty() ||
               ++failures == failures_max) {
      return news.error();
    }
    if (follower.ended()) return true;
    for (Duration slept{}; slept < pause; slept += tick) {
      if (is_over()) return false;
      const Duration left = timeout ? start + *timeout - session.now() : tick;
      session.world().pause(std::min(tick, left));
      observer(follower, {});
    }
    if (is_over()) return false;
    pause = std::min(pause_max, pause + pause / 2);
  }
}

}  // namespace durable::cli
