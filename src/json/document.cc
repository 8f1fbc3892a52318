// SPDX-License-Identifier: Apache-2.0
//
// The only place that knows the JSON library: its parser's events become the nodes of a document.
#include <durable/json/detail/reflect.h>
#include <durable/json/document.h>

#include "json/text.h"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <string>

namespace durable::json {

namespace bj = boost::json;

/// Receives the parser's events. Open containers are linked through their nodes: until a container
/// is closed, its word holds the index of the container around it.
class DocumentBuilder {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t max_array_size = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::uint32_t>::max();

  DocumentBuilder(Document& document, std::string_view text) : document_(document), text_(text) {}

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_object_begin(bj::error_code&) { return open(Kind::object); }
  bool on_object_end(std::size_t n, bj::error_code&) { return close(n); }
  bool on_array_begin(bj::error_code&) { return open(Kind::array); }
  bool on_array_end(std::size_t n, bj::error_code&) { return close(n); }
  bool on_key_part(bj::string_view s, std::size_t, bj::error_code&) { return piece(s); }
  bool on_key(bj::string_view s, std::size_t, bj::error_code&) { return string(s); }
  bool on_string_part(bj::string_view s, std::size_t, bj::error_code&) { return piece(s); }
  bool on_string(bj::string_view s, std::size_t, bj::error_code&) { return string(s); }
  bool on_number_part(bj::string_view, bj::error_code&) { return true; }
  bool on_int64(std::int64_t value, bj::string_view s, bj::error_code&) {
    if (value == 0 && s.front() == '-') return real(s);  // an integer has no negative zero
    number(Kind::integer, static_cast<std::uint64_t>(value));
    return true;
  }
  bool on_uint64(std::uint64_t value, bj::string_view, bj::error_code&) {
    number(Kind::unsigned_integer, value);
    return true;
  }
  bool on_double(double value, bj::string_view s, bj::error_code& ec) {
    // The library's value is not always the nearest one, so the digits are kept and read later.
    if (!std::isfinite(value)) {
      double exact = 0;
      const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), exact);
      if (error != std::errc() || !std::isfinite(exact)) {
        ec = bj::make_error_code(bj::error::exponent_overflow);
        return false;
      }
    }
    return real(s);
  }
  bool on_bool(bool value, bj::error_code&) {
    Node& node = document_.append();
    node.kind_ = Kind::boolean;
    node.size_ = value ? 1 : 0;
    return true;
  }
  bool on_null(bj::error_code&) {
    document_.append().kind_ = Kind::null;
    return true;
  }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }

 private:
  bool open(Kind kind) {
    const std::size_t index = document_.size_;
    Node& node = document_.append();
    node.kind_ = kind;
    node.word_ = container_;
    container_ = index;
    return true;
  }
  bool close(std::size_t n) {
    Node& node = document_.nodes_[container_];
    const std::size_t around = node.word_;
    node.size_ = static_cast<std::uint32_t>(n);
    node.word_ = document_.size_ - container_;
    container_ = around;
    return true;
  }
  void number(Kind kind, std::uint64_t word) {
    Node& node = document_.append();
    node.kind_ = kind;
    node.word_ = word;
  }
  bool real(bj::string_view digits) {
    text_node(Kind::real, digits.data(), digits.size());
    return true;
  }
  void text_node(Kind kind, const char* text, std::size_t size) {
    Node& node = document_.append();
    node.kind_ = kind;
    node.size_ = static_cast<std::uint32_t>(size);
    node.text_ = text;
  }
  bool string(bj::string_view s) {
    const bool in_place =
        pieces_ == 0 && s.data() >= text_.data() && s.data() < text_.data() + text_.size();
    if (in_place || (pieces_ == 0 && s.empty())) {
      text_node(Kind::string, s.data(), s.size());
      return true;
    }
    piece(s);
    text_node(Kind::string, document_.characters_.get() + used_ - pieces_, pieces_);
    pieces_ = 0;
    return true;
  }
  /// Keeps a piece of a string with escapes. All such strings together are shorter than the text.
  bool piece(bj::string_view s) {
    if (!document_.characters_) document_.characters_.reset(new char[text_.size()]);
    if (!s.empty()) std::memcpy(document_.characters_.get() + used_, s.data(), s.size());
    used_ += s.size();
    pieces_ += s.size();
    return true;
  }

  Document& document_;
  std::string_view text_;
  std::size_t container_ = 0;
  std::size_t used_ = 0;    // of document_.characters_
  std::size_t pieces_ = 0;  // characters kept of the present string
};

