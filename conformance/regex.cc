// SPDX-License-Identifier: Apache-2.0
#include "conformance/regex.h"

#include <array>
#include <new>
#include <string>
#include <utility>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace durable::conformance {
namespace {

/// Code points; Unicode's letters and digits; `\uXXXX`; nothing that looks at single bytes.
constexpr std::uint32_t as_in_python =
    PCRE2_UTF | PCRE2_UCP | PCRE2_ALT_BSUX | PCRE2_NEVER_BACKSLASH_C;

std::string message_of(int error) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(error, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

PCRE2_SPTR bytes_of(std::string_view text) {
  return reinterpret_cast<PCRE2_SPTR>(text.data() != nullptr ? text.data() : "");
}

/// Python's `\Z` is the very end of the text, which is `\z` in PCRE2.
std::string in_words_of_pcre2(std::string_view pattern) {
  std::string text(pattern);
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '\\') continue;
    if (text[++i] == 'Z') text[i] = 'z';
  }
  return text;
}

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const noexcept {
    free(object);
  }
};
using MatchData = std::unique_ptr<pcre2_match_data, Free<pcre2_match_data_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Free<pcre2_match_context_free>>;

}  // namespace

struct Regex::Code {
  std::unique_ptr<pcre2_code, Free<pcre2_code_free>> code;
};

Result<Regex> Regex::parse(std::string_view pattern) {
  if (pattern.size() > pattern_bytes_max) {
    return Error{ErrorCode::invalid_parameter,
                 "expected a regular expression of at most " + std::to_string(pattern_bytes_max) +
                     " bytes, found " + std::to_string(pattern.size())};
  }
  const std::string text = in_words_of_pcre2(pattern);
  int error = 0;
  PCRE2_SIZE at = 0;
  pcre2_code* const code =
      pcre2_compile(bytes_of(text), text.size(), as_in_python, &error, &at, nullptr);
  if (code == nullptr) {
    return Error{ErrorCode::invalid_parameter,
                 message_of(error) + ", at character " + std::to_string(at + 1)};
  }
  return Regex(std::make_shared<const Code>(Code{decltype(Code::code)(code)}));
}

Result<bool> Regex::is_in(std::string_view text) const {
  const MatchData data(pcre2_match_data_create_from_pattern(code_->code.get(), nullptr));
  const MatchContext context(pcre2_match_context_create(nullptr));
  if (!data || !context) throw std::bad_alloc();
  pcre2_set_match_limit(context.get(), search_steps_max);
  pcre2_set_heap_limit(context.get(), search_kib_max);
  const int found =
      pcre2_match(code_->code.get(), bytes_of(text), text.size(), 0, 0, data.get(), context.get());
  if (found >= 0) return true;
  if (found == PCRE2_ERROR_NOMATCH) return false;
  return Error{ErrorCode::invalid_parameter, "the search was given up: " + message_of(found)};
}

}  // namespace durable::conformance
