// SPDX-License-Identifier: Apache-2.0
#include "store/random_events.h"

#include "engine/operation_index.h"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <string>

namespace durable::store {
namespace {

using engine::Event;
namespace fact = engine::fact;

/// Picks members; often the ends of their ranges, where codecs break.
class Picker {
 public:
  explicit Picker(Random& random) : random_(random) {}

  bool coin() { return random_.below(2) == 0; }
  std::uint64_t number() {
    constexpr auto largest = std::numeric_limits<std::uint64_t>::max();
    const std::array edges{std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, largest - 1,
                           largest};
    if (random_.below(3) == 0) return edges[random_.below(edges.size())];
    return random_.next() >> random_.below(64);
  }
  std::uint32_t number_32() { return static_cast<std::uint32_t>(number()); }
  Timestamp time() {
    if (random_.below(8) == 0) return coin() ? Timestamp::max() : Timestamp::min();
    if (coin()) return Timestamp(Duration(static_cast<std::int64_t>(number())));
    return Timestamp(Duration(1'700'000'000'000 + static_cast<std::int64_t>(random_.below(1000))));
  }
  Duration duration() { return Duration(static_cast<std::int64_t>(number())); }
  std::string text() {
    const std::array<std::size_t, 6> sizes{0, 1, 20, 127, 128, 5'000};
    std::string text(sizes[random_.below(sizes.size())], '\0');
    for (char& c : text) c = static_cast<char>(random_.below(256));
    return text;
  }
  template <class T, class Make>
  std::optional<T> maybe(Make make) {
    return coin() ? std::optional<T>(make()) : std::nullopt;
  }
  std::optional<std::string> maybe_text() {
    return maybe<std::string>([&] { return text(); });
  }
  std::optional<Payload> payload() {
    return maybe<Payload>([&] { return Payload(text()); });
  }
  engine::SharedError error() {
    if (random_.below(4) == 0) return nullptr;
    wire::ErrorObject error{maybe_text(), maybe_text(), maybe_text(), std::nullopt};
    if (coin()) {
      error.stack_trace.emplace();
      for (std::uint64_t i = random_.below(4); i > 0; --i) error.stack_trace->push_back(text());
    }
    return std::make_shared<const wire::ErrorObject>(std::move(error));
  }
  template <class Enum>
  Enum one_of(std::uint64_t count) {
    return static_cast<Enum>(random_.below(count));
  }

  std::shared_ptr<const engine::ExecutionInfo> execution_info() {
    engine::ExecutionInfo info;
    info.arn = text();
    info.name = text();
    info.function_arn = text();
    info.version = text();
    info.input = payload();
    info.execution_timeout = duration();
    info.started_by = one_of<engine::StartedBy>(2);
    info.token_secret = number();
    info.arn_tag = number();
    info.settings.limits = limits();
    info.settings.invocation_retry = {number_32(), duration(), number_32(), duration()};
    return std::make_shared<const engine::ExecutionInfo>(std::move(info));
  }
  engine::Limits limits() {
    if (coin()) return coin() ? engine::Limits() : engine::Limits::unlimited();
    return {number_32(), number(),    number_32(), number(),    number(),    number(),
            number(),    number(),    number_32(), number_32(), number_32(), number_32(),
            number_32(), number_32(), number_32(), number_32(), number_32(), coin(),
            number_32(), number_32(), number_32(), number()};
  }
  std::shared_ptr<const engine::OperationInfo> operation_info() {
    const std::string id = text();
    const auto name = maybe_text();
    const auto sub_type = maybe_text();
    engine::OperationInfo::Parts parts;
    parts.type = static_cast<wire::OperationType>(1 + random_.below(5));
    parts.id = id;
    parts.name = name;
    parts.sub_type = sub_type;
    parts.id_hash = engine::hash_id(id);
    parts.parent = number_32();
    parts.timeout_s = number_32();
    parts.heartbeat_timeout_s = number_32();
    if (parts.type == wire::OperationType::chained_invoke) {
      parts.chained_invoke = std::make_unique<const engine::ChainedInvokeTarget>(
          engine::ChainedInvokeTarget{text(), maybe_text(), maybe_text(), payload()});
    }
    return engine::OperationInfo::make(std::move(parts));
  }

 private:
  Random& random_;
};

// ---- Equality of facts ----

template <class T>
bool same_target(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
  return (a == nullptr) == (b == nullptr) && (a == nullptr || *a == *b);
}

bool same_fact(const fact::ExecutionStarted& a, const fact::ExecutionStarted& b) {
  return same_target(a.info, b.info);
}
bool same_fact(const fact::ExecutionSucceeded& a, const fact::ExecutionSucceeded& b) {
  return a.result == b.result;
}
bool same_fact(const fact::ExecutionFailed& a, const fact::ExecutionFailed& b) {
  return same_target(a.error, b.error) && a.status == b.status;
}
bool same_fact(const fact::InvocationStarted& a, const fact::InvocationStarted& b) {
  return a.request_id == b.request_id;
}
bool same_fact(const fact::InvocationCompleted& a, const fact::InvocationCompleted& b) {
  return same_target(a.record, b.record);
}
bool same_fact(const fact::CheckpointAccepted& a, const fact::CheckpointAccepted& b) {
  return a.client_token_hash == b.client_token_hash;
}
bool same_fact(const fact::OperationStarted& a, const fact::OperationStarted& b) {
  return same_target(a.info, b.info) && a.info->id_hash() == b.info->id_hash();
}
bool same_fact(const fact::StepRetried& a, const fact::StepRetried& b) {
  return same_target(a.error, b.error) && a.attempt == b.attempt && a.delay_s == b.delay_s;
}
bool same_fact(const fact::ConditionPolled& a, const fact::ConditionPolled& b) {
  return a.state == b.state && a.attempt == b.attempt && a.delay_s == b.delay_s;
}
bool same_fact(const fact::OperationSucceeded& a, const fact::OperationSucceeded& b) {
  return a.result == b.result && a.attempt == b.attempt && a.replay_children == b.replay_children;
}
bool same_fact(const fact::OperationFailed& a, const fact::OperationFailed& b) {
  return same_target(a.error, b.error) && a.attempt == b.attempt && a.status == b.status;
}
bool same_fact(const fact::ChainedInvokeReported& a, const fact::ChainedInvokeReported& b) {
  return same_target(a.start, b.start);
}
template <class Empty>
requires std::is_empty_v<Empty>
bool same_fact(const Empty&, const Empty&) { return true; }

}  // namespace

Event random_event(Random& random, std::size_t fact) {
  Picker pick(random);
  const Timestamp at = pick.time();
  const std::uint32_t history_id = pick.number_32();
  const std::uint32_t operation = pick.number_32();
  const auto make = [&](auto fact_value) {
    return Event(at, history_id, operation, std::move(fact_value));
  };
  switch (fact) {
    case 0:
      return make(fact::ExecutionStarted{pick.execution_info()});
    case 1:
      return make(fact::ExecutionSucceeded{pick.payload()});
    case 2:
      return make(fact::ExecutionFailed{pick.error(), pick.one_of<wire::ExecutionStatus>(6)});
    case 3:
      return make(fact::InvocationStarted{pick.text()});
    case 4:
      return make(fact::InvocationCompleted{
          std::make_shared<const engine::InvocationRecord>(engine::InvocationRecord{
              pick.text(), pick.time(), pick.one_of<engine::InvocationOutcome>(4), pick.error(),
              pick.coin() ? engine::never : pick.time()})});
    case 5:
      return make(fact::CheckpointAccepted{pick.number()});
    case 6:
      return make(fact::OperationStarted{pick.operation_info()});
    case 7:
      return make(fact::StepRestarted{});
    case 8:
      return make(fact::StepRetried{pick.error(), pick.number_32(), pick.number_32()});
    case 9:
      return make(fact::ConditionPolled{pick.payload(), pick.number_32(), pick.number_32()});
    case 10:
      return make(fact::StepReady{});
    case 11:
      return make(fact::OperationSucceeded{pick.payload(), pick.number_32(), pick.coin()});
    case 12:
      return make(fact::OperationFailed{pick.error(), pick.number_32(),
                                        pick.one_of<wire::OperationStatus>(9)});
    case 13:
      return make(fact::CallbackHeartbeat{});
    default:
      return make(fact::ChainedInvokeReported{std::make_shared<const engine::ChainedInvokeStart>(
          engine::ChainedInvokeStart{pick.maybe_text(), pick.maybe_text()})});
  }
}

std::vector<Event> random_events(Random& random, std::size_t count) {
  std::vector<Event> events;
  while (events.size() < count) {
    events.push_back(random_event(random, random.below(std::variant_size_v<engine::Fact>)));
  }
  return events;
}

bool same(const Event& a, const Event& b) {
  if (a.at != b.at || a.history_id != b.history_id || a.operation != b.operation) return false;
  return std::visit(
      []<class A, class B>(const A& one, const B& other) {
        if constexpr (std::is_same_v<A, B>) {
          return same_fact(one, other);
        } else {
          return false;
        }
      },
      a.fact, b.fact);
}

bool same(const std::vector<Event>& a, const std::vector<Event>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Event& one, const Event& other) { return same(one, other); });
}

}  // namespace durable::store
