// SPDX-License-Identifier: Apache-2.0
//
// What other threads tell the service's thread.
#pragma once

#include "engine/command.h"
#include "service/service.h"
#include "store/store.h"

#include <durable/wire/api.h>

#include <cstdint>
#include <string>
#include <variant>

namespace durable::service {

struct StartMessage {
  StartCall call;
  Reply<Started> reply;
};
struct WaitMessage {
  std::uint64_t waiter = 0;
  std::string arn;
  Reply<Ended> reply;
};
struct ForgetMessage {
  std::uint64_t waiter = 0;
};
struct CheckpointMessage {
  wire::CheckpointDurableExecutionRequest request;
  Reply<wire::CheckpointDurableExecutionResponse> reply;
};
struct StopMessage {
  wire::StopDurableExecutionRequest request;
  Reply<wire::StopDurableExecutionResponse> reply;
};
/// A `CompleteCallback` or a `HeartbeatCallback`.
struct CallbackMessage {
  std::string callback_id;
  engine::Command command;
  Reply<void> reply;
};
/// A call that only reads.
template <class Request, class Response>
struct ReadMessage {
  Request request;
  Reply<Response> reply;
};
using StateMessage =
    ReadMessage<wire::GetDurableExecutionStateRequest, wire::GetDurableExecutionStateResponse>;
using GetMessage = ReadMessage<wire::GetDurableExecutionRequest, wire::GetDurableExecutionResponse>;
using HistoryMessage =
    ReadMessage<wire::GetDurableExecutionHistoryRequest, wire::GetDurableExecutionHistoryResponse>;
using ListMessage = ReadMessage<wire::ListDurableExecutionsByFunctionRequest,
                                wire::ListDurableExecutionsByFunctionResponse>;

/// An invocation of a durable function has ended.
struct InvocationEndedMessage {
  store::ExecutionKey key{};
  engine::EndInvocation command;
};
/// A plain function that a chained invoke called has ended.
struct PlainInvokeEndedMessage {
  store::ExecutionKey parent{};
  engine::CompleteChainedInvoke command;
};

using Message = std::variant<CheckpointMessage, StartMessage, WaitMessage, ForgetMessage,
                             StopMessage, CallbackMessage, StateMessage, GetMessage, HistoryMessage,
                             ListMessage, InvocationEndedMessage, PlainInvokeEndedMessage>;

}  // namespace durable::service
