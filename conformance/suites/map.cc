// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/suites/batch.h"

namespace durable::conformance {
namespace {

constexpr std::size_t large_size = 70'000;

using Texts = std::vector<std::string>;

/// Gives `items`, and throws for those that are "fail".
Task<std::string> same(DurableContext&, const std::string& item) {
  if (item == "fail") throw std::runtime_error("this item fails");
  co_return item;
}
Task<std::string> same_step(DurableContext& ctx, const std::string& item) {
  co_return co_await ctx.step([&] { return item; });
}
Task<std::string> upper_case_of(DurableContext&, const std::string& item) { co_return upper(item); }

Task<BatchReport> report_of(Texts items, Completion completion, DurableContext& ctx) {
  const auto batch =
      co_await ctx.map("map", items, same, {.max_concurrency = 1, .completion = completion});
  co_return report(batch);
}

Task<std::vector<int>> unnamed(DurableContext& ctx) {
  const std::vector<int> items{1, 2};
  auto batch = co_await ctx.map(
      "", items, [](DurableContext&, const int& item) -> Task<int> { co_return 2 * item; },
      {.max_concurrency = 1});
  co_return std::move(batch).results();
}

Task<std::vector<int>> with_index(DurableContext& ctx) {
  const std::vector<int> items{10, 20, 30};
  auto batch =
      co_await ctx.map("map", items,
                       [](DurableContext&, const int& item, std::size_t index) -> Task<int> {
                         co_return item + static_cast<int>(index);
                       },
                       {.max_concurrency = 1});
  co_return std::move(batch).results();
}

Task<BatchReport> fail_fast(DurableContext& ctx) {
  Texts items{"ok", "fail", "never"};
  co_return co_await report_of(std::move(items), Completion::all_successful(), ctx);
}
Task<BatchReport> enough_successes(DurableContext& ctx) {
  Texts items{"a", "b", "c", "d"};
  co_return co_await report_of(std::move(items), {.min_successful = 2}, ctx);
}
Task<BatchReport> as_many_failures_as_tolerated(DurableContext& ctx) {
  Texts items{"a", "fail", "c"};
  co_return co_await report_of(std::move(items), {.tolerated_failure_count = 1}, ctx);
}
Task<BatchReport> more_failures_than_tolerated(DurableContext& ctx) {
  Texts items{"fail", "fail", "never"};
  co_return co_await report_of(std::move(items), {.tolerated_failure_count = 1}, ctx);
}

Task<Texts> two_at_a_time(DurableContext& ctx) {
  const Texts items{"r0", "r1", "r2"};
  auto batch = co_await ctx.map("map", items, same, {.max_concurrency = 2});
  co_return std::move(batch).results();
}

Task<Texts> flat(DurableContext& ctx) {
  const Texts items{"fa", "fb"};
  auto batch =
      co_await ctx.map("map", items, same_step, {.max_concurrency = 1, .nesting = Nesting::flat});
  co_return std::move(batch).results();
}

Task<std::vector<int>> named_items(DurableContext& ctx) {
  const std::vector<int> items{1, 2};
  auto batch = co_await ctx.map(
      "named-items", items,
      [](DurableContext&, const int& item) -> Task<int> { co_return 10 * item; },
      {.max_concurrency = 1,
       .item_namer = [](const int& item) { return "item-" + std::to_string(item); }});
  co_return std::move(batch).results();
}

Task<Texts> suspended_item(DurableContext& ctx) {
  const Texts items{"r0", "r1"};
  auto batch = co_await ctx.map(
      "map", items,
      [](DurableContext& of_item, const std::string& item, std::size_t index) -> Task<std::string> {
        if (index == 1) co_await of_item.wait(1s);
        co_return co_await of_item.step([&] { return item; });
      },
      {.max_concurrency = 1});
  co_return std::move(batch).results();
}

Task<BatchReport> large_results(DurableContext& ctx) {
  const std::vector<int> items{1, 2, 3, 4};
  const auto batch = co_await ctx.map("map", items,
                                      [](DurableContext&, const int&) -> Task<std::string> {
                                        co_return std::string(large_size, 'x');
                                      },
                                      {.max_concurrency = 1});
  co_return report(batch);
}

Task<Texts> map_then_wait(DurableContext& ctx) {
  const Texts items{"a", "b"};
  auto batch = co_await ctx.map("map", items, upper_case_of, {.max_concurrency = 1});
  co_await ctx.wait(1s);
  co_return std::move(batch).results();
}

struct RecordedItem {
  std::size_t index = 0;
  std::string status;
  std::string result;
};
// NOLINTBEGIN(readability-identifier-naming): members of the batch's JSON
struct RecordedBatch {
  std::vector<RecordedItem> all;
  std::string completionReason;
};
// NOLINTEND(readability-identifier-naming)

/// Records the results alone, separated by commas.
class ResultsAlone final : public PayloadSerdes {
 public:
  Payload serialize(const Payload& plain, const SerdesContext&) const override {
    const auto batch = json::decode<RecordedBatch>(plain.view()).value();
    std::string text = prefix;
    for (const RecordedItem& item : batch.all) {
      if (item.index > 0) text += ',';
      text += item.result;
    }
    return Payload(std::move(text));
  }
  Payload deserialize(const Payload& stored, const SerdesContext&) const override {
    RecordedBatch batch;
    batch.completionReason = "ALL_COMPLETED";
    std::string_view rest = stored.view();
    if (!rest.starts_with(prefix)) throw SerDesError("expected a text that begins with OPSERDE:");
    rest.remove_prefix(std::string_view(prefix).size());
    while (true) {
      const std::size_t comma = rest.find(',');
      batch.all.push_back({batch.all.size(), "SUCCEEDED", std::string(rest.substr(0, comma))});
      if (comma == rest.npos) break;
      rest.remove_prefix(comma + 1);
    }
    return Payload(json::encode(batch).value());
  }

 private:
  static constexpr const char* prefix = "OPSERDE:";
};
const ResultsAlone results_alone;

Task<Texts> with_serdes(DurableContext& ctx) {
  const Texts items{"x", "y"};
  auto batch = co_await ctx.map("map", items, upper_case_of,
                                {.max_concurrency = 1, .serdes = &results_alone});
  co_return std::move(batch).results();
}
Task<Texts> with_serdes_then_wait(DurableContext& ctx) {
  Texts results = co_await with_serdes(ctx);
  co_await ctx.wait(1s);
  co_return results;
}

}  // namespace

std::vector<Function> map_functions() {
  return {{"9-2", plain(unnamed)},
          {"9-3", plain(with_index)},
          {"9-5", plain(fail_fast)},
          {"9-7", plain(enough_successes)},
          {"9-8", plain(as_many_failures_as_tolerated)},
          {"9-9", plain(more_failures_than_tolerated)},
          {"9-11", plain(two_at_a_time)},
          {"9-12", plain(flat)},
          {"9-13", plain(named_items)},
          {"9-15", plain(suspended_item)},
          {"9-16", plain(large_results)},
          {"9-17", plain(map_then_wait)},
          {"9-19", plain(with_serdes)},
          {"9-20", plain(with_serdes_then_wait)}};
}

}  // namespace durable::conformance
