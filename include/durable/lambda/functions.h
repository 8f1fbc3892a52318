// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/lambda/plain.h>
#include <durable/sdk/handler.h>
#include <durable/sdk/invocation.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace durable::lambda {

/// How a process runs.
struct Options {
  std::string handler;  ///< Of several functions, the one to run; empty: as `_HANDLER` says.
  BatchOptions batch;
  WorkerOptions workers;
};

/// The functions that one program holds. Which one a process runs is told by the program's first
/// argument, as in container images (`CMD`), or else by the variable `_HANDLER`, which Lambda sets
/// to the property `Handler` of the Lambda function.
///
/// \code
/// int main(int argc, char** argv) {
///   durable::lambda::Functions functions;
///   functions.add("process_order", process_order);
///   functions.add_plain("ping", [] { return std::string("pong"); });
///   return functions.run(argc, argv);
/// }
/// \endcode
class Functions {
 public:
  struct Entry {
    std::string name;
    std::variant<Handler, PlainHandler> handler;
  };

  /// Adds a durable function. Returns this. Throws `std::invalid_argument` for an empty name and
  /// one that is there.
  Functions& add(std::string name, Handler handler) {
    return add_entry({std::move(name), std::move(handler)});
  }
  /// Adds a function that is not durable. As `add`.
  Functions& add_plain(std::string name, PlainHandler handler) {
    return add_entry({std::move(name), std::move(handler)});
  }

  /// The function called `name`; null if there is none.
  [[nodiscard]] const Entry* find(std::string_view name) const noexcept;
  /// In the order in which they were added.
  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }

  /// Serves invocations until the process is told to end, and gives the code for main() to return:
  /// 0 after SIGTERM, 1 when the function cannot start (Lambda is told why) or its host is gone.
  ///
  /// Reads its environment: `AWS_LAMBDA_RUNTIME_API`, `_HANDLER`, `AWS_REGION`, `AWS_ENDPOINT_URL`,
  /// `AWS_ENDPOINT_URL_LAMBDA`, the variables of credentials, `AWS_LAMBDA_LOG_FORMAT`,
  /// `AWS_LAMBDA_LOG_LEVEL`; and sets `_X_AMZN_TRACE_ID` for each invocation. Writes log lines to
  /// standard output. To be called once, from main(), before the program starts threads: it takes
  /// over SIGTERM, which programs that the function starts then ignore too.
  [[nodiscard]] int run(const Options& options) const;
  [[nodiscard]] int run() const { return run(Options()); }
  /// With what main() was given: an argument names the function.
  [[nodiscard]] int run(int argc, const char* const* argv, Options options) const;
  [[nodiscard]] int run(int argc, const char* const* argv) const {
    return run(argc, argv, Options());
  }

 private:
  Functions& add_entry(Entry entry);

  std::vector<Entry> entries_;
};

/// The same for a program with one function, which runs whatever `_HANDLER` says.
[[nodiscard]] int run(Handler handler, const Options& options);
[[nodiscard]] int run(Handler handler);
[[nodiscard]] int run_plain(PlainHandler handler);

}  // namespace durable::lambda
