// SPDX-License-Identifier: Apache-2.0
#include "bench/server_workloads.h"

#include "bench/folder.h"
#include "bench/http_load.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <utility>

namespace durable::bench {
namespace {

constexpr std::size_t checkpoint_connections = 64;
constexpr std::uint64_t checkpoints_each = 200;  // for one execution; its quota is 3,000 operations
constexpr std::uint64_t sleeping_executions = 10'000;
constexpr std::size_t held_invokes = 1'000;

/// A `durable server` of this process, until the destructor, which waits for its end.
class ServerUnderLoad {
 public:
  ServerUnderLoad(const std::string& program, std::vector<std::string> arguments) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    // Nobody reads on once it is ready: it must not fill the pipe.
    std::vector<std::string> words{program, "server", "--port", "0", "--log-level", "WARNING"};
    for (std::string& argument : arguments) words.push_back(std::move(argument));
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const int failed =
        ::posix_spawn(&process_, program.c_str(), &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    output_ = ends[0];
    if (failed != 0) throw std::runtime_error("cannot run " + program);
    port_ = port_after("listening on http://127.0.0.1:");
  }
  ServerUnderLoad(const ServerUnderLoad&) = delete;
  ServerUnderLoad& operator=(const ServerUnderLoad&) = delete;
  ~ServerUnderLoad() {
    ::kill(process_, SIGTERM);
    ::close(output_);
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// Reads what the server prints until `text`, and the port number behind it.
  std::uint16_t port_after(std::string_view text) {
    while (true) {
      const std::size_t at = said_.find(text);
      if (at != std::string::npos &&
          said_.find_first_of("/ \n", at + text.size()) != std::string::npos) {
        return static_cast<std::uint16_t>(std::stoi(said_.substr(at + text.size())));
      }
      char buffer[4096];
      const ssize_t count = ::read(output_, buffer, sizeof buffer);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) throw std::runtime_error("the server ended; it said:\n" + said_);
      said_.append(buffer, static_cast<std::size_t>(count));
    }
  }

 private:
  pid_t process_ = -1;
  int output_ = -1;
  std::string said_;
  std::uint16_t port_ = 0;
};

std::string invoke_request(std::string_view function, std::string_view type,
                           std::string_view body) {
  return make_request(
      "POST", "/2015-03-31/functions/" + std::string(function) + "/invocations?Qualifier=%24LATEST",
      "X-Amz-Invocation-Type: " + std::string(type) + "\r\n", body);
}

void require(const LoadReply& reply, int status, std::string_view body) {
  if (reply.status == status && (body.empty() || reply.body == body)) return;
  throw std::runtime_error("expected status " + std::to_string(status) + " and " +
                           std::string(body) + ", found " + std::to_string(reply.status) + ": " +
                           std::string(reply.body.substr(0, 500)));
}

/// A server, and the clients of it; made by the first run, so that only a measured process has one.
struct World {
  World(const ServerPrograms& programs, std::vector<std::string> arguments, std::size_t connections)
      : server(programs.server, with_store(std::move(arguments))),
        load(server.port(), connections) {}

  std::vector<std::string> with_store(std::vector<std::string> arguments) {
    arguments.push_back("--store-path");
    arguments.push_back(folder.file());
    return arguments;
  }

  Folder folder;
  ServerUnderLoad server;
  HttpLoad load;
};

/// `count` synchronous invokes of `function`, each answered with `expected`.
std::uint64_t invoke_all(World& world, std::string_view function, std::string_view event,
                         std::string_view expected, std::uint64_t count) {
  const std::string request = invoke_request(function, "RequestResponse", event);
  std::uint64_t sent = 0;
  world.load.run([&](std::size_t) { return sent++ < count ? request : std::string(); },
                 [&](std::size_t, const LoadReply& reply) { require(reply, 200, expected); });
  return count;
}

Workload invokes(const ServerPrograms& programs, std::string_view name, std::string_view question,
                 std::size_t connections, std::uint64_t count) {
  auto world = std::make_shared<std::unique_ptr<World>>();  // owner: the closure
  return {name,
          "invokes/s",
          question,
          [=] {
            if (!*world) {
              *world = std::make_unique<World>(
                  programs,
                  std::vector<std::string>{"--function", "hello=" + programs.function,
                                           "--max-concurrency", std::to_string(connections)},
                  connections);
            }
            return invoke_all(**world, "hello", "null", "\"Hello World!\"", count);
          },
          1,
          [=] { world->reset(); }};
}

Workload steps_1k(const ServerPrograms& programs) {
  auto world = std::make_shared<std::unique_ptr<World>>();  // owner: the closure
  return {"server_steps_1k",
          "steps/s",
          "How many sequential steps does one execution make in a second, over HTTP and on disk?",
          [=] {
            if (!*world) {
              *world = std::make_unique<World>(
                  programs, std::vector<std::string>{"--function", "steps=" + programs.function},
                  1);
            }
            invoke_all(**world, "steps", "1000", "1000", 1);
            return std::uint64_t{1000};
          },
          1,
          [=] { world->reset(); }};
}

// ---- Raw checkpoint calls ----

std::string text_after(std::string_view text, std::string_view before, char end) {
  const std::size_t at = text.find(before);
  if (at == std::string_view::npos) {
    throw std::runtime_error("expected " + std::string(before) + " in " +
                             std::string(text.substr(0, 500)));
  }
  const std::size_t first = at + before.size();
  return std::string(text.substr(first, text.find(end, first) - first));
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ':') {
      out += "%3A";
    } else if (c == '/') {
      out += "%2F";
    } else if (c == '$') {
      out += "%24";
    } else {
      out += c;
    }
  }
  return out;
}

