// SPDX-License-Identifier: Apache-2.0
//
// Request and response of each call of the durable execution API. Members that travel in the path,
// the query or a header stand beside those of the body; wire/json.h encodes and decodes only the
// bodies.
#pragma once

#include <durable/wire/model.h>

namespace durable::wire {

struct CheckpointUpdatedExecutionState {
  std::vector<Operation> operations;
  std::optional<std::string> next_marker;
  friend bool operator==(const CheckpointUpdatedExecutionState&,
                         const CheckpointUpdatedExecutionState&) = default;
};

struct CheckpointDurableExecutionRequest {
  std::string durable_execution_arn;  ///< Path.
  std::string checkpoint_token;
  std::vector<OperationUpdate> updates;
  std::optional<std::string> client_token;
};
struct CheckpointDurableExecutionResponse {
  std::optional<std::string> checkpoint_token;  ///< Absent: the execution is closed.
  CheckpointUpdatedExecutionState new_execution_state;
};

struct GetDurableExecutionStateRequest {
  std::string durable_execution_arn;      ///< Path.
  std::string checkpoint_token;           ///< Query.
  std::optional<std::string> marker;      ///< Query.
  std::optional<std::int64_t> max_items;  ///< Query; 0 or absent: 100. At most 1,000.
};
struct GetDurableExecutionStateResponse {
  std::vector<Operation> operations;
  std::optional<std::string> next_marker;
};

/// What an execution was started with.
struct DurableConfig {
  std::optional<std::int64_t> execution_timeout;  ///< Seconds.
  std::optional<std::int64_t> retention_period_in_days;
  friend bool operator==(const DurableConfig&, const DurableConfig&) = default;
};

struct GetDurableExecutionRequest {
  std::string durable_execution_arn;           ///< Path.
  std::optional<bool> include_execution_data;  ///< Query; absent: true.
};
struct GetDurableExecutionResponse {
  std::string durable_execution_arn;
  std::string durable_execution_name;
  std::string function_arn;
  std::optional<Payload> input_payload;
  std::optional<Payload> result;
  Boxed<ErrorObject> error;
  Timestamp start_timestamp{};
  ExecutionStatus status = ExecutionStatus::unknown;
  std::optional<Timestamp> end_timestamp;
  std::optional<std::string> version;
  std::optional<TraceHeader> trace_header;
  std::optional<DurableConfig> durable_config;
  /// False: input, result and error are left out, and so say nothing. Absent: it is not known.
  std::optional<bool> execution_data_included;
};

struct GetDurableExecutionHistoryRequest {
  std::string durable_execution_arn;           ///< Path.
  std::optional<bool> include_execution_data;  ///< Query; absent: true.
  std::optional<std::int64_t> max_items;       ///< Query; 0 or absent: 100. At most 1,000.
  std::optional<std::string> marker;           ///< Query.
  std::optional<bool> reverse_order;           ///< Query.
};
struct GetDurableExecutionHistoryResponse {
  std::vector<Event> events;
  std::optional<std::string> next_marker;
};

struct ListDurableExecutionsByFunctionRequest {
  std::string function_name;             ///< Path.
  std::optional<std::string> qualifier;  ///< Query, as all that follow.
  std::optional<std::string> durable_execution_name;
  std::vector<ExecutionStatus> statuses;
  std::optional<Timestamp> started_after;
  std::optional<Timestamp> started_before;
  std::optional<bool> reverse_order;
  std::optional<std::string> marker;
  std::optional<std::int64_t> max_items;
};
struct ListDurableExecutionsByFunctionResponse {
  std::vector<Execution> durable_executions;
  std::optional<std::string> next_marker;
};

struct SendDurableExecutionCallbackSuccessRequest {
  std::string callback_id;        ///< Path.
  std::optional<Payload> result;  ///< The body itself.
};
struct SendDurableExecutionCallbackFailureRequest {
  std::string callback_id;   ///< Path.
  Boxed<ErrorObject> error;  ///< The body itself.
};
struct SendDurableExecutionCallbackHeartbeatRequest {
  std::string callback_id;  ///< Path.
};

struct StopDurableExecutionRequest {
  std::string durable_execution_arn;  ///< Path.
  Boxed<ErrorObject> error;           ///< The body itself.
};
struct StopDurableExecutionResponse {
  Timestamp stop_timestamp{};
};

struct InvokeRequest {
  std::string function_name;  ///< Path.
  InvocationType invocation_type =
      InvocationType::request_response;               ///< Header X-Amz-Invocation-Type.
  std::optional<std::string> log_type;                ///< Header X-Amz-Log-Type.
  std::optional<std::string> client_context;          ///< Header X-Amz-Client-Context.
  std::optional<std::string> durable_execution_name;  ///< Header X-Amz-Durable-Execution-Name.
  std::optional<Payload> payload;                     ///< The body itself.
  std::optional<std::string> qualifier;               ///< Query.
  std::optional<std::string> tenant_id;               ///< Header X-Amz-Tenant-Id.
};
struct InvokeResponse {
  std::int64_t status_code = 0;                      ///< The HTTP status.
  std::optional<std::string> function_error;         ///< Header X-Amz-Function-Error.
  std::optional<std::string> log_result;             ///< Header X-Amz-Log-Result.
  std::optional<Payload> payload;                    ///< The body itself.
  std::optional<std::string> executed_version;       ///< Header X-Amz-Executed-Version.
  std::optional<std::string> durable_execution_arn;  ///< Header X-Amz-Durable-Execution-Arn.
};

}  // namespace durable::wire
