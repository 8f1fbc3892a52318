// SPDX-License-Identifier: Apache-2.0
//
// What is recorded of a batch's result, with and without serdes.
#include "sdk/batch_record.h"

#include "sdk/fake_service.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <stdexcept>

namespace durable {

/// A type whose recorded form is no JSON.
struct Hex {
  int value = 0;
};
template <>
struct Serdes<Hex> {
  static Payload serialize(const Hex& hex, const SerdesContext&) {
    return Payload("x" + std::to_string(hex.value));
  }
  static Hex deserialize(const Payload& payload, const SerdesContext&) {
    return {std::stoi(payload.str().substr(1))};
  }
};

namespace {

using namespace std::chrono_literals;
using detail::BatchWriter;
using detail::Embedded;
using detail::StoredBatch;
using fake::Service;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Reason = CompletionReason;

TEST(BatchRecord, IsReadAsItWasWritten) {
  BatchWriter writer;
  writer.add_succeeded(0, R"({"deep":[1,"}]"]})", Embedded::json);
  writer.add_succeeded(2, "text \"in\" quotes", Embedded::text);
  wire::ErrorObject error;
  error.error_message = "no \"luck\"";
  error.error_type = "Type";
  error.error_data = "data";
  error.stack_trace = {"a", "b"};
  writer.add_failed(3, error);
  writer.add_started(4);
  writer.add_succeeded(7, std::nullopt, Embedded::json);
  const std::string text = writer.finish(Reason::min_successful_reached);

  StoredBatch stored(text);

  EXPECT_EQ(stored.reason(), Reason::min_successful_reached);
  ASSERT_EQ(stored.size(), 5U);
  auto item = stored.next();
  EXPECT_EQ(item.index, 0U);
  EXPECT_EQ(item.result->kind(), json::Kind::object);
  EXPECT_EQ(stored.next().result->text(), "text \"in\" quotes");
  item = stored.next();
  EXPECT_EQ(item.status, BatchItemStatus::failed);
  EXPECT_EQ(item.error, error);
  item = stored.next();
  EXPECT_EQ(item.index, 4U);
  EXPECT_EQ(item.status, BatchItemStatus::started);
  item = stored.next();
  EXPECT_EQ(item.status, BatchItemStatus::succeeded);
  EXPECT_EQ(item.result, nullptr);
}

TEST(BatchRecord, OfNothingIsAnEmptyList) {
  EXPECT_EQ(BatchWriter().finish(Reason::all_completed),
            R"({"all":[],"completionReason":"ALL_COMPLETED"})");
}

