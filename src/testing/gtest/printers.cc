// SPDX-License-Identifier: Apache-2.0
#include <durable/testing/gtest.h>
#include <durable/wire/names.h>

#include <ostream>

namespace durable {

void PrintTo(const DurableFunctionTestResult& result, std::ostream* out) {
  *out << "\n";
  result.print(*out);
}

void PrintTo(const TestOperation& operation, std::ostream* out) {
  *out << wire::to_string(operation.type()) << " \"" << operation.path() << "\" "
       << wire::to_string(operation.status());
  if (operation.type() == OperationType::step) *out << ", attempts " << operation.attempts();
  if (operation.error() != nullptr) {
    *out << ", error ";
    wire::PrintTo(*operation.error(), out);
  }
}

void PrintTo(const ReplayReport& report, std::ostream* out) { *out << report.to_string(); }

void PrintTo(const ReplayReports& reports, std::ostream* out) { *out << reports.to_string(); }

void PrintTo(InvocationStatus status, std::ostream* out) { *out << to_string(status); }

void PrintTo(RunnerMode mode, std::ostream* out) {
  *out << (mode == RunnerMode::local ? "local" : "cloud");
}

void wire::PrintTo(OperationStatus status, std::ostream* out) { *out << to_string(status); }
void wire::PrintTo(OperationType type, std::ostream* out) { *out << to_string(type); }
void wire::PrintTo(EventType type, std::ostream* out) { *out << to_string(type); }
void wire::PrintTo(const ErrorObject& error, std::ostream* out) {
  *out << error.error_type.value_or("(no type)") << ": "
       << error.error_message.value_or("(no message)");
}

}  // namespace durable
