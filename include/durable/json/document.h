// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/result.h>
#include <durable/json/policy.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace durable::json {

/// What a JSON value is.
enum class Kind : std::uint8_t {
  null,
  boolean,
  integer,           ///< A number without fraction or exponent, within the range of int64.
  unsigned_integer,  ///< The same above the range of int64, within that of uint64.
  real,              ///< Any other number.
  string,
  array,
  object,
};

/// One value of a parsed text. The nodes of a document lie in the order of the text: an array is
/// followed by its elements, an object by a key (a string) and a value for each member.
class Node {
 public:
  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool is_null() const noexcept { return kind_ == Kind::null; }

  [[nodiscard]] bool boolean() const noexcept { return size_ != 0; }
  [[nodiscard]] std::int64_t integer() const noexcept { return static_cast<std::int64_t>(word_); }
  [[nodiscard]] std::uint64_t unsigned_integer() const noexcept { return word_; }
  /// The characters of a string, without escapes; the digits of a real number.
  [[nodiscard]] std::string_view text() const noexcept { return {text_, size_}; }
  /// Elements of an array, members of an object.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// The first element, or the key of the first member.
  [[nodiscard]] const Node* first() const noexcept { return this + 1; }
  /// The node after this value.
  [[nodiscard]] const Node* next() const noexcept {
    return kind_ < Kind::array ? this + 1 : this + word_;
  }

 private:
  friend class Document;
  friend class DocumentBuilder;

  Kind kind_;
  std::uint32_t size_;
  union {
    std::uint64_t word_;  // an integer; for containers: how many nodes belong to it
    const char* text_;
  };
};

/// A parsed JSON text (RFC 8259), strict: UTF-8 without byte order mark, no lone surrogates, no
/// comments, nothing after the value, at most `depth_max` levels. Members keep their order;
/// duplicates are kept too.
///
/// Refers to the text that it was parsed from. Small documents need no memory from the heap.
class Document {
 public:
  Document() = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  /// Parses `text`, which must outlive the document. Error: `invalid_json`, with line and column.
  Result<void> parse(std::string_view text);

  /// The value. Only after a `parse` that succeeded.
  [[nodiscard]] const Node& root() const noexcept { return *nodes_; }

 private:
  friend class DocumentBuilder;

  bool parse_plain(std::string_view text) noexcept;
  Node& append();

  static constexpr std::size_t inline_nodes = 24;
  std::array<Node, inline_nodes> inline_;
  Node* nodes_ = inline_.data();
  std::size_t size_ = 0;
  std::size_t capacity_ = inline_nodes;
  std::unique_ptr<Node[]> heap_;
  std::unique_ptr<char[]> characters_;  // of the strings that had escapes
};

}  // namespace durable::json
