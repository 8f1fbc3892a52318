// SPDX-License-Identifier: Apache-2.0
#include "engine/validate.h"

#include <array>
#include <string>

namespace durable::engine {
namespace {

using wire::OperationAction;
using wire::OperationType;

struct CharsetRow {
  Charset charset;
  std::string_view pattern;
  std::string_view extra;  // beyond letters and digits
};
constexpr std::array<CharsetRow, 3> listed_charsets{{
    {Charset::identifier, "[a-zA-Z0-9-_]+", "-_"},
    {Charset::tenant, "[a-zA-Z0-9\\._:\\/=+\\-@ ]+", "._:/=+-@ "},
    {Charset::function, "a function name or ARN with an optional qualifier", "-_.:$"},
}};

constexpr std::uint8_t bit(Charset charset) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(charset));
}

constexpr std::array<std::uint8_t, 256> make_members() {
  std::array<std::uint8_t, 256> members{};
  for (unsigned c = 0x20; c <= 0x7E; ++c) {
    members[c] |= bit(Charset::printable);
    if (c > 0x20) members[c] |= bit(Charset::graphic);
    const bool alphanumeric =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    for (const CharsetRow& row : listed_charsets) {
      const bool extra = row.extra.find(static_cast<char>(c)) != std::string_view::npos;
      if (alphanumeric || extra) members[c] |= bit(row.charset);
    }
  }
  return members;
}
constexpr std::array<std::uint8_t, 256> members = make_members();

/// An update with no more than what every type allows: nothing, or the payload of a success.
bool is_plain(const wire::OperationUpdate& update) {
  const bool options = update.context_options || update.step_options || update.wait_options ||
                       update.callback_options || update.chained_invoke_options;
  return !options && !update.error &&
         (!update.payload || update.action == OperationAction::succeed);
}

std::string_view pattern_of(Charset charset) {
  for (const CharsetRow& row : listed_charsets) {
    if (row.charset == charset) return row.pattern;
  }
  return charset == Charset::printable ? "[\\x20-\\x7E]+" : "[\\x21-\\x7E]+";
}

Error malformed(std::string_view what, std::string_view value, std::string_view constraint) {
  std::string text = "1 validation error detected: Value '";
  text.append(value.substr(0, 100)).append("' at '").append(what);
  text.append("' failed to satisfy constraint: ").append(constraint);
  return refuse(std::move(text));
}

/// What nearly every text is; the sentence about it is made only where it is not.
bool well_formed(const Limits& limits, std::string_view text, std::uint32_t size_max,
                 Charset charset) {
  if (text.empty() || text.size() > size_max) return false;
  if (!limits.text_patterns) return true;
  unsigned common = bit(charset);
  for (const char c : text) common &= members[static_cast<unsigned char>(c)];
  return common != 0;
}

Result<void> check_text(const Limits& limits, std::string_view what, std::string_view text,
                        std::uint32_t size_max, Charset charset, UpdatePlace place) {
  auto checked = engine::check_text(limits, what, text, size_max, charset);
  if (checked) return checked;
  return refuse(checked.error().message, place);
}

}  // namespace

Result<void> check_text(const Limits& limits, std::string_view what, std::string_view text,
                        std::uint32_t size_max, Charset charset) {
  if (well_formed(limits, text, size_max, charset)) return {};
  if (text.empty()) {
    return malformed(what, text, "Member must have length greater than or equal to 1");
  }
  if (text.size() > size_max) {
    return malformed(what, text,
                     "Member must have length less than or equal to " + std::to_string(size_max) +
                         ", found " + std::to_string(text.size()));
  }
  return malformed(
      what, text,
      std::string("Member must satisfy regular expression pattern: ").append(pattern_of(charset)));
}

