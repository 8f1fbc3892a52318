// SPDX-License-Identifier: Apache-2.0
#include "cloud/ini.h"

#include "cloud/text.h"

#include <algorithm>

namespace durable::cloud {
namespace {

/// Without a comment: what follows `#` or `;` after a blank.
std::string_view without_comment(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    const bool marks = text[i] == '#' || text[i] == ';';
    if (marks && (text[i - 1] == ' ' || text[i - 1] == '\t')) return trimmed(text.substr(0, i));
  }
  return text;
}

/// `profile  "my own"` is `profile my own`.
std::string section_name(std::string_view text) {
  std::string name;
  for (const char c : trimmed(text)) {
    const bool blank = c == ' ' || c == '\t';
    if (blank && name.ends_with(' ')) continue;
    if (c != '"' && c != '\'') name += blank ? ' ' : c;
  }
  return name;
}

class IniParser {
 public:
  Result<Ini> parse(std::string_view text) {
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      ++line_number_;
      Result<void> done = take_line(text.substr(begin, end - begin));
      if (!done) return std::move(done).error();
      begin = end + 1;
    }
    return std::move(ini_);
  }

 private:
  Result<void> take_line(std::string_view line) {
    const std::string_view text = trimmed(line);
    if (text.empty() || text[0] == '#' || text[0] == ';') return {};
    if (line[0] == ' ' || line[0] == '\t') return take_continuation(text);
    value_ = nullptr;
    return text[0] == '[' ? take_section(text) : take_value(text);
  }

  Result<void> take_section(std::string_view text) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return wrong("a section has no ']'");
    section_ = &ini_[section_name(text.substr(1, close - 1))];
    return {};
  }

  Result<void> take_value(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos) {
      return wrong("expected [section] or name = value");
    }
    if (section_ == nullptr) return wrong("a value stands before the first [section]");
    const std::string name = lower_case(trimmed(text.substr(0, equals)));
    const std::string_view value = trimmed(text.substr(equals + 1));
    value_ = &(*section_)[name];
    *value_ = name == "credential_process" ? value : without_comment(value);
    return {};
  }

  Result<void> take_continuation(std::string_view text) {
    if (value_ == nullptr) return wrong("a line that begins with a blank continues no value");
    *value_ += '\n';
    *value_ += without_comment(text);
    return {};
  }

  [[nodiscard]] Error wrong(const char* why) const {
    return {ErrorCode::invalid_usage, "line " + std::to_string(line_number_) + ": " + why};
  }

  Ini ini_;
  std::map<std::string, std::string>* section_ = nullptr;
  std::string* value_ = nullptr;
  int line_number_ = 0;
};

}  // namespace

Result<Ini> parse_ini(std::string_view text) { return IniParser().parse(text); }

}  // namespace durable::cloud
