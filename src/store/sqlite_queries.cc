// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite_queries.h"

#include "store/store.h"

#include <string_view>

namespace durable::store {
namespace {

constexpr std::string_view summary_columns =
    "SELECT e.key, e.arn, e.name, e.function_name, e.function_arn, e.version, e.started_at_ms, "
    "e.status, e.ended_at_ms, e.expires_at_ms, h.revision, h.due_at_ms, e.tenant_id, "
    "e.trace_header, e.retention_days ";

/// Executions with their heads, found by one of their indexes.
std::string from_index(std::string_view columns, std::string_view index) {
  return std::string(columns) + "FROM executions AS e INDEXED BY " + std::string(index) +
         " CROSS JOIN heads AS h ON h.execution = e.key ";
}

std::string listing(std::string_view index, std::string_view filter, Order order) {
  return from_index(summary_columns, index) +
         "WHERE (e.started_at_ms, e.key) > (?1, ?2) AND (e.started_at_ms, e.key) < (?3, ?4) " +
         std::string(filter) +
         (order == Order::oldest_first ? " ORDER BY e.started_at_ms, e.key"
                                       : " ORDER BY e.started_at_ms DESC, e.key DESC");
}

}  // namespace

std::string query_text(Query query) {
  const std::string_view of_function = "AND e.function_name = ?5";
  const std::string_view of_name = "AND e.function_name = ?5 AND e.name = ?6";
  switch (query) {
    case Query::head:
      return "SELECT revision, last_block FROM heads WHERE execution = ?1";
    case Query::add_execution:
      return "INSERT INTO executions (key, arn, name, function_name, function_arn, version, "
             "started_at_ms, status, ended_at_ms, expires_at_ms, tenant_id, trace_header, "
             "retention_days) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    case Query::end_execution:
      return "UPDATE executions SET status = ?2, ended_at_ms = ?3, expires_at_ms = ?4 "
             "WHERE key = ?1";
    case Query::add_block:
      return "INSERT INTO blocks (execution, previous, first_event, checksum, data) "
             "VALUES (?1, ?2, ?3, ?4, ?5)";
    case Query::add_head:
      return "INSERT INTO heads (execution, revision, last_block, due_at_ms) "
             "VALUES (?1, ?2, ?3, ?4)";
    case Query::move_head:
      return "UPDATE heads SET revision = ?2, last_block = ?3, due_at_ms = ?4 WHERE execution = ?1";
    case Query::chain:
      return "SELECT execution, previous, first_event FROM blocks WHERE block = ?1";
    case Query::block:
      return "SELECT checksum, data FROM blocks WHERE block = ?1";
    case Query::by_key:
      return std::string(summary_columns) +
             "FROM executions AS e CROSS JOIN heads AS h ON h.execution = e.key WHERE e.key = ?1";
    case Query::by_arn:
      return from_index(summary_columns, "executions_by_arn") + "WHERE e.arn = ?1";
    case Query::by_name:
      return from_index(summary_columns, "executions_by_name") +
             "WHERE e.function_name = ?1 AND e.name = ?2 ORDER BY e.key DESC LIMIT 1";
    case Query::list_all:
      return listing("executions_by_start", "", Order::oldest_first);
    case Query::list_all_newest:
      return listing("executions_by_start", "", Order::newest_first);
    case Query::list_function:
      return listing("executions_by_function", of_function, Order::oldest_first);
    case Query::list_function_newest:
      return listing("executions_by_function", of_function, Order::newest_first);
    case Query::list_name:  // Few executions share a name, so these may be sorted.
      return listing("executions_by_name", of_name, Order::oldest_first);
    case Query::list_name_newest:
      return listing("executions_by_name", of_name, Order::newest_first);
    case Query::open:
      return from_index("SELECT e.key, h.due_at_ms ", "executions_open") +
             "WHERE e.status = 'RUNNING' ORDER BY e.key";
    case Query::expired:
      return from_index("SELECT e.key, h.last_block ", "executions_by_expiry") +
             "WHERE e.expires_at_ms <= ?1 ORDER BY e.expires_at_ms, e.key LIMIT ?2";
    case Query::remove_execution:
      return "DELETE FROM executions WHERE key = ?1";
    case Query::remove_head:
      return "DELETE FROM heads WHERE execution = ?1";
    case Query::remove_block:
      return "DELETE FROM blocks WHERE block = ?1 AND execution = ?2 RETURNING previous";
    case Query::count:
      break;
  }
  return {};
}

}  // namespace durable::store
