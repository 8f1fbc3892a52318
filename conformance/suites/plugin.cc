// SPDX-License-Identifier: Apache-2.0
#include <durable/wire/names.h>

#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/suites/support.h"

namespace durable::conformance {
namespace {

std::string iso(std::optional<Timestamp> time) {
  const Result<std::string> text = json::encode(*time);
  return json::decode<std::string>(text.value()).value();
}

std::string_view token(InvocationVerdict verdict) {
  switch (verdict) {
    case InvocationVerdict::succeeded:
      return "SUCCEEDED";
    case InvocationVerdict::failed:
      return "FAILED";
    case InvocationVerdict::pending:
      return "PENDING";
    case InvocationVerdict::invocation_failed:
      break;
  }
  return "RETRYING";
}
std::string_view token(UserFunctionOutcome outcome) {
  switch (outcome) {
    case UserFunctionOutcome::succeeded:
      return "SUCCEEDED";
    case UserFunctionOutcome::failed:
      return "FAILED";
    case UserFunctionOutcome::unfinished:
      break;
  }
  return "UNFINISHED";
}

/// Prints a line of JSON for each hook, in the form that a requirement asks for.
class Printer : public Plugin {
 public:
  explicit Printer(Host& host, std::string name = "CONFPLUGIN")
      : host_(host), name_(std::move(name)) {}

  void on_invocation_start(const InvocationInfo& invocation) override {
    arn_ = std::string(invocation.execution_arn);
  }

 protected:
  [[nodiscard]] json::Value line(std::string_view hook) const {
    json::Value line;
    line.set("plugin", name_);
    line.set("hook", hook);
    return line;
  }
  void print(json::Value line) const {
    line.set("durableExecutionArn", arn_);
    host_.print(line.dump().value());
  }

 private:
  Host& host_;
  std::string name_;
  std::string arn_;
};

class InvocationPrinter : public Printer {
 public:
  using Printer::Printer;
  void on_invocation_start(const InvocationInfo& invocation) override {
    Printer::on_invocation_start(invocation);
    json::Value record = line("invocation-start");
    record.set("first", invocation.first);
    print(std::move(record));
  }
  void on_invocation_end(const InvocationEndInfo& invocation) override {
    json::Value record = line("invocation-end");
    record.set("first", invocation.first);
    record.set("terminal", invocation.verdict == InvocationVerdict::succeeded ||
                               invocation.verdict == InvocationVerdict::failed);
    record.set("status", token(invocation.verdict));
    print(std::move(record));
  }
};

/// Operations, and the runs of their functions, of one type.
class OperationPrinter : public Printer {
 public:
  OperationPrinter(Host& host, wire::OperationType type, std::string name = "CONFPLUGIN")
      : Printer(host, std::move(name)), type_(type) {}

  void on_operation_start(const OperationInfo& operation) override {
    if (operation.type != type_) return;
    json::Value record = line("operation-start");
    describe(record, operation);
    record.set("replay", operation.replayed);
    record.set("pending", !wire::is_terminal(operation.status));
    print(std::move(record));
  }
  void on_operation_end(const OperationInfo& operation) override {
    if (operation.type != type_) return;
    json::Value record = line("operation-end");
    describe(record, operation);
    record.set("status", wire::to_string(operation.status));
    print(std::move(record));
  }
  void on_user_function_start(const UserFunctionInfo& function) override {
    if (function.type != type_) return;
    json::Value record = line("attempt-start");
    record.set("op", function.id);
    record.set("n", function.attempt);
    print(std::move(record));
  }
  void on_user_function_end(const UserFunctionEndInfo& function) override {
    if (function.type != type_) return;
    json::Value record = line("attempt-end");
    record.set("op", function.id);
    record.set("n", function.attempt);
    record.set("outcome", token(function.outcome));
    print(std::move(record));
  }

 private:
  static void describe(json::Value& record, const OperationInfo& operation) {
    record.set("op", operation.id);
    record.set("type", wire::to_string(operation.type));
    if (!operation.name.empty()) record.set("name", operation.name);
  }