TEST(BatchRecord, TellsWhatIsWrongWithAText) {
  const auto error_of = [](std::string_view text) -> std::string {
    try {
      StoredBatch stored(text);
      while (stored.size() > 0) static_cast<void>(stored.next());
    } catch (const SerDesError& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_THAT(error_of("{"), HasSubstr("cannot be read"));
  EXPECT_THAT(error_of("3"), HasSubstr("has no array \"all\""));
  EXPECT_THAT(error_of(R"({"all":{}})"), HasSubstr("has no array \"all\""));
  EXPECT_THAT(error_of(R"({"all":[]})"), HasSubstr("has no known \"completionReason\""));
  constexpr std::string_view bad_items[] = {"3", R"({"status":"STARTED"})",
                                            R"({"index":-1,"status":"STARTED"})",
                                            R"({"index":0,"status":"SKIPPED"})"};
  for (const std::string_view item : bad_items) {
    EXPECT_THAT(
        error_of(R"({"completionReason":"ALL_COMPLETED","all":[)" + std::string(item) + "]}"),
        HasSubstr("has an item without"))
        << item;
  }
  EXPECT_THAT(error_of(R"({"completionReason":"ALL_COMPLETED",)"
                       R"("all":[{"index":0,"status":"FAILED","error":{"ErrorType":3}}]})"),
              HasSubstr("ErrorType"));
}

TEST(BatchSummaryText, IsReadAsItWasWritten) {
  const machine::BatchSummary summaries[] = {
      {Reason::all_completed, 5, 3, 2, {}, true},
      {Reason::min_successful_reached, 5, 1, 0, {3}, false},
      {Reason::failure_tolerance_exceeded, 4, 1, 2, {0}, true},
  };
  for (const machine::BatchSummary& summary : summaries) {
    const std::string text = detail::write_summary("MapResult", summary);
    const auto read = detail::read_summary(text);
    ASSERT_TRUE(read.has_value()) << text;
    EXPECT_EQ(detail::write_summary("MapResult", *read), text);
    EXPECT_EQ(read->indexes, summary.indexes);
    EXPECT_EQ(read->lists_started, summary.lists_started);
  }
  EXPECT_EQ(detail::write_summary("ParallelResult", summaries[1]),
            R"({"type":"ParallelResult","totalCount":5,)"
            R"("completionReason":"MIN_SUCCESSFUL_REACHED","completedIndexes":[3],)"
            R"("startedCount":4,"successCount":1,"failureCount":0,"status":"SUCCEEDED"})");
}

TEST(BatchSummaryText, ThatIsNoneIsRefused) {
  for (const std::string_view text :
       {"", "null", "{}",
        R"({"totalCount":1,"successCount":1,"failureCount":0,)"
        R"("completionReason":"ALL_COMPLETED","startedIndexes":["a"]})"}) {
    EXPECT_EQ(detail::read_summary(text), std::nullopt) << text;
  }
}

/// Writes the results of a batch as PREFIX:a,b and reads that.
class Joined final : public PayloadSerdes {
 public:
  [[nodiscard]] Payload serialize(const Payload& plain, const SerdesContext&) const override {
    std::string text = "JOINED:";
    const json::Value batch = json::Value::parse(plain.view()).value();
    for (const json::Value& item : *batch.find("all")->as_array()) {
      if (text.back() != ':') text += ',';
      text += *item.find("result")->as_string();
    }
    return text;
  }
  [[nodiscard]] Payload deserialize(const Payload& stored, const SerdesContext&) const override {
    std::string text = R"({"all":[)";
    std::string rest = stored.str().substr(7) + ",";
    for (std::size_t index = 0; !rest.empty(); ++index) {
      const std::size_t comma = rest.find(',');
      if (index > 0) text += ',';
      text += R"({"index":)" + std::to_string(index) + R"(,"status":"SUCCEEDED","result":")" +
              rest.substr(0, comma) + R"("})";
      rest.erase(0, comma + 1);
    }
    return text + R"(],"completionReason":"ALL_COMPLETED"})";
  }
};

/// Hides texts, and counts.
class Reversed final : public PayloadSerdes {
 public:
  [[nodiscard]] Payload serialize(const Payload& plain,
                                  const SerdesContext& context) const override {
    ids.push_back(context.operation_id());
    std::string text = plain.str();
    std::reverse(text.begin(), text.end());
    return "<" + text + ">";
  }
  [[nodiscard]] Payload deserialize(const Payload& stored, const SerdesContext&) const override {
    std::string text = stored.str().substr(1, stored.size() - 2);
    std::reverse(text.begin(), text.end());
    return text;
  }
  mutable std::vector<std::string> ids;
};

Handler words_with(MapOptions<std::string> options) {
  return [options](DurableContext& ctx) -> Task<std::vector<std::string>> {
    const std::vector<std::string> items{"x", "y"};
    auto result = co_await ctx.map(
        "m", items,
        [](DurableContext&, const std::string& text) -> Task<std::string> {
          co_return "secret " + text;
        },
        options);
    co_await ctx.wait("w", 1s);
    co_return result.results();
  };
}

constexpr std::string_view words = R"(["secret x","secret y"])";

TEST(BatchSerdes, OfTheWholeWritesAndReadsTheBatchAlone) {
  Service service;
  const Joined joined;
  EXPECT_EQ(service.run(words_with({.serdes = &joined})).result, Payload(words));
  EXPECT_EQ(service.operation("1").context_details->result, Payload("JOINED:secret x,secret y"));
  EXPECT_EQ(service.operation("1-1").context_details->result, Payload("\"secret x\""));
}

TEST(BatchSerdes, OfTheItemsHidesThemInTheBatchToo) {
  for (const Nesting nesting : {Nesting::nested, Nesting::flat}) {
    Service service;
    const Reversed reversed;
    EXPECT_EQ(service.run(words_with({.nesting = nesting, .item_serdes = &reversed})).result,
              Payload(words));
    EXPECT_THAT(service.operation("1").context_details->result->view(), Not(HasSubstr("secret")));
    EXPECT_THAT(reversed.ids, ElementsAre("1-1", "1-2"));
    if (nesting == Nesting::nested) {
      EXPECT_EQ(service.operation("1-1").context_details->result, Payload("<\"x terces\">"));
    }
  }
}

