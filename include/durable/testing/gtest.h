// SPDX-License-Identifier: Apache-2.0
//
// GoogleTest integration: DURABLE_TEST, DURABLE_CRASH_TEST, matchers, and how results print. The
// only header that needs GoogleTest.
#pragma once

#include <durable/testing/cloud_runner.h>
#include <durable/testing/explore.h>
#include <durable/testing/replay.h>
#include <durable/testing/test_runner.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

namespace durable {

/// What a DURABLE_TEST states: its function, once for each mode.
struct DurableTestOptions {
  /// The function under test; required in local mode.
  std::optional<Handler> handler = {};
  /// The name that selects the deployed function; required in cloud mode.
  std::string lambda_function_name = {};
  /// How the local runner runs it. A `seed` of 0 is replaced by `DURABLE_SEED`, or by one made from
  /// the test's name.
  LocalRunnerOptions local = {};
  /// How a DURABLE_CRASH_TEST explores, and a DURABLE_TEST under `--explore-crashes`.
  ExploreOptions explore = {};
  /// How the cloud runner runs it.
  CloudRunnerOptions cloud = {};
};

/// Reads the arguments that are this library's, and removes them:
///
/// - `--runner-mode=local` or `--runner-mode=cloud`, also as two words: where the functions of all
///   DURABLE_TESTs run. The environment does the same: DURABLE_RUNNER_MODE=cloud.
/// - `-k TEXT`: of the tests that GoogleTest's own filter leaves, only those run whose name
/// contains
///   TEXT, whatever its case and its underscores; `test_` in front may be there or not.
/// - `--explore-crashes`: every DURABLE_TEST is a crash test. The environment does the same:
///   DURABLE_EXPLORE_CRASHES=1.
///
/// `--help` is answered and left, so that GoogleTest answers too. An argument that is wrong ends
/// the program with exit code 2 and a message.
///
/// For a `main` of your own, before `testing::InitGoogleTest`; `durable::gtest_main` has one. With
/// another `main` there are the variables of the environment.
void init(int* argc, char** argv);

/// The fixture behind DURABLE_TEST and DURABLE_CRASH_TEST.
class DurableTest : public ::testing::Test {
 protected:
  // The body of a test stands in the user's namespace; these names are what it talks about.
  using InvocationStatus = ::durable::InvocationStatus;
  using OperationStatus = ::durable::OperationStatus;
  using OperationType = ::durable::OperationType;
  using RunnerMode = ::durable::RunnerMode;

  /// When the body is run once for each thing that can go wrong.
  enum class Explore : std::uint8_t { if_asked, always };

  explicit DurableTest(DurableTestOptions options, Explore explore = Explore::if_asked)
      : options_(std::move(options)), explore_(explore) {}

  /// The body that the user wrote.
  virtual void run_durable_body(DurableTestRunner& durable_runner) = 0;

 private:
  void TestBody() final;
  void run_locally();
  void run_in_cloud();
  void run_recorded(DurableTestRunner& runner);
  void run_to_end(DurableTestRunner& runner);