  wire::OperationType type_;
};

class ParentPrinter final : public Printer {
 public:
  using Printer::Printer;
  void on_operation_end(const OperationInfo& operation) override {
    json::Value record = line("operation-end");
    record.set("op", operation.id);
    record.set("parent", operation.parent_id.empty() ? "NONE" : operation.parent_id);
    record.set("status", wire::to_string(operation.status));
    print(std::move(record));
  }
};

class BranchPrinter final : public Printer {
 public:
  using Printer::Printer;
  void on_user_function_start(const UserFunctionInfo& function) override {
    if (function.sub_type != "ParallelBranch") return;
    print(describe("fn-start", function));
  }
  void on_user_function_end(const UserFunctionEndInfo& function) override {
    if (function.sub_type != "ParallelBranch") return;
    json::Value record = describe("fn-end", function);
    record.set("outcome", token(function.outcome));
    print(std::move(record));
  }

 private:
  [[nodiscard]] json::Value describe(std::string_view hook, const UserFunctionInfo& function) {
    json::Value record = line(hook);
    record.set("op", function.id);
    record.set("parent", function.parent_id.empty() ? "NONE" : function.parent_id);
    return record;
  }
};

/// Prints every hook's name, and throws from each.
class FaultyPrinter final : public Printer {
 public:
  explicit FaultyPrinter(Host& host) : Printer(host, "CONFPLUGIN-FAULTY") {}
  void on_invocation_start(const InvocationInfo& invocation) override {
    Printer::on_invocation_start(invocation);
    fail("invocation-start");
  }
  void on_invocation_end(const InvocationEndInfo&) override { fail("invocation-end"); }
  void on_operation_start(const OperationInfo&) override { fail("operation-start"); }
  void on_operation_end(const OperationInfo&) override { fail("operation-end"); }
  void on_user_function_start(const UserFunctionInfo& function) override {
    if (function.type == wire::OperationType::step) fail("attempt-start");
  }
  void on_user_function_end(const UserFunctionEndInfo& function) override {
    if (function.type == wire::OperationType::step) fail("attempt-end");
  }

 private:
  void fail(std::string_view hook) const {
    print(line(hook));
    throw std::runtime_error("a faulty plugin");
  }
};

/// All that the hooks are told, under the names of the official dumps.
class DumpingPrinter final : public Printer {
 public:
  DumpingPrinter(Host& host, wire::OperationType type) : Printer(host), type_(type) {}

  void on_invocation_start(const InvocationInfo& invocation) override {
    Printer::on_invocation_start(invocation);
    json::Value record = line("invocation-start");
    describe(record, invocation);
    record.set("updatedOperationsCount", invocation.updated_operations_count);
    print(std::move(record));
  }
  void on_invocation_end(const InvocationEndInfo& invocation) override {
    json::Value record = line("invocation-end");
    describe(record, invocation);
    record.set("status", token(invocation.verdict));
    record.set("terminal", invocation.verdict == InvocationVerdict::succeeded ||
                               invocation.verdict == InvocationVerdict::failed);
    set_error(record, "executionError", invocation.error);
    print(std::move(record));
  }
  void on_operation_start(const OperationInfo& operation) override {
    if (operation.type == type_) print(describe("operation-start", operation));
  }
  void on_operation_end(const OperationInfo& operation) override {
    if (operation.type == type_) print(describe("operation-end", operation));
  }
  void on_user_function_start(const UserFunctionInfo& function) override {
    if (function.type == type_) print(describe("start", function));
  }
  void on_user_function_end(const UserFunctionEndInfo& function) override {
    if (function.type != type_) return;
    json::Value record = describe("end", function);
    record.set("outcome", token(function.outcome));
    set_time(record, "endTimestamp", function.ended);
    set_error(record, "error", function.error);
    print(std::move(record));
  }

