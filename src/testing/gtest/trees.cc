// SPDX-License-Identifier: Apache-2.0
#include "testing/gtest/trees.h"

#include <durable/wire/names.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace durable::detail {
namespace {

/// A text that differs from run to run, and what stands for it.
using Replacement = std::pair<std::string, std::string>;

std::vector<Replacement> chosen_by_the_service(const DurableFunctionTestResult& result) {
  std::vector<Replacement> chosen{{result.execution_arn(), "<execution>"}};
  for (const TestOperation& operation : result.get_all_operations()) {
    if (operation.type() == OperationType::callback) {
      chosen.emplace_back(operation.callback_id(), "<callback " + operation.path() + ">");
    }
    if (operation.type() != OperationType::chained_invoke) continue;
    if (auto arn = operation.invoked_execution_arn()) {
      chosen.emplace_back(*std::move(arn), "<execution of " + operation.path() + ">");
    }
  }
  return chosen;
}

void replace_all(std::string& text, const Replacement& replacement) {
  const auto& [from, to] = replacement;
  if (from.empty()) return;
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
}

/// Of an execution or an operation: ` -> RESULT ! TYPE: MESSAGE`, as far as it is there.
std::string outcome(const std::optional<Payload>& result, const ErrorObject* error) {
  std::string text;
  if (result) text += " -> " + result->str();
  if (error != nullptr) {
    text += " ! " + error->error_type.value_or("") + ": " + error->error_message.value_or("");
    if (error->error_data) text += " " + *error->error_data;
  }
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

std::string line_of(const TestOperation& operation) {
  std::string line(wire::to_string(operation.type()));
  if (!operation.sub_type().empty()) line.append(" ").append(operation.sub_type());
  line.append(" \"").append(operation.name()).append("\" ");
  line += wire::to_string(operation.status());
  if (operation.attempts() > 0) line += " attempts " + std::to_string(operation.attempts());
  return line + outcome(operation.raw_result(), operation.error());
}

void add_lines(std::string& text, const std::vector<TestOperation>& roots) {
  struct Pending {
    TestOperation operation;
    std::size_t depth;
  };
  std::vector<Pending> stack;
  const auto push = [&stack](const std::vector<TestOperation>& siblings, std::size_t depth) {
    for (std::size_t i = siblings.size(); i-- > 0;) stack.push_back({siblings[i], depth});
  };
  push(roots, 1);
  while (!stack.empty()) {
    const Pending next = std::move(stack.back());
    stack.pop_back();
    text.append(2 * next.depth, ' ').append(line_of(next.operation)).append("\n");
    push(next.operation.children(), next.depth + 1);
  }
}

class RecordingRunner final : public DurableTestRunner {
 public:
  RecordingRunner(DurableTestRunner& runner, std::filesystem::path file)
      : runner_(runner), file_(std::move(file)) {}

  [[nodiscard]] RunnerMode mode() const noexcept override { return runner_.mode(); }
  DurableFunctionTestResult run_payload(std::optional<Payload> input,
                                        const RunOptions& options) override {
    return record(runner_.run_payload(std::move(input), options));
  }
  [[nodiscard]] std::string start(std::optional<Payload> input,
                                  const RunOptions& options) override {
    return runner_.start(std::move(input), options);
  }
  DurableFunctionTestResult wait_for_result(std::string_view execution_arn,
                                            RunOptions options) override {
    return record(runner_.wait_for_result(execution_arn, std::move(options)));
  }
  [[nodiscard]] std::string wait_for_callback(std::string_view execution_arn, std::string_view name,
                                              CallbackLookup lookup) override {
    return runner_.wait_for_callback(execution_arn, name, lookup);
  }
  void send_callback_success_payload(std::string_view callback_id,
                                     std::optional<Payload> result) override {
    runner_.send_callback_success_payload(callback_id, std::move(result));
  }
  void send_callback_failure(std::string_view callback_id, const ErrorObject& error) override {
    runner_.send_callback_failure(callback_id, error);
  }
  void send_callback_heartbeat(std::string_view callback_id) override {
    runner_.send_callback_heartbeat(callback_id);
  }
  [[nodiscard]] DurableFunctionTestRunner& local() override { return runner_.local(); }

 private:
  DurableFunctionTestResult record(DurableFunctionTestResult result) {
    std::ofstream out(file_, recorded_++ == 0 ? std::ios::trunc : std::ios::app);
    out << canonical_tree(result);
    out.flush();
    if (!out) {
      throw std::runtime_error(std::string(record_trees_variable) + ": cannot write " +
                               file_.string());
    }
    return result;
  }

  DurableTestRunner& runner_;
  std::filesystem::path file_;
  std::size_t recorded_ = 0;
};

}  // namespace

std::string canonical_tree(const DurableFunctionTestResult& result) {
  std::string text = "execution " + std::string(to_string(result.status())) +
                     outcome(result.raw_result(), result.error()) + "\n";
  add_lines(text, result.operations());
  for (const Replacement& replacement : chosen_by_the_service(result)) {
    replace_all(text, replacement);
  }
  return text;
}

std::unique_ptr<DurableTestRunner> record_trees(const Variables& variables,
                                                const std::string& full_name,
                                                DurableTestRunner& runner) {
  const std::optional<std::string> folder = variables(record_trees_variable);
  if (!folder) return nullptr;
  std::error_code error;
  std::filesystem::create_directories(*folder, error);
  if (error) {
    throw std::runtime_error(std::string(record_trees_variable) + ": cannot make the folder " +
                             *folder + ": " + error.message());
  }
  return std::make_unique<RecordingRunner>(runner,
                                           std::filesystem::path(*folder) / (full_name + ".txt"));
}

}  // namespace durable::detail
