// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/random.h>
#include <durable/json/json.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace durable::json_test {

/// The message of a decode that must fail.
template <class T>
std::string error_of(std::string_view text) {
  const Result<T> result = json::decode<T>(text);
  if (result) return "no error";
  return result.error().code == ErrorCode::invalid_json ? result.error().message : "wrong code";
}

/// Text with all that is special in JSON and in UTF-8, at any distance.
inline std::string random_text(Random& random, std::size_t pieces) {
  constexpr std::array<std::string_view, 16> specials{
      "\"",     "\\",     "\n",     "\x01",   "\x1f",       "\x7f",       "\u0080", "\u07ff",
      "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff", "/",      "{}[],:"};
  std::string text;
  for (std::size_t i = 0; i < pieces; ++i) {
    if (random.below(3) == 0)
      text += specials[random.below(specials.size())];
    else
      text.append(random.below(20), static_cast<char>('a' + random.below(26)));
    if (random.below(40) == 0) text += '\0';
  }
  return text;
}

}  // namespace durable::json_test
