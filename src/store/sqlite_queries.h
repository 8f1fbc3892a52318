// SPDX-License-Identifier: Apache-2.0
//
// All SQL of the store besides its schema.
#pragma once

#include <cstdint>
#include <string>

namespace durable::store {

enum class Query : std::uint8_t {
  head,
  add_execution,
  end_execution,
  add_block,
  add_head,
  move_head,
  chain,
  block,
  by_key,
  by_arn,
  by_name,
  list_all,
  list_all_newest,
  list_function,
  list_function_newest,
  list_name,
  list_name_newest,
  open,
  expired,
  remove_execution,
  remove_head,
  remove_block,
  count
};

/// What to prepare for a query.
[[nodiscard]] std::string query_text(Query query);

}  // namespace durable::store
