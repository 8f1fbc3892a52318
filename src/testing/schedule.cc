// SPDX-License-Identifier: Apache-2.0
#include <durable/testing/schedule.h>

#include <array>
#include <charconv>
#include <stdexcept>

namespace durable {
namespace {

constexpr std::array<std::string_view, 10> kind_names{
    "kill-before-send", "kill-reply-lost", "kill-after-reply", "throttled",     "service-error",
    "stale-token",      "state-error",     "callback-twice",   "callback-late", "callback-early"};

constexpr std::string_view nothing = "undisturbed";
constexpr std::string_view order_prefix = "order=";
constexpr std::string_view outcome_prefix = "outcome=";

std::string hex(std::uint64_t value) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
  return std::string(digits.data(), end);
}

[[noreturn]] void refuse(std::string_view item) {
  std::string kinds;
  for (const std::string_view name : kind_names) {
    kinds.append(kinds.empty() ? "" : ", ").append(name);
  }
  throw std::invalid_argument(
      "schedule: expected items such as kill-reply-lost@7, order=3 or outcome=1f, joined by "
      "commas, "
      "or the word undisturbed; found \"" +
      std::string(item) + "\". What can go wrong: " + kinds + ".");
}

template <class T>
T number_of(std::string_view digits, int base, std::string_view item) {
  T value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) refuse(item);
  return value;
}

Fault fault_of(std::string_view item) {
  const std::size_t at = item.find('@');
  if (at == std::string_view::npos) refuse(item);
  for (std::size_t i = 0; i < kind_names.size(); ++i) {
    if (item.substr(0, at) != kind_names[i]) continue;
    const Fault fault{static_cast<FaultKind>(i),
                      number_of<std::uint32_t>(item.substr(at + 1), 10, item)};
    if (fault.number == 0) refuse(item);
    return fault;
  }
  refuse(item);
}

}  // namespace

std::string_view to_string(FaultKind kind) noexcept {
  const auto index = static_cast<std::size_t>(kind);
  return index < kind_names.size() ? kind_names[index] : "unknown";
}

std::string Schedule::to_string() const {
  std::string text;
  const auto add = [&text](std::string_view item) {
    text.append(text.empty() ? "" : ",").append(item);
  };
  for (const Fault& fault : faults) {
    add(std::string(durable::to_string(fault.kind)) + "@" + std::to_string(fault.number));
  }
  if (order_seed != 0) add(std::string(order_prefix) + std::to_string(order_seed));
  if (undisturbed()) add(nothing);
  if (outcome) add(std::string(outcome_prefix) + hex(*outcome));
  return text;
}

Schedule Schedule::parse(std::string_view text) {
  Schedule schedule;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view item = text.substr(0, comma);
    if (item.starts_with(order_prefix)) {
      schedule.order_seed = number_of<std::uint64_t>(item.substr(order_prefix.size()), 10, item);
    } else if (item.starts_with(outcome_prefix)) {
      schedule.outcome = number_of<std::uint64_t>(item.substr(outcome_prefix.size()), 16, item);
    } else if (item != nothing) {
      schedule.faults.push_back(fault_of(item));
    }
    if (comma == std::string_view::npos) return schedule;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace durable
