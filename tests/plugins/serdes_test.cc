// SPDX-License-Identifier: Apache-2.0
#include "sdk/fake_service.h"

#include <durable/testing/test_runner.h>

#include <gmock/gmock.h>
#include <algorithm>
#include <cctype>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Status = wire::InvocationOutputStatus;

/// Writes payloads backwards, and keeps what it was asked about.
class Backwards final : public PayloadSerdes {
 public:
  explicit Backwards(std::string mark = "") : mark_(std::move(mark)) {}
  [[nodiscard]] Payload serialize(const Payload& plain,
                                  const SerdesContext& context) const override {
    asked.push_back(context.operation_id() + " " + std::string(context.operation_name()));
    arn = context.execution_arn();
    std::string text = plain.str();
    std::reverse(text.begin(), text.end());
    return Payload(mark_ + text);
  }
  [[nodiscard]] Payload deserialize(const Payload& stored, const SerdesContext&) const override {
    std::string text = stored.str().substr(mark_.size());
    std::reverse(text.begin(), text.end());
    return Payload(text);
  }
  mutable std::vector<std::string> asked;
  mutable std::string arn;

 private:
  std::string mark_;
};

struct Money {
  int cents = 0;
};
/// `12.50 EUR`.
class MoneyText final : public TypedSerdes<Money> {
 public:
  [[nodiscard]] std::string to_text(const Money& money, const SerdesContext&) const override {
    return std::to_string(money.cents / 100) + "." + std::to_string(money.cents % 100) + " EUR";
  }
  [[nodiscard]] Money from_text(std::string_view text, const SerdesContext&) const override {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) throw SerDesError("no amount: " + std::string(text));
    return {std::stoi(std::string(text)) * 100 + std::stoi(std::string(text.substr(dot + 1)))};
  }
};

class UpperCase final : public TypedSerdes<std::string> {
 public:
  [[nodiscard]] std::string to_text(const std::string& value, const SerdesContext&) const override {
    std::string text = value;
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
  }
  [[nodiscard]] std::string from_text(std::string_view text, const SerdesContext&) const override {
    return std::string(text);
  }
};

TEST(Serdes, Checklist21TheFirstRunGetsTheValueThatAReplayReads) {
  const UpperCase upper;
  std::vector<std::string> seen;
  fake::Service service;
  service.run([&](DurableContext& ctx) -> Task<void> {
    seen.push_back(co_await ctx.step("s", [] { return "hello"; }, {.serdes = &upper}));
    seen.push_back(co_await ctx.run_in_child_context(
        "c", [](DurableContext&) -> Task<std::string> { co_return "world"; }, {.serdes = &upper}));
    co_await ctx.wait(1s);
  });
  EXPECT_THAT(seen, ElementsAre("HELLO", "WORLD", "HELLO", "WORLD"));
}

TEST(Serdes, Checklist21TheFirstRunGetsTheErrorThatAReplayReads) {
  std::vector<std::string> seen;
  fake::Service service;
  service.run([&](DurableContext& ctx) -> Task<void> {
    try {
      co_await ctx.step("s", []() -> int { throw std::out_of_range("no such shelf"); },
                        {.retry = retry::none()});
    } catch (const StepError& error) {
      seen.push_back(std::string(error.class_name()) + " " + std::string(error.error_type()) + " " +
                     error.what() + " " + error.operation_id());
    }
    co_await ctx.wait(1s);
  });
  EXPECT_THAT(seen, ElementsAre("StepError std::out_of_range no such shelf 1",
                                "StepError std::out_of_range no such shelf 1"));
}

TEST(Serdes, OfAFunctionWritesTheResultsOfStepsAndChildContexts) {
  const auto backwards = std::make_shared<Backwards>();
  fake::Service service;
  const auto output = service.run(Handler([](DurableContext& ctx) -> Task<int> {
                                    const int a = co_await ctx.step("a", [] { return 12; });
                                    const int b = co_await ctx.run_in_child_context(
                                        "b", [](DurableContext&) -> Task<int> { co_return 340; });
                                    co_return a + b;
                                  }).use_serdes(backwards));

  EXPECT_EQ(output.result, Payload("352")) << "the execution's result keeps its form";
  EXPECT_EQ(service.operation("1").step_details->result, Payload("21"));
  EXPECT_EQ(service.operation("2").context_details->result, Payload("043"));
  EXPECT_THAT(backwards->asked, ElementsAre("1 a", "2 b"));
  EXPECT_THAT(backwards->arn, HasSubstr("durable-execution"));
}

TEST(Serdes, OfAChildContextNeedsNoNameForIt) {
  const UpperCase upper;
  fake::Service service;
  const auto output = service.run([&](DurableContext& ctx) -> Task<std::string> {
    co_return co_await ctx.run_in_child_context(
        [](DurableContext&) -> Task<std::string> { co_return "hello"; }, {.serdes = &upper});
  });

  EXPECT_EQ(output.result, Payload("\"HELLO\""));
  EXPECT_THAT(service.calls, ElementsAre("1 CONTEXT START, 1 CONTEXT SUCCEED"));
}

TEST(Serdes, OfACallReplacesThatOfTheFunction) {
  const Backwards marked("#");
  const PlainSerdes plain;
  fake::Service service;
  service.run(Handler([&](DurableContext& ctx) -> Task<void> {
                co_await ctx.step([] { return 12; }, {.serdes = &marked});
                co_await ctx.step([] { return 12; }, {.serdes = &plain});
                co_await ctx.step([] { return 12; });
              }).use_serdes(std::make_shared<Backwards>()));
  EXPECT_EQ(service.operation("1").step_details->result, Payload("#21"));
  EXPECT_EQ(service.operation("2").step_details->result, Payload("12"));
  EXPECT_EQ(service.operation("3").step_details->result, Payload("21"));
}