/// One invocation that this process plays itself, as the process of an attached function.
struct Invocation {
  std::string request_id;
  std::string checkpoint_path;
  std::string token;
  std::uint64_t done = 0;
};

std::vector<Invocation> begin_invocations(World& world, HttpLoad& runtime) {
  std::uint64_t sent = 0;
  const std::string start = invoke_request("raw", "Event", "null");
  world.load.run(
      [&](std::size_t) { return sent++ < checkpoint_connections ? start : std::string(); },
      [&](std::size_t, const LoadReply& reply) { require(reply, 202, ""); });
  std::vector<Invocation> invocations(checkpoint_connections);
  const std::string next = make_request("GET", "/2018-06-01/runtime/invocation/next", "", "");
  std::vector<bool> asked(checkpoint_connections);
  runtime.run(
      [&](std::size_t number) {
        if (asked[number]) return std::string();
        asked[number] = true;
        return next;
      },
      [&](std::size_t number, const LoadReply& reply) {
        require(reply, 200, "");
        Invocation& invocation = invocations[number];
        invocation.request_id = text_after(reply.headers, "Lambda-Runtime-Aws-Request-Id: ", '\r');
        invocation.token = text_after(reply.body, "\"CheckpointToken\":\"", '"');
        invocation.checkpoint_path =
            "/2025-12-01/durable-executions/" +
            percent_encoded(text_after(reply.body, "\"DurableExecutionArn\":\"", '"')) +
            "/checkpoint";
      });
  return invocations;
}

void end_invocations(const std::vector<Invocation>& invocations, HttpLoad& runtime) {
  std::vector<bool> asked(invocations.size());
  runtime.run(
      [&](std::size_t number) {
        if (asked[number]) return std::string();
        asked[number] = true;
        return make_request(
            "POST",
            "/2018-06-01/runtime/invocation/" + invocations[number].request_id + "/response", "",
            R"({"Status":"SUCCEEDED","Result":"1"})");
      },
      [&](std::size_t, const LoadReply& reply) { require(reply, 202, ""); });
}

std::string step_request(Invocation& invocation) {
  const std::string id = std::to_string(++invocation.done);
  return make_request(
      "POST", invocation.checkpoint_path, "Content-Type: application/json\r\n",
      R"({"CheckpointToken":")" + invocation.token + R"(","Updates":[{"Id":")" + id +
          R"(","Name":"charge","Type":"STEP","SubType":"Step","Action":"START"},{"Id":")" + id +
          R"(","Name":"charge","Type":"STEP","SubType":"Step","Action":"SUCCEED",)" +
          R"("Payload":"{\"ok\":true}"}]})");
}

struct CheckpointWorld {
  CheckpointWorld(const ServerPrograms& programs, std::vector<std::string> arguments)
      : world(programs, std::move(arguments), checkpoint_connections),
        runtime(world.server.port_after("AWS_LAMBDA_RUNTIME_API=127.0.0.1:"),
                checkpoint_connections) {}
  World world;
  HttpLoad runtime;
};

std::uint64_t checkpoint_all(CheckpointWorld& all) {
  std::vector<Invocation> invocations = begin_invocations(all.world, all.runtime);
  all.world.load.run(
      [&](std::size_t number) {
        Invocation& invocation = invocations[number];
        return invocation.done < checkpoints_each ? step_request(invocation) : std::string();
      },
      [&](std::size_t number, const LoadReply& reply) {
        require(reply, 200, "");
        invocations[number].token = text_after(reply.body, "\"CheckpointToken\":\"", '"');
      });
  end_invocations(invocations, all.runtime);
  return checkpoints_each * checkpoint_connections;
}

