// SPDX-License-Identifier: Apache-2.0
#include "engine/refusal.h"

#include <utility>

namespace durable::engine {

Error refuse(std::string text) { return {ErrorCode::invalid_parameter, std::move(text)}; }

Error misuse(std::string text) { return {ErrorCode::invalid_usage, std::move(text)}; }

Error refuse(std::string_view text, UpdatePlace place) {
  std::string message(text);
  message.append(" (Updates[").append(std::to_string(place.index)).append("]: ");
  message.append(wire::to_string(place.update->type)).append(" ");
  message.append(wire::to_string(place.update->action));
  message.append(", Id \"").append(place.update->id).append("\"");
  if (place.update->name) message.append(", Name \"").append(*place.update->name).append("\"");
  message.append(")");
  return refuse(std::move(message));
}

std::string too_large(std::string_view what, std::uint64_t limit, std::uint64_t found) {
  std::string text(what);
  text.append(" must be less than or equal to ").append(std::to_string(limit));
  text.append(" bytes. Found ").append(std::to_string(found)).append(" bytes.");
  return text;
}

}  // namespace durable::engine
