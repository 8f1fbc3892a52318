// SPDX-License-Identifier: Apache-2.0
#include "lambda/runtime_stand_in.h"

#include <gtest/gtest.h>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <array>
#include <chrono>

namespace durable::fake {
namespace {

constexpr auto patience = std::chrono::seconds{30};
constexpr std::string_view runtime_path = "/2018-06-01/runtime/";

}  // namespace

RuntimeStandIn::RuntimeStandIn(Api api) : api_(std::move(api)) {
  auto listener = server_.listen({}, [this](http::Request request, http::Responder responder) {
    handle(std::move(request), std::move(responder));
  });
  listener_ = std::move(listener).value();
}

RuntimeStandIn::~RuntimeStandIn() {
  listener_.reset();
  waiting_.reset();  // before the server, which it refers to
}

std::string RuntimeStandIn::host_and_port() const {
  return "127.0.0.1:" + std::to_string(listener_->port());
}

void RuntimeStandIn::invoke(std::string request_id, std::string event, http::Headers more) {
  http::Response response;
  response.headers = {{"Lambda-Runtime-Aws-Request-Id", std::move(request_id)}};
  response.headers.insert(response.headers.end(), more.begin(), more.end());
  response.body = std::move(event);
  const std::lock_guard lock(mutex_);
  if (waiting_) {
    waiting_->respond(std::move(response));
    waiting_.reset();
  } else {
    events_.push_back(std::move(response));
  }
}

std::optional<http::Request> RuntimeStandIn::answer() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, patience, [this] { return !answers_.empty(); })) return std::nullopt;
  http::Request first = std::move(answers_.front());
  answers_.pop_front();
  return first;
}

bool RuntimeStandIn::waits() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return waiting_.has_value(); });
}

void RuntimeStandIn::handle(http::Request request, http::Responder responder) {
  if (!request.path().starts_with(runtime_path)) {
    responder.respond(api_ ? api_(request)
                           : http::Response{.status = 404, .headers = {}, .body = {}});
    return;
  }
  const std::lock_guard lock(mutex_);
  if (request.method == "GET") {
    if (events_.empty()) {
      waiting_.emplace(std::move(responder));
    } else {
      responder.respond(std::move(events_.front()));
      events_.pop_front();
    }
  } else {
    answers_.push_back(std::move(request));
    responder.respond({.status = 202, .headers = {}, .body = {}});
  }
  changed_.notify_all();
}

Process::Process(std::vector<std::string> command, std::vector<std::string> environment) {
  std::array<int, 2> pipe_ends{};
  if (pipe(pipe_ends.data()) != 0) {
    ADD_FAILURE() << "no pipe";
    return;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDERR_FILENO);
  posix_spawn_file_actions_addclose(&actions, pipe_ends[0]);
  posix_spawn_file_actions_addclose(&actions, pipe_ends[1]);
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  };
  const int result = posix_spawn(&id_, command.front().c_str(), &actions, nullptr,
                                 pointers(command).data(), pointers(environment).data());
  EXPECT_EQ(result, 0) << "cannot start " << command.front();
  if (result != 0) id_ = -1;
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);
  output_ = pipe_ends[0];
}

Process::~Process() {
  if (id_ > 0 && !status_) {
    signal(SIGKILL);
    static_cast<void>(wait());
  }
  if (output_ >= 0) close(output_);
}

void Process::signal(int number) const {
  if (id_ > 0) kill(id_, number);
}

int Process::wait() {
  if (!status_ && id_ > 0) {
    int status = 0;
    waitpid(id_, &status, 0);
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  return status_.value_or(-1);
}

std::string Process::output() {
  std::string text;
  std::array<char, 4096> part{};
  while (true) {
    const ssize_t size = read(output_, part.data(), part.size());
    if (size <= 0) break;
    text.append(part.data(), static_cast<std::size_t>(size));
  }
  static_cast<void>(wait());
  return text;
}

}  // namespace durable::fake