TEST(Serdes, OfTheInputAndTheResultStandBetweenCallerAndFunction) {
  fake::Service service("\"cba\"");
  const auto output =
      service.run(Handler([](std::string input, DurableContext&) -> Task<std::string> {
                    co_return input + "d";
                  })
                      .use_input_serdes(std::make_shared<Backwards>())
                      .use_result_serdes(std::make_shared<Backwards>("#")));
  EXPECT_EQ(output.result, Payload("#\"dcba\""));
}

TEST(Serdes, OfOneTypeWritesTextOfItsOwn) {
  const MoneyText text;
  std::vector<int> seen;
  fake::Service service;
  service.run([&](DurableContext& ctx) -> Task<void> {
    const Money money = co_await ctx.step("s", [] { return Money{1250}; }, {.serdes = &text});
    seen.push_back(money.cents);
    co_await ctx.wait(1s);
  });
  EXPECT_EQ(service.operation("1").step_details->result, Payload("12.50 EUR"));
  EXPECT_THAT(seen, ElementsAre(1250, 1250));
}

/// Cannot write, or cannot read.
class Broken final : public PayloadSerdes {
 public:
  enum class Way { write, write_for_now, read };
  explicit Broken(Way way) : way_(way) {}
  [[nodiscard]] Payload serialize(const Payload& plain, const SerdesContext&) const override {
    if (way_ == Way::write) throw SerDesError("no key");
    if (way_ == Way::write_for_now) throw InvocationError("the key store is busy");
    return plain;
  }
  [[nodiscard]] Payload deserialize(const Payload& stored, const SerdesContext&) const override {
    if (way_ == Way::read) throw SerDesError("wrong key");
    return stored;
  }

 private:
  Way way_;
};

TEST(Serdes, ThatCannotWriteEndsTheExecutionWithoutARetry) {
  const Broken broken(Broken::Way::write);
  int runs = 0;
  fake::Service service;
  const auto output = service.run([&](DurableContext& ctx) -> Task<void> {
    try {
      co_await ctx.step("s", [&] { return ++runs; }, {.serdes = &broken});
    } catch (...) {
      ADD_FAILURE() << "nothing to catch";
    }
  });
  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(fake::error_type(output), "SerDesError");
  EXPECT_EQ(runs, 1);
}

TEST(Serdes, ThatCannotWriteForTheMomentFailsTheInvocation) {
  const Broken broken(Broken::Way::write_for_now);
  fake::Service service;
  const auto failure = fake::failure_of(service.invoke([&](DurableContext& ctx) -> Task<void> {
    co_await ctx.step("s", [] { return 1; }, {.serdes = &broken});
  }));
  EXPECT_EQ(failure.error_type, "InvocationError");
}

TEST(Serdes, ThatCannotReadThrowsAtTheAwait) {
  const Broken broken(Broken::Way::read);
  fake::Service service;
  const auto output = service.run([&](DurableContext& ctx) -> Task<std::string> {
    try {
      co_await ctx.step("s", [] { return 1; }, {.serdes = &broken});
    } catch (const SerDesError& error) {
      co_return std::string(error.what());
    }
    co_return "";
  });
  EXPECT_EQ(output.result, Payload("\"wrong key\""));
}

/// Makes a durable call while it writes or reads.
class Meddling final : public PayloadSerdes {
 public:
  enum class Way { write, read };
  explicit Meddling(Way way) : way_(way) {}
  [[nodiscard]] Payload serialize(const Payload& plain, const SerdesContext&) const override {
    if (way_ == Way::write) static_cast<void>(context->wait(1s));
    return plain;
  }
  [[nodiscard]] Payload deserialize(const Payload& stored, const SerdesContext&) const override {
    if (way_ == Way::read) static_cast<void>(context->wait(1s));
    return stored;
  }
  DurableContext* context = nullptr;

 private:
  Way way_;
};

TEST(Serdes, Checklist30CannotMakeDurableCalls) {
  for (const auto way : {Meddling::Way::write, Meddling::Way::read}) {
    for (const bool of_child : {false, true}) {
      Meddling meddling(way);
      fake::Service service;
      const auto output = service.run([&](DurableContext& ctx) -> Task<void> {
        meddling.context = &ctx;
        if (of_child) {
          co_await ctx.run_in_child_context("c", [](DurableContext&) -> Task<int> { co_return 1; },
                                            {.serdes = &meddling});
        } else {
          co_await ctx.step("s", [] { return 1; }, {.serdes = &meddling});
        }
      });
      EXPECT_EQ(fake::error_type(output), "UsageError");
      EXPECT_THAT(fake::error_text(output), HasSubstr("while a value was written or read"));
    }
  }
}

TEST(Serdes, Checklist26AHandlerThatIsUsedAgainKeepsNoState) {
  const auto backwards = std::make_shared<Backwards>();
  const Handler handler = Handler([](DurableContext& ctx) -> Task<int> {
                            co_return co_await ctx.step("s", [] { return 1; });
                          }).use_serdes(backwards);
  for (int i = 0; i < 3; ++i) {
    fake::Service service;
    EXPECT_EQ(service.run(handler).result, Payload("1"));
    EXPECT_EQ(service.calls.size(), 1U);
  }
}

}  // namespace
}  // namespace durable
