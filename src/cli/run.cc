// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include "cli/command_line.h"
#include "cli/commands/commands.h"
#include "cli/completion.h"
#include "cli/man_page.h"

#include <utility>

namespace durable::cli {
namespace {

/// Finds the function for a command.
struct Runner {
  Session& session;

  Result<int> operator()(const ServerCommand& command) const {
    return session.world().serve(command, session.world());
  }
  Result<int> operator()(const InvokeCommand& command) const {
    return run_invoke(command, session);
  }
  Result<int> operator()(const ListCommand& command) const { return run_list(command, session); }
  Result<int> operator()(const GetCommand& command) const { return run_get(command, session); }
  Result<int> operator()(const HistoryCommand& command) const {
    return run_history(command, session);
  }
  Result<int> operator()(const WatchCommand& command) const { return run_watch(command, session); }
  Result<int> operator()(const LogsCommand& command) const { return run_logs(command, session); }
  Result<int> operator()(const StopCommand& command) const { return run_stop(command, session); }
  Result<int> operator()(const CallbackSucceedCommand& command) const {
    return run_callback_succeed(command, session);
  }
  Result<int> operator()(const CallbackFailCommand& command) const {
    return run_callback_fail(command, session);
  }
  Result<int> operator()(const CallbackHeartbeatCommand& command) const {
    return run_callback_heartbeat(command, session);
  }
  Result<int> operator()(const FunctionsCommand&) const { return run_functions(session); }
  Result<int> operator()(const ReplayCommand& command) const {
    return run_replay(command, session);
  }
  Result<int> operator()(const ConformanceCommand& command) const {
    return session.world().conform(command, session);
  }
  Result<int> operator()(const CompletionCommand& command) const {
    session.out() << (command.shell == "zsh" ? zsh_completion(describe())
                                             : bash_completion(describe()));
    return exit_success;
  }
  Result<int> operator()(const ManCommand&) const {
    session.out() << man_page(describe());
    return exit_success;
  }
};

/// The end of the program: `exit_code`, unless it is a success whose output is not whole.
int finish(int exit_code, World& world) {
  world.out.flush();
  // Whoever does not want to read on, as `head`, wants no word about it either.
  if (world.out || !world.out_has_reader()) return exit_code;
  world.err
      << "durable: standard output could not be written, so what is there is not whole. Is the "
         "disk full?\n";
  return exit_code == exit_success ? exit_service : exit_code;
}

}  // namespace

int run(const std::vector<std::string>& arguments, World& world) {
  auto parsed = parse(arguments);
  if (const auto* end = std::get_if<ParseEnd>(&parsed)) {
    world.out << end->out;
    world.err << end->err;
    return finish(end->exit_code, world);
  }
  auto& line = std::get<CommandLine>(parsed);
  Session session(world, std::move(line.common));
  const Result<int> done = std::visit(Runner{session}, line.command);
  if (done) return finish(*done, world);
  world.out.flush();
  world.err << session.err_style().red("durable: ") << explain(done.error(), session.endpoint())
            << "\n";
  return finish(exit_code_of(done.error()), world);
}

}  // namespace durable::cli