Result<void> check_texts(const Limits& limits, UpdatePlace place) {
  const wire::OperationUpdate& update = *place.update;
  const auto absent_or = [&](const std::optional<std::string>& text, std::uint32_t size_max,
                             Charset charset) {
    return !text || well_formed(limits, *text, size_max, charset);
  };
  if (well_formed(limits, update.id, limits.id_size_max, Charset::identifier) &&
      absent_or(update.parent_id, limits.id_size_max, Charset::identifier) &&
      absent_or(update.name, limits.name_size_max, Charset::printable) &&
      absent_or(update.sub_type, limits.sub_type_size_max, Charset::identifier)) {
    return {};
  }
  auto checked =
      check_text(limits, "id", update.id, limits.id_size_max, Charset::identifier, place);
  if (checked && update.parent_id) {
    checked = check_text(limits, "parentId", *update.parent_id, limits.id_size_max,
                         Charset::identifier, place);
  }
  if (checked && update.name) {
    checked =
        check_text(limits, "name", *update.name, limits.name_size_max, Charset::printable, place);
  }
  if (checked && update.sub_type) {
    checked = check_text(limits, "subType", *update.sub_type, limits.sub_type_size_max,
                         Charset::identifier, place);
  }
  return checked;
}

Result<void> check_members(UpdatePlace place) {
  const wire::OperationUpdate& update = *place.update;
  const OperationType type = update.type;
  const OperationAction action = update.action;
  const bool start = action == OperationAction::start;
  if (is_plain(update) && action != OperationAction::retry) return {};

  const bool takes_payload = action == OperationAction::succeed ||
                             action == OperationAction::retry ||
                             (start && type == OperationType::chained_invoke);
  if (update.payload && !takes_payload) {
    return refuse(
        "Cannot provide a Payload for " + std::string(wire::to_string(action)) + " action.", place);
  }
  if (update.error && (start || action == OperationAction::succeed)) {
    return refuse(
        "Cannot provide an Error for " + std::string(wire::to_string(action)) + " action.", place);
  }
  if (update.error && update.payload) {
    return refuse("Cannot provide both an Error and a Payload for RETRY action.", place);
  }
  if (update.context_options &&
      !(type == OperationType::context && action == OperationAction::succeed)) {
    return refuse("Invalid ContextOptions for the given action.", place);
  }
  if (update.step_options.has_value() !=
      (type == OperationType::step && action == OperationAction::retry)) {
    return refuse("Invalid StepOptions for the given action.", place);
  }
  if (update.wait_options && !(type == OperationType::wait && start)) {
    return refuse("Invalid WaitOptions for the given action.", place);
  }
  if (update.callback_options && !(type == OperationType::callback && start)) {
    return refuse("Invalid CallbackOptions for the given action.", place);
  }
  if (update.chained_invoke_options && !(type == OperationType::chained_invoke && start)) {
    return refuse("Invalid ChainedInvokeOptions for the given action.", place);
  }
  return {};
}

Result<void> check_sizes(const Limits& limits, UpdatePlace place) {
  const wire::OperationUpdate& update = *place.update;
  if (update.payload) {
    const bool input = update.action == OperationAction::start;
    const std::uint64_t limit =
        input ? limits.chained_invoke_input_bytes_max : limits.payload_bytes_max;
    if (update.payload->size() > limit) {
      std::string what(wire::to_string(update.type));
      what.append(input ? " input payload size" : " output payload size");
      return refuse(too_large(what, limit, update.payload->size()), place);
    }
  }
  if (update.error) {
    if (auto checked = check_error_size(limits, *update.error); !checked) {
      return refuse(checked.error().message, place);
    }
  }
  return {};
}

Result<void> check_error_size(const Limits& limits, const wire::ErrorObject& error) {
  const std::uint64_t size = size_of(error);
  if (size <= limits.error_bytes_max) return {};
  return refuse(too_large("Error object size", limits.error_bytes_max, size));
}

Result<std::uint32_t> check_seconds(std::string_view what, std::int64_t seconds, std::uint32_t min,
                                    std::uint32_t max, UpdatePlace place) {
  if (seconds >= min && seconds <= max) return static_cast<std::uint32_t>(seconds);
  const std::string bound =
      seconds < min ? "Member must have value greater than or equal to " + std::to_string(min)
                    : "Member must have value less than or equal to " + std::to_string(max);
  return refuse(malformed(what, std::to_string(seconds), bound).message, place);
}

}  // namespace durable::engine
