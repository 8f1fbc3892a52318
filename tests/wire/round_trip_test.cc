// SPDX-License-Identifier: Apache-2.0
//
// Random values of all types: what is written is read back as the same value, in both formats of
// time. Members that do not travel in the body keep their default.
#include <durable/base/random.h>
#include <durable/json/detail/form.h>
#include <durable/wire/json.h>

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace {

namespace json = durable::json;
namespace wire = durable::wire;
using durable::Random;
using json::detail::Form;

template <class T>
void fill(Random& random, T& out);

void fill_event(Random& random, wire::Event& event) {
  event = wire::Event{};
  fill(random, event.event_type);
  fill(random, event.sub_type);
  fill(random, event.event_id);
  fill(random, event.id);
  fill(random, event.name);
  fill(random, event.event_timestamp);
  fill(random, event.parent_id);
  if (random.below(8) == 0) return;
  const auto index = static_cast<std::size_t>(event.event_type);
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    static_cast<void>(
        ((index == I && (fill(random, event.details.emplace<I + 1>()), true)) || ...));
  }
  (std::make_index_sequence<std::variant_size_v<wire::EventDetails> - 1>());
}

std::string random_text(Random& random) {
  constexpr std::array<std::string_view, 8> pieces{
      "plain", "\"", "\\", "\n", "\u00fc", "\U0001F600", "{\"a\":1}", "a rather long run of text "};
  std::string text;
  for (std::uint64_t n = random.below(6); n > 0; --n) text += pieces[random.below(pieces.size())];
  return text;
}

template <class T>
void fill(Random& random, T& out) {
  constexpr Form form = json::detail::form<T>;
  if constexpr (std::is_same_v<T, wire::Event>) {
    fill_event(random, out);
  } else if constexpr (form == Form::boolean) {
    out = random.below(2) == 1;
  } else if constexpr (form == Form::integer) {
    out = static_cast<T>(random.next() >> random.below(64));
  } else if constexpr (form == Form::string || form == Form::payload) {
    out = T(random_text(random));
  } else if constexpr (form == Form::enumeration) {
    out = static_cast<T>(random.below(static_cast<std::uint64_t>(T::unknown)));
  } else if constexpr (form == Form::timestamp) {
    out = durable::Timestamp(
        durable::Duration(static_cast<std::int64_t>(random.below(4'000'000'000'000))));
  } else if constexpr (form == Form::optional) {
    out = T();
    typename json::detail::OptionalValue<T>::type value{};
    if (random.below(2) == 0) return;
    fill(random, value);
    out = T(std::move(value));
  } else if constexpr (form == Form::sequence) {
    out.resize(random.below(4));
    for (auto& element : out) fill(random, element);
  } else {
    static_assert(form == Form::aggregate, "a new kind of member: fill it here");
    json::detail::visit_members(out, [&random](auto&... members) { (fill(random, members), ...); });
  }
}

/// Equal by value where a type can say so, else by its JSON.
template <class T>
bool same(const T& a, const T& b) {
  if constexpr (requires {
                  { a == b } -> std::convertible_to<bool>;
                })
    return a == b;
  else
    return wire::encode(a).value() == wire::encode(b).value();
}

template <class T>
class RoundTrip : public ::testing::Test {};
using Types = ::testing::Types<
    wire::InvocationInput, wire::InvocationOutput, wire::ErrorObject,
    wire::CheckpointDurableExecutionRequest, wire::CheckpointDurableExecutionResponse,
    wire::GetDurableExecutionStateResponse, wire::GetDurableExecutionResponse,
    wire::GetDurableExecutionHistoryResponse, wire::ListDurableExecutionsByFunctionResponse,
    wire::SendDurableExecutionCallbackFailureRequest, wire::StopDurableExecutionRequest,
    wire::StopDurableExecutionResponse, wire::OperationUpdate, wire::Operation, wire::Event>;
TYPED_TEST_SUITE(RoundTrip, Types);

TYPED_TEST(RoundTrip, GivesTheSameValue) {
  constexpr std::uint64_t seed = 2025;
  Random random(seed);
  for (int i = 0; i < 300; ++i) {
    TypeParam value{};
    fill(random, value);
    for (const auto format :
         {wire::TimestampFormat::epoch_seconds, wire::TimestampFormat::epoch_milliseconds}) {
      const std::string text = wire::encode(value, format).value();
      const auto back = wire::decode<TypeParam>(text, format);
      ASSERT_TRUE(back) << back.error().message << "\n" << text << "\nwith seed " << seed;
      ASSERT_TRUE(same(*back, value)) << text << "\nwith seed " << seed;
      ASSERT_EQ(wire::encode(*back, format).value(), text) << "with seed " << seed;
    }
  }
}

TYPED_TEST(RoundTrip, RefusesTextCutShort) {
  constexpr std::uint64_t seed = 2026;
  Random random(seed);
  for (int i = 0; i < 50; ++i) {
    TypeParam value{};
    fill(random, value);
    const std::string text = wire::encode(value).value();
    if (text.empty()) continue;
    const std::size_t cut = 1 + random.below(text.size() - 1);
    EXPECT_FALSE(wire::decode<TypeParam>(std::string_view(text).substr(0, cut)))
        << text << "\ncut at " << cut << " with seed " << seed;
  }
}

}  // namespace