  DurableTestOptions options_;
  Explore explore_;
};

namespace detail {
/// What `options` lack for `mode`, as the message of the failing test; empty when nothing is
/// missing.
[[nodiscard]] std::string missing_option(RunnerMode mode, const DurableTestOptions& options);

/// Fails the test when a script of `runner` was not used, and says what came instead.
void expect_scripts_used(const DurableFunctionTestRunner& runner);

/// The seed of a test: `DURABLE_SEED` where it is set, else made from the test's full name.
[[nodiscard]] std::uint64_t test_seed(const std::string& full_name);

/// Whether the environment asks for crash exploration, or for one run of it, in every DURABLE_TEST.
[[nodiscard]] bool exploration_asked_for();

/// Explores within the present test: each failure names its schedule, and the first one ends the
/// exploration unless `options` say otherwise.
void explore_in_test(const Handler& handler, const LocalRunnerOptions& local,
                     const ExploreOptions& options, const ExploreBody& body);
}  // namespace detail

/// Matches a result whose execution SUCCEEDED. The failure text shows the tree of operations.
[[nodiscard]] ::testing::Matcher<const DurableFunctionTestResult&> Succeeded();

/// Matches a result whose execution TIMED_OUT.
[[nodiscard]] ::testing::Matcher<const DurableFunctionTestResult&> TimedOut();

/// Matches a result whose execution was STOPPED.
[[nodiscard]] ::testing::Matcher<const DurableFunctionTestResult&> Stopped();

/// Matches a result whose execution FAILED with an error of this type, e.g. `StepError`. A type
/// without `::` also matches the last part of a qualified one (`PaymentError` matches
/// `shop::PaymentError`).
[[nodiscard]] ::testing::Matcher<const DurableFunctionTestResult&> FailedWith(
    std::string error_type);

/// As above, and with a message that `message` matches, e.g. `HasSubstr("card")`.
[[nodiscard]] ::testing::Matcher<const DurableFunctionTestResult&> FailedWith(
    std::string error_type, ::testing::Matcher<std::string> message);

/// Matches an operation that SUCCEEDED in its first attempt, and whose body is not recorded a
/// second time.
[[nodiscard]] ::testing::Matcher<const TestOperation&> CompletedOnce();

/// Matches a step that SUCCEEDED in attempt `attempt`, counted from 1.
[[nodiscard]] ::testing::Matcher<const TestOperation&> SucceededOnAttempt(std::int64_t attempt);

/// Matches an operation with this status.
[[nodiscard]] ::testing::Matcher<const TestOperation&> HasStatus(OperationStatus status);

namespace detail {

void explain_result(const DurableFunctionTestResult& result, std::ostream* out);

/// Reads the result as a `T` and hands it to an inner matcher; a result that is no `T` does not
/// match.
template <class T>
class HasResultMatcher {
 public:
  using is_gtest_matcher = void;

  explicit HasResultMatcher(::testing::Matcher<const T&> inner) : inner_(std::move(inner)) {}

  template <class Subject>  // DurableFunctionTestResult or TestOperation
  bool MatchAndExplain(const Subject& subject, ::testing::MatchResultListener* listener) const {
    const bool readable = subject.raw_result().has_value();
    if (!readable) {
      *listener << "which has no result; ";
      if constexpr (std::is_same_v<Subject, DurableFunctionTestResult>) {
        if (listener->IsInterested()) explain_result(subject, listener->stream());
      }
      return false;
    }
    try {
      const T value = subject.template result<T>();
      *listener << "whose result is " << ::testing::PrintToString(value) << " ";
      return inner_.MatchAndExplain(value, listener);
    } catch (const ResultLookupError& error) {
      *listener << error.what();
      return false;
    }
  }
  void DescribeTo(std::ostream* out) const {
    *out << "has a result that ";
    inner_.DescribeTo(out);
  }
  void DescribeNegationTo(std::ostream* out) const {
    *out << "has no result that ";
    inner_.DescribeTo(out);
  }

 private:
  ::testing::Matcher<const T&> inner_;
};

template <class V>
struct ResultValue {
  using type = std::decay_t<V>;
};
template <>
struct ResultValue<const char*> {
  using type = std::string;
};
template <>
struct ResultValue<char*> {
  using type = std::string;
};
template <>
struct ResultValue<std::string_view> {
  using type = std::string;
};

}  // namespace detail

/// Matches a result, of an execution or an operation, that reads as a `T` and that `inner` matches:
/// `HasResult<Receipt>(Field(&Receipt::total_cents, Gt(0)))`.
template <class T, class Inner>
[[nodiscard]] auto HasResult(const Inner& inner) {
  return detail::HasResultMatcher<T>(::testing::SafeMatcherCast<const T&>(inner));
}

/// Matches a result that equals `value`: `HasResult("Hello World!")`, `HasResult(42)`.
template <class V>
[[nodiscard]] auto HasResult(const V& value) {
  using T = typename detail::ResultValue<std::decay_t<const V&>>::type;
  static_assert(
      json::is_codable<T>,
      "HasResult(value) compares with a value; for a matcher name the type: HasResult<T>(matcher)");
  return detail::HasResultMatcher<T>(::testing::Matcher<const T&>(::testing::Eq(T(value))));
}

namespace detail {
class ReplayMatcher {
 public:
  using is_gtest_matcher = void;