 private:
  static void set_time(json::Value& record, std::string_view key, std::optional<Timestamp> time) {
    if (time) record.set(key, iso(time));
  }
  static void set_text(json::Value& record, std::string_view key, std::string_view text) {
    if (!text.empty()) record.set(key, text);
  }
  static void set_error(json::Value& record, std::string_view key, const wire::ErrorObject* error) {
    if (error != nullptr) record.set(key, error->error_message.value_or(""));
  }
  static void describe(json::Value& record, const InvocationInfo& invocation) {
    record.set("isFirstInvocation", invocation.first);
    record.set("requestId", invocation.request_id);
    record.set("operationsCount", invocation.operations_count);
    set_time(record, "executionStartTimestamp", invocation.execution_started);
  }
  [[nodiscard]] json::Value describe(std::string_view hook, const OperationInfo& operation) const {
    json::Value record = line(hook);
    record.set("id", operation.id);
    set_text(record, "name", operation.name);
    record.set("type", wire::to_string(operation.type));
    set_text(record, "subType", operation.sub_type);
    set_text(record, "parentId", operation.parent_id);
    record.set("status", wire::to_string(operation.status));
    set_time(record, "startTimestamp", operation.started);
    set_time(record, "endTimestamp", operation.ended);
    set_error(record, "error", operation.error);
    if (operation.attempt > 0) record.set("attempt", operation.attempt);
    record.set("isReplay", operation.replayed);
    return record;
  }
  /// `at`: `start` or `end`.
  [[nodiscard]] json::Value describe(const std::string& at,
                                     const UserFunctionInfo& function) const {
    const bool context = function.type == wire::OperationType::context;
    json::Value record = line((context ? "fn-" : "attempt-") + at);
    record.set("id", function.id);
    set_text(record, "name", function.name);
    record.set("type", wire::to_string(function.type));
    set_text(record, "subType", function.sub_type);
    set_text(record, "parentId", function.parent_id);
    if (function.attempt > 0) record.set("attempt", function.attempt);
    set_time(record, "startTimestamp", function.started);
    record.set("isReplay", function.replayed);
    if (context) record.set("isReplayingChildren", function.replaying_children);
    return record;
  }

