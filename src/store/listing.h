// SPDX-License-Identifier: Apache-2.0
//
// What all stores do alike to list: which range a query asks for, what passes its filters, and
// where its next page begins.
#pragma once

#include "store/store.h"

#include <durable/base/result.h>

#include <compare>
#include <cstddef>
#include <optional>

namespace durable::store {

/// Where an execution stands in every listing.
struct ListPosition {
  Timestamp started_at{};
  ExecutionKey key{};
  friend auto operator<=>(const ListPosition&, const ListPosition&) = default;
};

[[nodiscard]] inline ListPosition position_of(const Summary& summary) {
  return {summary.identity.started_at, summary.key};
}

/// The positions that a query can still list; both ends are outside.
struct ListRange {
  ListPosition after;
  ListPosition before;
};

/// What `query` asks for by its times and its marker. Errors: `invalid_parameter` for a marker that
/// no page gave.
[[nodiscard]] Result<ListRange> range_of(const ListQuery& query);

/// Makes a page of the executions of a range, which are offered in the query's order.
class PageBuilder {
 public:
  /// `query` must outlive this.
  explicit PageBuilder(const ListQuery& query) : query_(query) {}

  /// Takes the next execution. False: the page is at its end without it, and no more is to come.
  [[nodiscard]] bool offer(Summary&& summary);

  [[nodiscard]] Page take() && { return std::move(page_); }

 private:
  const ListQuery& query_;
  Page page_;
  ListPosition last_;
  std::size_t examined_ = 0;
};

}  // namespace durable::store
