// SPDX-License-Identifier: Apache-2.0
#include "functions/host_fixture.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

namespace durable::functions {

bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    ::poll(nullptr, 0, 1);
  }
  return false;
}

Watched::Watched(pid_t pid) : process_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {
  EXPECT_TRUE(process_) << "there is no process " << pid;
}

bool Watched::ends() {
  struct pollfd ended {
    process_.get(), POLLIN, 0
  };
  return ::poll(&ended, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) == 1;
}

bool Watched::has_ended() {
  struct pollfd ended {
    process_.get(), POLLIN, 0
  };
  return ::poll(&ended, 1, 0) == 1;
}

HostTest::HostTest() {
  options_.endpoint_url = "http://127.0.0.1:1";
  options_.stop_grace = patience;  // a test that needs force says so
  host_ = std::make_unique<Host>(server_, options_);
}

FunctionSpec HostTest::fake(const std::string& start) {
  FunctionSpec spec;
  spec.name = "f";
  spec.arn = "arn:aws:lambda:us-east-1:123456789012:function:f:7";
  spec.command = {DURABLE_FAKE_FUNCTION, start};
  spec.init_timeout = patience;
  return spec;
}

FunctionSpec HostTest::one_process() {
  FunctionSpec spec = fake();
  spec.concurrency_max = 1;
  return spec;
}

FunctionSpec HostTest::attached() {
  FunctionSpec spec = fake();
  spec.command.clear();
  return spec;
}

void HostTest::add(FunctionSpec spec) {
  const Result<void> added = host_->add(std::move(spec));
  ASSERT_TRUE(added) << added.error().message;
}

std::future<Outcome> HostTest::start(const std::string& payload, const std::string& request_id) {
  auto promise = std::make_shared<std::promise<Outcome>>();
  std::future<Outcome> future = promise->get_future();
  Event event;
  event.request_id = request_id;
  event.payload = payload;
  host_->invoke("f", std::move(event),
                [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
  return future;
}

Outcome HostTest::wait(std::future<Outcome> outcome) {
  if (outcome.wait_for(patience) == std::future_status::ready) return outcome.get();
  ADD_FAILURE() << "the invocation does not end";
  return Failure{};
}

std::string HostTest::answer(const std::string& payload) {
  const Outcome outcome = wait(start(payload));
  if (const auto* answer = std::get_if<Answer>(&outcome)) return answer->payload;
  ADD_FAILURE() << payload << ": " << std::get<Failure>(outcome).error_type << " "
                << std::get<Failure>(outcome).error_message;
  return {};
}

Failure HostTest::failure(const std::string& payload, const std::string& request_id) {
  const Outcome outcome = wait(start(payload, request_id));
  if (const auto* failure = std::get_if<Failure>(&outcome)) return *failure;
  ADD_FAILURE() << payload << " answered " << std::get<Answer>(outcome).payload;
  return {};
}

FunctionState HostTest::state() const { return host_->state("f").value_or(FunctionState{}); }

}  // namespace durable::functions