  wire::OperationType type_;
};

// ---- The functions ----

Task<std::string> greet(std::string name, DurableContext& ctx) {
  co_return co_await ctx.step("greet", [&](StepContext& step) {
    step.logger().info("Greeting step running for: " + name);
    return "Hello, " + name + "!";
  });
}

Task<std::string> second_time_lucky(std::string result, DurableContext& ctx) {
  co_return co_await ctx.step("flaky",
                              [&](StepContext& step) {
                                if (step.attempt() == 1)
                                  throw std::runtime_error("first attempt fails");
                                return result;
                              },
                              {.retry = attempts(2)});
}
Task<std::string> flaky(DurableContext& ctx) {
  co_return co_await second_time_lucky("Operation succeeded", ctx);
}
Task<std::string> dumped_flaky(DurableContext& ctx) {
  co_return co_await second_time_lucky("ok", ctx);
}

Task<void> always_fails(DurableContext& ctx) {
  co_await ctx.step("always_fail", [] { throw std::runtime_error("always fails"); },
                    {.retry = retry::none()});
}
Task<void> fails_twice(DurableContext& ctx) {
  co_await ctx.step("always_fail", [] { throw std::runtime_error("always fails"); },
                    {.retry = attempts(2)});
}

Task<std::string> one_wait(DurableContext& ctx) {
  co_await ctx.wait(2s);
  co_return "done";
}
Task<std::string> wait_and_echo(std::string text, DurableContext& ctx) {
  co_await ctx.wait(2s);
  co_return "done-" + text;
}

Task<std::string> greet_in_a_child(std::string name, DurableContext& ctx) {
  co_return co_await ctx.run_in_child_context(
      "child", [&](DurableContext& child) -> Task<std::string> {
        co_return co_await child.step("greet", [&] { return "Hello, " + name + "!"; });
      });
}

Task<std::vector<std::string>> two_branches(DurableContext& ctx) {
  std::vector<Branch<std::string>> branches{
      [](DurableContext&) -> Task<std::string> { co_return "task-1"; },
      [](DurableContext&) -> Task<std::string> { co_return "task-2"; }};
  auto batch = co_await ctx.parallel("parallel", {.max_concurrency = 1}, std::move(branches));
  co_return std::move(batch).results();
}

Task<std::vector<std::string>> two_waits(DurableContext& ctx) {
  std::vector<Branch<std::string>> branches{[](DurableContext& of_branch) -> Task<std::string> {
                                              co_await of_branch.wait("short", 2s);
                                              co_return "short-done";
                                            },
                                            [](DurableContext& of_branch) -> Task<std::string> {
                                              co_await of_branch.wait("long", 8s);
                                              co_return "long-done";
                                            }};
  auto batch = co_await ctx.parallel("waits", {.max_concurrency = 2}, std::move(branches));
  co_return std::move(batch).results();
}

Task<std::string> task_a(DurableContext& ctx) {
  co_return co_await ctx.step("greet", [] { return "task-a"; });
}

Task<std::vector<std::string>> suspended_branch(DurableContext& ctx) {
  std::vector<Branch<std::string>> branches{
      branch("branch-a",
             [](DurableContext& of_branch) -> Task<std::string> {
               co_await of_branch.step("inner", [] { return "x"; });
               co_await of_branch.wait(2s);
               co_return "a-done";
             }),
      branch("branch-b", [](DurableContext&) -> Task<std::string> { co_return "b-done"; })};
  auto batch = co_await ctx.parallel("ctx", {.max_concurrency = 1}, std::move(branches));
  co_return std::move(batch).results();
}

/// `function` with a plugin of type `P`, made from the host and `arguments`.
template <class P, class F, class... A>
std::function<Handler(Host&)> watched(F function, A... arguments) {
  return [=](Host& host) {
    return Handler(function).use_plugin(std::make_shared<P>(host, arguments...));
  };
}

/// Invocations, and the steps.
class HealthyPrinter final : public OperationPrinter {
 public:
  explicit HealthyPrinter(Host& host)
      : OperationPrinter(host, wire::OperationType::step, "CONFPLUGIN-HEALTHY") {}
  void on_invocation_start(const InvocationInfo& invocation) override {
    Printer::on_invocation_start(invocation);
    json::Value record = line("invocation-start");
    record.set("first", invocation.first);
    print(std::move(record));
  }
  void on_invocation_end(const InvocationEndInfo& invocation) override {
    json::Value record = line("invocation-end");
    record.set("status", token(invocation.verdict));
    print(std::move(record));
  }
};

}  // namespace

std::vector<Function> plugin_functions() {
  using wire::OperationType;
  return {{"10-1", watched<InvocationPrinter>(greet)},
          {"10-2", watched<OperationPrinter>(greet, OperationType::step)},
          {"10-3", watched<OperationPrinter>(flaky, OperationType::step)},
          {"10-5",
           [](Host& host) {
             return Handler(greet)
                 .use_plugin(std::make_shared<InvocationPrinter>(host, "CONFPLUGIN-A"))
                 .use_plugin(std::make_shared<InvocationPrinter>(host, "CONFPLUGIN-B"));
           }},
          {"10-6", watched<InvocationPrinter>(one_wait)},
          {"10-7", watched<InvocationPrinter>(always_fails)},
          {"10-10", watched<OperationPrinter>(one_wait, OperationType::wait)},
          {"10-11", watched<ParentPrinter>(greet_in_a_child)},
          {"10-12", watched<BranchPrinter>(two_branches)},
          {"10-15", watched<OperationPrinter>(fails_twice, OperationType::step)},
          {"10-16", watched<InvocationPrinter>(one_wait)},
          {"10-17",
           [](Host& host) {
             return Handler(greet)
                 .use_plugin(std::make_shared<FaultyPrinter>(host))
                 .use_plugin(std::make_shared<HealthyPrinter>(host));
           }},
          {"10-18", watched<OperationPrinter>(two_waits, OperationType::wait)},
          {"10-19", watched<DumpingPrinter>(wait_and_echo, OperationType::execution)},
          {"10-20", watched<DumpingPrinter>(task_a, OperationType::step)},
          {"10-21", watched<DumpingPrinter>(dumped_flaky, OperationType::step)},
          {"10-23", watched<DumpingPrinter>(suspended_branch, OperationType::context)}};
}

}  // namespace durable::conformance
