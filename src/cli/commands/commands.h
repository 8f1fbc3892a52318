// SPDX-License-Identifier: Apache-2.0
//
// One function a command: does what its options say, prints, and gives the exit code. Errors become
// exit codes in run.cc.
#pragma once

#include "cli/session.h"

namespace durable::cli {

Result<int> run_invoke(const InvokeCommand& command, Session& session);
Result<int> run_list(const ListCommand& command, Session& session);
Result<int> run_get(const GetCommand& command, Session& session);
Result<int> run_history(const HistoryCommand& command, Session& session);
Result<int> run_watch(const WatchCommand& command, Session& session);
Result<int> run_logs(const LogsCommand& command, Session& session);
Result<int> run_stop(const StopCommand& command, Session& session);
Result<int> run_callback_succeed(const CallbackSucceedCommand& command, Session& session);
Result<int> run_callback_fail(const CallbackFailCommand& command, Session& session);
Result<int> run_callback_heartbeat(const CallbackHeartbeatCommand& command, Session& session);
Result<int> run_functions(Session& session);
Result<int> run_replay(const ReplayCommand& command, Session& session);

}  // namespace durable::cli
