// SPDX-License-Identifier: Apache-2.0
//
// A plugin and a logger that keep what they are told, in words.
#pragma once

#include <durable/durable.h>
#include <durable/wire/names.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace durable::test {

inline std::string named(std::string_view type, std::string_view id, std::string_view name) {
  std::string text(type);
  text.append(" ").append(id);
  if (!name.empty()) text.append(" \"").append(name).append("\"");
  return text;
}

/// Each hook as a line: `operation-start STEP 1 "charge"`.
class RecordingPlugin final : public Plugin {
 public:
  std::vector<std::string> lines;
  std::map<std::string, int> starts;  ///< of operations, without `replayed`, by id
  std::map<std::string, int> ends;    ///< of operations, by id
  std::function<void(const OperationInfo&)> on_end;
  std::function<void(const OperationInfo&)> on_start;
  std::function<void(const UserFunctionEndInfo&)> on_function_end;

  void on_invocation_start(const InvocationInfo& info) override {
    lines.push_back(std::string("invocation-start") + (info.first ? " first" : ""));
  }
  void on_invocation_end(const InvocationEndInfo& info) override {
    constexpr std::string_view words[] = {"SUCCEEDED", "FAILED", "PENDING", "to Lambda"};
    lines.push_back("invocation-end " + std::string(words[static_cast<std::size_t>(info.verdict)]));
  }
  void on_operation_start(const OperationInfo& info) override {
    if (!info.replayed) ++starts[std::string(info.id)];
    lines.push_back("operation-start " + words_of(info) + (info.replayed ? " replayed" : ""));
    if (on_start) on_start(info);
  }
  void on_operation_end(const OperationInfo& info) override {
    ++ends[std::string(info.id)];
    lines.push_back("operation-end " + words_of(info) + " " +
                    std::string(wire::to_string(info.status)));
    if (on_end) on_end(info);
  }
  void on_operation_change(const OperationChangeInfo& info) override {
    std::string line = "change";
    for (const OperationInfo& operation : info.operations) {
      line +=
          " " + std::string(operation.id) + "=" + std::string(wire::to_string(operation.status));
    }
    lines.push_back(line);
  }
  void on_user_function_start(const UserFunctionInfo& info) override {
    lines.push_back("function-start " + words_of(info));
  }
  void on_user_function_end(const UserFunctionEndInfo& info) override {
    constexpr std::string_view words[] = {"succeeded", "failed", "unfinished"};
    lines.push_back("function-end " + words_of(info) + " " +
                    std::string(words[static_cast<std::size_t>(info.outcome)]));
    if (on_function_end) on_function_end(info);
  }

 private:
  static std::string words_of(const OperationInfo& info) {
    return named(wire::to_string(info.type), info.id, info.name);
  }
  static std::string words_of(const UserFunctionInfo& info) {
    if (info.type == wire::OperationType::execution) return "handler";
    std::string text = named(wire::to_string(info.type), info.id, info.name);
    if (info.attempt > 0) text += " #" + std::to_string(info.attempt);
    return text;
  }
};

/// The messages, and the fields of the last line as text.
class LineLogger final : public Logger {
 public:
  std::vector<std::string> lines;
  std::map<std::string, std::string> fields;

  [[nodiscard]] bool enabled(LogLevel) const noexcept override { return true; }
  void write(const LogRecord& record) noexcept override {
    lines.emplace_back(record.message);
    fields.clear();
    for (const LogField& field : record.fields) {
      fields[std::string(field.key)] = field.value.to_text();
    }
  }
};

}  // namespace durable::test