TEST(BatchSerdes, OfBothWorkTogether) {
  Service service;
  const Joined joined;
  const Reversed reversed;
  EXPECT_EQ(service.run(words_with({.serdes = &joined, .item_serdes = &reversed})).result,
            Payload(words));
  EXPECT_EQ(service.operation("1").context_details->result, Payload("JOINED:secret x,secret y"));
  EXPECT_EQ(service.operation("1-1").context_details->result, Payload("<\"x terces\">"));
}

TEST(BatchSerdes, OfItemsReadsTheItemsOfALargeBatch) {
  Service service;
  const Reversed reversed;
  const auto output = service.run([&](DurableContext& ctx) -> Task<bool> {
    const std::vector<int> items{1, 2};
    auto result = co_await ctx.map("m", items,
                                   [](DurableContext&, int value) -> Task<std::string> {
                                     co_return std::string(200'000, 'x') + std::to_string(value);
                                   },
                                   {.item_serdes = &reversed});
    co_await ctx.wait("w", 1s);
    co_return result.results().at(1).back() == '2';
  });
  EXPECT_EQ(output.result, Payload("true"));
  EXPECT_EQ(service.operation("1").context_details->replay_children, true);
}

TEST(BatchSerdes, ThatMakesALargeBatchSmallKeepsItInline) {
  class Elsewhere final : public PayloadSerdes {
   public:
    [[nodiscard]] Payload serialize(const Payload& plain, const SerdesContext&) const override {
      kept = plain;
      return "elsewhere";
    }
    [[nodiscard]] Payload deserialize(const Payload&, const SerdesContext&) const override {
      return kept;
    }
    mutable Payload kept;
  };
  Service service;
  const Elsewhere elsewhere;
  const auto output = service.run([&](DurableContext& ctx) -> Task<std::size_t> {
    const std::vector<int> items{1, 2};
    auto result = co_await ctx.map(
        "m", items,
        [](DurableContext&, int) -> Task<std::string> { co_return std::string(200'000, 'x'); },
        {.serdes = &elsewhere});
    co_await ctx.wait("w", 1s);
    co_return result.results().at(1).size();
  });
  EXPECT_EQ(output.result, Payload("200000"));
  EXPECT_EQ(service.operation("1").context_details->result, Payload("elsewhere"));
}

TEST(BatchSerdes, OfATypeThatIsNoJsonStandsInTheBatchAsText) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{5};
    auto result = co_await ctx.map(
        "m", items, [](DurableContext&, int value) -> Task<Hex> { co_return Hex{value}; });
    co_await ctx.wait("w", 1s);
    co_return result.results().at(0).value;
  });
  EXPECT_EQ(output.result, Payload("5"));
  EXPECT_EQ(service.operation("1").context_details->result,
            Payload(R"({"all":[{"index":0,"status":"SUCCEEDED","result":"x5"}],)"
                    R"("completionReason":"ALL_COMPLETED"})"));
}

TEST(BatchSerdes, ThatFailsToWriteEndsTheExecution) {
  class Failing final : public PayloadSerdes {
   public:
    [[nodiscard]] Payload serialize(const Payload&, const SerdesContext&) const override {
      throw SerDesError("cannot write");
    }
    [[nodiscard]] Payload deserialize(const Payload& stored, const SerdesContext&) const override {
      return stored;
    }
  };
  const Failing failing;
  Service whole;
  EXPECT_EQ(fake::error_text(whole.run(words_with({.serdes = &failing}))), "cannot write");
  Service item;
  EXPECT_EQ(fake::error_text(item.run(words_with({.item_serdes = &failing}))), "cannot write");
}

TEST(BatchSerdes, OfAResultThatIsNoTextEndsTheExecution) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{5};
    co_await ctx.map("m", items,
                     [](DurableContext&, int) -> Task<std::string> { co_return "\xff"; });
    co_return 1;
  });
  EXPECT_EQ(fake::error_type(output), "SerDesError");
}

}  // namespace
}  // namespace durable
