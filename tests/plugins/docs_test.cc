// SPDX-License-Identifier: Apache-2.0
//
// The examples of docs/plugins.md, docs/logging.md and docs/serialization.md.
#include <durable/durable.h>
#include <durable/sdk/file_serdes.h>
#include <durable/testing/test_runner.h>

#include <gmock/gmock.h>
#include <algorithm>
#include <map>
#include <sstream>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// Times every operation of a function.
class OperationTimes final : public durable::Plugin {
 public:
  void on_operation_end(const durable::OperationInfo& operation) override {
    if (operation.started && operation.ended) {
      times[std::string(operation.name)] = *operation.ended - *operation.started;
    }
  }
  void enrich_log(const durable::LogRecord&, durable::LogFields& fields) override {
    fields.add("operationsTimed", times.size());
  }

  std::map<std::string, durable::Duration> times;
};

TEST(PluginExample, TimesOperations) {
  auto times = std::make_shared<OperationTimes>();
  durable::Handler handler = [](durable::DurableContext& ctx) -> durable::Task<void> {
    co_await ctx.wait("cool-down", 24h);
  };
  handler.use_plugin(times);
  durable::DurableFunctionTestRunner runner(handler);
  runner.run();
  EXPECT_EQ(times->times["cool-down"], 24h);
}

durable::Task<void> ship(durable::DurableContext& ctx) {
  ctx.add_log_fields({{"order", 7}});
  ctx.logger().info("shipping");
  co_await ctx.wait("pick-up", 24h);
  ctx.logger().info("picked up", {{"parcels", 2}, {"express", true}});
}

struct ManualClock final : Clock {
  [[nodiscard]] Timestamp now() const override { return Timestamp{}; }
};

TEST(LoggingExample, WritesEachLineOnce) {
  std::ostringstream out;
  const ManualClock clock;
  durable::JsonLinesLogger logger(out, clock);
  LocalRunnerOptions options;
  options.logger = &logger;
  DurableFunctionTestRunner runner(ship, options);
  runner.run();
  EXPECT_THAT(out.str(), HasSubstr(R"("order":7,"parcels":2,"express":true})"));
  const std::string text = out.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

// Recorded results are not to be read by whoever may see the history.
class Rot13 final : public durable::PayloadSerdes {
 public:
  durable::Payload serialize(const durable::Payload& plain,
                             const durable::SerdesContext&) const override {
    std::string text = plain.str();
    for (char& c : text) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>('a' + (c - 'a' + 13) % 26);
    }
    return durable::Payload(std::move(text));
  }
  durable::Payload deserialize(const durable::Payload& stored,
                               const durable::SerdesContext& context) const override {
    return serialize(stored, context);
  }
};

TEST(SerializationExample, OneSerdesForAFunction) {
  durable::Handler handler = [](durable::DurableContext& ctx) -> durable::Task<std::string> {
    std::string name = co_await ctx.step("name", [] { return "ann"; });
    co_return "dear " + name;
  };
  handler.use_serdes(std::make_shared<Rot13>());
  durable::DurableFunctionTestRunner runner(handler);
  auto result = runner.run();
  EXPECT_EQ(result.get_step("name").raw_result(), "\"naa\"");
  EXPECT_EQ(result.result<std::string>(), "dear ann");
}

TEST(SerializationExample, LargeResultsAsFiles) {
  durable::FileSystemSerdesOptions options;
  options.mode = durable::FileSystemSerdesOptions::Mode::overflow;
  options.preview.emplace().mask = {{"card"},
                                    {"customer.email", durable::PreviewField::Match::path}};
  auto serdes = std::make_shared<durable::FileSystemSerdes>("/mnt/results", options);
  EXPECT_EQ(serdes->execution_folder("arn:aws:lambda:r:1:function:f:1/durable-execution/e/i"),
            "/mnt/results/arn/aws/lambda/r/1/function/f/1/durable-execution/e/i");
}

durable::Task<std::string> pay(durable::DurableContext& ctx) {
  std::string key = ctx.uuid();                       // nothing is recorded
  durable::Timestamp due = co_await ctx.now() + 24h;  // recorded as a step
  co_await ctx.wait("later", 1h);
  co_return key + (due > durable::Timestamp{} ? "" : "!");
}

TEST(DeterminismExample, IsTheSameInEachReplay) {
  DurableFunctionTestRunner runner(pay);
  EXPECT_EQ(runner.run().result<std::string>().size(), 36U);
}

}  // namespace
}  // namespace durable