Workload checkpoints(const ServerPrograms& programs, std::string_view name, std::string_view store,
                     std::string_view question) {
  auto all = std::make_shared<std::unique_ptr<CheckpointWorld>>();  // owner: the closure
  return {name,
          "checkpoints/s",
          question,
          [=, store = std::string(store)] {
            if (!*all) {
              *all = std::make_unique<CheckpointWorld>(
                  programs, std::vector<std::string>{"--attach", "raw", "--store-type", store,
                                                     "--max-concurrency", "64"});
            }
            return checkpoint_all(**all);
          },
          1,
          [=] { all->reset(); }};
}

// ---- Starts, and what waiting costs ----

/// What /metrics says of `name`.
std::uint64_t metric(HttpLoad& load, std::string_view name) {
  const std::string text = load.one(make_request("GET", "/metrics", "", ""));
  const std::string line = "\n" + std::string(name) + " ";
  const std::size_t at = text.find(line);
  if (at == std::string::npos) throw std::runtime_error("/metrics has no " + std::string(name));
  return std::stoull(text.substr(at + line.size()));
}

/// Until `count` executions have started their only wait and have been left: each has made one
/// checkpoint, and nothing is invoked.
void await_asleep(HttpLoad& load, std::uint64_t count) {
  while (metric(load, "durable_server_checkpoints_total") < count) ::usleep(20'000);
}

void start_asleep(HttpLoad& load, std::uint64_t count) {
  std::uint64_t sent = 0;
  const std::string request = invoke_request("asleep", "Event", "null");
  load.run([&](std::size_t) { return sent++ < count ? request : std::string(); },
           [](std::size_t, const LoadReply& reply) { require(reply, 202, ""); });
  await_asleep(load, count);
}

Workload empty_start(const ServerPrograms& programs) {
  return {"server_start_empty", "starts/s", "How fast does an empty server get ready?", [=] {
            const Folder folder;
            const ServerUnderLoad server(programs.server, {"--store-path", folder.file()});
            return std::uint64_t{1};
          }};
}

Workload sleeping_start(const ServerPrograms& programs) {
  auto folder = std::make_shared<std::unique_ptr<Folder>>();  // owner: the closure
  return {"server_start_10k",
          "starts/s",
          "How fast does a server get ready whose file has 10,000 executions asleep in a wait, and "
          "how much memory does it take with them?",
          [=] {
            const std::vector<std::string> arguments{"--function", "asleep=" + programs.function,
                                                     "--store-path"};
            if (!*folder) {
              *folder = std::make_unique<Folder>();
              std::vector<std::string> first = arguments;
              first.push_back((*folder)->file());
              ServerUnderLoad server(programs.server, first);
              HttpLoad load(server.port(), 16);
              start_asleep(load, sleeping_executions);
            }
            std::vector<std::string> again = arguments;
            again.push_back((*folder)->file());
            const ServerUnderLoad server(programs.server, again);
            return std::uint64_t{1};
          },
          1,
          [=] { folder->reset(); }};
}

Workload held(const ServerPrograms& programs) {
  auto world = std::make_shared<std::unique_ptr<World>>();  // owner: the closure
  return {"server_held_1k",
          "invokes/s",
          "How much memory do 1,000 synchronous invokes take that are held for a wait of a second?",
          [=] {
            if (!*world) {
              *world = std::make_unique<World>(
                  programs, std::vector<std::string>{"--function", "nap=" + programs.function},
                  held_invokes);
            }
            return invoke_all(**world, "nap", "null", "null", held_invokes);
          },
          1,
          [=] { world->reset(); }};
}

}  // namespace

std::vector<Workload> server_workloads(const ServerPrograms& programs) {
  return {
      invokes(programs, "server_hello_c1",
              "How many synchronous invokes of a one-step function does one client get answered "
              "in a second, each checkpoint safe on disk?",
              1, 200),
      invokes(programs, "server_hello_c16", "The same for 16 clients and 16 processes.", 16, 800),
      steps_1k(programs),
      checkpoints(programs, "server_checkpoints_c64_memory", "memory",
                  "How many raw checkpoint calls of 64 clients are answered in a second?"),
      checkpoints(programs, "server_checkpoints_c64", "sqlite", "The same, safe on disk."),
      empty_start(programs),
      sleeping_start(programs),
      held(programs),
  };
}

}  // namespace durable::bench