  template <class Report>  // ReplayReport or ReplayReports
  bool MatchAndExplain(const Report& report, ::testing::MatchResultListener*) const {
    return report.ok();
  }
  void DescribeTo(std::ostream* out) const { *out << "replays without divergence"; }
  void DescribeNegationTo(std::ostream* out) const { *out << "does not replay"; }
};
}  // namespace detail

/// Matches a replay, or the replays of a folder, in which the code did what is recorded. The
/// failure text is that of the report.
[[nodiscard]] inline detail::ReplayMatcher ReplaysWithoutDivergence() { return {}; }

/// The report in words.
void PrintTo(const ReplayReport& report, std::ostream* out);
/// The reports that are not clean, in words.
void PrintTo(const ReplayReports& reports, std::ostream* out);

/// How values show in GoogleTest's messages: a result as its tree of operations.
void PrintTo(const DurableFunctionTestResult& result, std::ostream* out);
/// An operation as its type, path, status, attempts and error.
void PrintTo(const TestOperation& operation, std::ostream* out);
/// The service's word.
void PrintTo(InvocationStatus status, std::ostream* out);
/// `local` or `cloud`.
void PrintTo(RunnerMode mode, std::ostream* out);

namespace wire {
/// The service's word.
void PrintTo(OperationStatus status, std::ostream* out);
/// The service's word.
void PrintTo(OperationType type, std::ostream* out);
/// The service's word.
void PrintTo(EventType type, std::ostream* out);
/// Type and message.
void PrintTo(const ErrorObject& error, std::ostream* out);
}  // namespace wire

}  // namespace durable

/// Defines a GoogleTest test of a durable function; the runner of the chosen mode is
/// `durable_runner` in its body.
///
///     DURABLE_TEST(HelloWorld, Greets, .handler = hello_world, .lambda_function_name = "hello
///     world") {
///       auto result = durable_runner.run("World");
///       EXPECT_THAT(result, durable::HasResult("Hello World!"));
///     }
///
/// The options are those of `durable::DurableTestOptions`, in the order of their declaration.
#define DURABLE_TEST(suite, name, ...) \
  DURABLE_DETAIL_TEST(suite, name, Explore::if_asked, __VA_ARGS__)

/// Defines a GoogleTest test that proves a durable function against crashes: its body runs once
/// undisturbed, then once for each checkpoint and each thing that can go wrong there, each time
/// with a fresh runner. Local mode only.
///
///     DURABLE_CRASH_TEST(Order, ChargesOnceWhereverTheProcessDies, .handler = order_workflow) {
///       PaymentFake payments;
///       auto result = durable_runner.run(Order{.id = "7"});
///       EXPECT_THAT(result, durable::Succeeded());
///       EXPECT_EQ(payments.charges(), 1);
///     }
///
/// The first run that fails ends the test; its failures show the schedule, and the environment
/// variable DURABLE_SCHEDULE with the schedule's text makes that run alone. What is checked besides
/// the assertions is said at `durable::explore_crashes`, what is explored at
/// `durable::ExploreOptions`.
#define DURABLE_CRASH_TEST(suite, name, ...) \
  DURABLE_DETAIL_TEST(suite, name, Explore::always, __VA_ARGS__)

#define DURABLE_DETAIL_TEST(suite, name, when, ...)                                             \
  class suite##_##name##_DurableTest final : public ::durable::DurableTest {                    \
   public:                                                                                      \
    suite##_##name##_DurableTest()                                                              \
        : DurableTest(::durable::DurableTestOptions{__VA_ARGS__}, when) {}                      \
                                                                                                \
   private:                                                                                     \
    void run_durable_body(::durable::DurableTestRunner& durable_runner) override;               \
    static const ::testing::TestInfo* const registered_;                                        \
  };                                                                                            \
  [[maybe_unused]] const ::testing::TestInfo* const suite##_##name##_DurableTest::registered_ = \
      ::testing::RegisterTest(                                                                  \
          #suite, #name, nullptr, nullptr, __FILE__, __LINE__,                                  \
          []() -> ::testing::Test* { return new suite##_##name##_DurableTest; });               \
  void suite##_##name##_DurableTest::run_durable_body(                                          \
      [[maybe_unused]] ::durable::DurableTestRunner& durable_runner)
