// SPDX-License-Identifier: Apache-2.0
#include <durable/wire/names.h>

#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>

namespace {

namespace wire = durable::wire;

/// `names` are those of the enumerators before `unknown`, in order.
template <class E>
void expect_names(std::initializer_list<std::string_view> names) {
  ASSERT_EQ(names.size(), static_cast<std::size_t>(E::unknown));
  std::size_t i = 0;
  for (const std::string_view name : names) {
    const auto value = static_cast<E>(i++);
    EXPECT_EQ(wire::to_string(value), name);
    EXPECT_EQ(wire::from_string<E>(name), value) << name;
  }
  for (const std::string_view name : {"", "new", "NEW_VALUE", "started", "Started ", "UNKNOWN"}) {
    EXPECT_EQ(wire::from_string<E>(name), E::unknown) << name;
  }
}

TEST(Names, OfOperationTypes) {
  expect_names<wire::OperationType>(
      {"EXECUTION", "CONTEXT", "STEP", "WAIT", "CALLBACK", "CHAINED_INVOKE"});
}

TEST(Names, OfOperationActions) {
  expect_names<wire::OperationAction>({"START", "SUCCEED", "FAIL", "RETRY", "CANCEL"});
}

TEST(Names, OfOperationStatuses) {
  expect_names<wire::OperationStatus>(
      {"STARTED", "PENDING", "READY", "SUCCEEDED", "FAILED", "CANCELLED", "TIMED_OUT", "STOPPED"});
}

TEST(Names, OfExecutionStatuses) {
  expect_names<wire::ExecutionStatus>({"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED"});
}

TEST(Names, OfInvocationOutcomes) {
  expect_names<wire::InvocationOutputStatus>({"SUCCEEDED", "FAILED", "PENDING"});
}

TEST(Names, OfInvocationTypes) {
  expect_names<wire::InvocationType>({"RequestResponse", "Event", "DryRun"});
}

TEST(Names, OfEventTypes) {
  expect_names<wire::EventType>(
      {"ExecutionStarted",       "ExecutionSucceeded",  "ExecutionFailed",
       "ExecutionTimedOut",      "ExecutionStopped",    "ContextStarted",
       "ContextSucceeded",       "ContextFailed",       "WaitStarted",
       "WaitSucceeded",          "WaitCancelled",       "StepStarted",
       "StepSucceeded",          "StepFailed",          "ChainedInvokeStarted",
       "ChainedInvokeSucceeded", "ChainedInvokeFailed", "ChainedInvokeTimedOut",
       "ChainedInvokeStopped",   "CallbackStarted",     "CallbackSucceeded",
       "CallbackFailed",         "CallbackTimedOut",    "InvocationCompleted"});
}

}  // namespace