namespace {

std::string position(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return "line " + std::to_string(line) + ", column " +
         std::to_string(before.size() - line_begin + 1);
}

/// Whether an escape of a UTF-16 surrogate ends at `offset`.
bool after_surrogate(std::string_view text, std::size_t offset) {
  constexpr std::size_t escape = 6;  // \ud800
  if (offset < escape || offset > text.size()) return false;
  const std::string_view last = text.substr(offset - escape, escape);
  return last.starts_with("\\u") && (last[2] == 'd' || last[2] == 'D') &&
         std::string_view("89abcdefABCDEF").find(last[3]) != std::string_view::npos;
}

std::string character_at(std::string_view text, std::size_t offset) {
  const auto c = static_cast<unsigned char>(text[offset]);
  if (c < 0x20) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    return std::string("control character 0x") + digits[c >> 4U] + digits[c & 0xFU];
  }
  const std::size_t size = detail::utf8_sequence(text, offset);
  if (size == 0) return "byte that is no UTF-8";
  // Of a word that is no literal, all of it.
  constexpr std::size_t word_max = 16;
  std::size_t end = offset;
  while (end < text.size() && end - offset < word_max && c < 0x80 &&
         detail::is_name_character(text[end])) {
    ++end;
  }
  return "'" + std::string(text.substr(offset, std::max(size, end - offset))) + "'";
}

std::string reason(const bj::error_code& ec, std::string_view text, std::size_t offset) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return "expected a JSON value, found nothing";
  }
  if (text.starts_with("\xEF\xBB\xBF")) return "found a byte order mark; remove it";
  switch (static_cast<bj::error>(ec.value())) {
    case bj::error::too_deep:
      return "expected at most " + std::to_string(depth_max) + " levels of nesting, found more";
    case bj::error::exponent_overflow:
      return "expected a number in the range of a double";
    case bj::error::illegal_leading_surrogate:
    case bj::error::illegal_trailing_surrogate:
    case bj::error::expected_utf16_escape:
      return "found half of a surrogate pair, which is no character";
    default:
      break;
  }
  if (after_surrogate(text, offset)) return "found half of a surrogate pair, which is no character";
  if (offset >= text.size()) return "the text ends too early";
  const std::string found = character_at(text, offset);
  if (ec == bj::error::extra_data) return "expected the end of the text, found " + found;
  if (ec == bj::error::expected_hex_digit) return "expected a hexadecimal digit, found " + found;
  return "unexpected " + found;
}

Error parse_error(const bj::error_code& ec, std::string_view text, std::size_t offset) {
  return {ErrorCode::invalid_json,
          "invalid JSON at " + position(text, offset) + ": " + reason(ec, text, offset)};
}

}  // namespace

Node& Document::append() {
  if (size_ == capacity_) {
    auto larger = std::make_unique<Node[]>(capacity_ * 2);
    std::copy(nodes_, nodes_ + size_, larger.get());
    heap_ = std::move(larger);
    nodes_ = heap_.get();
    capacity_ *= 2;
  }
  return nodes_[size_++];
}

bool Document::parse_plain(std::string_view text) noexcept {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  const std::string_view inside = text.substr(1, text.size() - 2);
  if (detail::plain_end(inside, 0) != inside.size()) return false;
  Node& node = append();
  node.kind_ = Kind::string;
  node.size_ = static_cast<std::uint32_t>(inside.size());
  node.text_ = inside.data();
  return true;
}

Result<void> Document::parse(std::string_view text) {
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    return Error{ErrorCode::invalid_json,
                 "expected at most 4 GiB of JSON, found " + std::to_string(text.size()) + " bytes"};
  }
  size_ = 0;
  characters_.reset();
  if (parse_plain(text)) return {};

  bj::parse_options options;
  options.max_depth = depth_max;
  bj::basic_parser<DocumentBuilder> parser(options, *this, text);
  bj::error_code ec;
  const std::size_t consumed = parser.write_some(false, text.data(), text.size(), ec);
  if (ec) return parse_error(ec, text, consumed);
  if (consumed < text.size()) {
    return parse_error(bj::make_error_code(bj::error::extra_data), text, consumed);
  }
  return {};
}

}  // namespace durable::json
