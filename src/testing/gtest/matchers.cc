// SPDX-License-Identifier: Apache-2.0
#include <durable/testing/gtest.h>
#include <durable/wire/names.h>

#include <ostream>

namespace durable {
namespace {

using ::testing::Matcher;
using ::testing::MatcherInterface;
using ::testing::MatchResultListener;

bool is_type(std::string_view found, std::string_view wanted) {
  if (found == wanted) return true;
  if (wanted.find("::") != std::string_view::npos || found.size() < wanted.size() + 2) return false;
  return found.ends_with(wanted) && found.substr(0, found.size() - wanted.size()).ends_with("::");
}

class StatusMatcher : public MatcherInterface<const DurableFunctionTestResult&> {
 public:
  explicit StatusMatcher(InvocationStatus wanted) : wanted_(wanted) {}

  bool MatchAndExplain(const DurableFunctionTestResult& result,
                       MatchResultListener* listener) const override {
    if (result.status() == wanted_) return true;
    *listener << "which is " << to_string(result.status());
    return false;
  }
  void DescribeTo(std::ostream* out) const override {
    *out << "is an execution that is " << to_string(wanted_);
  }

 private:
  InvocationStatus wanted_;
};

class FailedWithMatcher : public MatcherInterface<const DurableFunctionTestResult&> {
 public:
  FailedWithMatcher(std::string type, std::optional<Matcher<std::string>> message)
      : type_(std::move(type)), message_(std::move(message)) {}

  bool MatchAndExplain(const DurableFunctionTestResult& result,
                       MatchResultListener* listener) const override {
    if (result.status() != InvocationStatus::failed || result.error() == nullptr) {
      *listener << "which is " << to_string(result.status());
      return false;
    }
    const std::string found = result.error()->error_type.value_or("");
    if (!is_type(found, type_)) {
      *listener << "whose error type is \"" << found << "\"";
      return false;
    }
    if (!message_) return true;
    const std::string text = result.error()->error_message.value_or("");
    *listener << "whose error message is \"" << text << "\" ";
    return message_->MatchAndExplain(text, listener);
  }
  void DescribeTo(std::ostream* out) const override {
    *out << "is an execution that is FAILED with error type \"" << type_ << "\"";
    if (message_) {
      *out << " and a message that ";
      message_->DescribeTo(out);
    }
  }

 private:
  std::string type_;
  std::optional<Matcher<std::string>> message_;
};

class OperationMatcher : public MatcherInterface<const TestOperation&> {
 public:
  OperationMatcher(OperationStatus status, std::optional<std::int64_t> attempts)
      : status_(status), attempts_(attempts) {}

  bool MatchAndExplain(const TestOperation& operation,
                       MatchResultListener* listener) const override {
    if (operation.status() != status_) {
      *listener << "which is " << wire::to_string(operation.status());
      return false;
    }
    const bool counts = operation.type() == OperationType::step;
    if (attempts_ && counts && operation.attempts() != *attempts_) {
      *listener << "which took " << operation.attempts() << " attempts";
      return false;
    }
    return true;
  }
  void DescribeTo(std::ostream* out) const override {
    *out << "is an operation that is " << wire::to_string(status_);
    if (attempts_) *out << " in attempt " << *attempts_;
  }

 private:
  OperationStatus status_;
  std::optional<std::int64_t> attempts_;
};

}  // namespace

void detail::explain_result(const DurableFunctionTestResult& result, std::ostream* out) {
  if (out == nullptr) return;
  *out << "\n";
  result.print(*out);
}

Matcher<const DurableFunctionTestResult&> Succeeded() {
  return ::testing::MakeMatcher(new StatusMatcher(InvocationStatus::succeeded));
}
Matcher<const DurableFunctionTestResult&> TimedOut() {
  return ::testing::MakeMatcher(new StatusMatcher(InvocationStatus::timed_out));
}
Matcher<const DurableFunctionTestResult&> Stopped() {
  return ::testing::MakeMatcher(new StatusMatcher(InvocationStatus::stopped));
}
Matcher<const DurableFunctionTestResult&> FailedWith(std::string error_type) {
  return ::testing::MakeMatcher(new FailedWithMatcher(std::move(error_type), std::nullopt));
}
Matcher<const DurableFunctionTestResult&> FailedWith(std::string error_type,
                                                     Matcher<std::string> message) {
  return ::testing::MakeMatcher(new FailedWithMatcher(std::move(error_type), std::move(message)));
}
Matcher<const TestOperation&> CompletedOnce() { return SucceededOnAttempt(1); }
Matcher<const TestOperation&> SucceededOnAttempt(std::int64_t attempt) {
  return ::testing::MakeMatcher(new OperationMatcher(OperationStatus::succeeded, attempt));
}
Matcher<const TestOperation&> HasStatus(OperationStatus status) {
  return ::testing::MakeMatcher(new OperationMatcher(status, std::nullopt));
}

}  // namespace durable
