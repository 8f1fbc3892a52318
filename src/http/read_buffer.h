// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace durable::http {

/// Bytes that were read and not yet used, in one piece. Holds no memory until the first read.
class ReadBuffer {
 public:
  [[nodiscard]] std::string_view data() const { return {bytes_.get() + begin_, end_ - begin_}; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }
  [[nodiscard]] std::size_t size() const { return end_ - begin_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

  /// Leaves `room` valid, for a read that is under way.
  void consume(std::size_t count) { begin_ += count; }

  /// Room behind the data; empty if there is none. Valid until the next call of this or `resize`.
  struct Room {
    char* data = nullptr;
    std::size_t size = 0;
  };
  [[nodiscard]] Room room() {
    if (begin_ == end_) {
      begin_ = end_ = 0;
    } else if (end_ == capacity_ && begin_ > 0) {
      std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    return {bytes_.get() + end_, capacity_ - end_};
  }
  void commit(std::size_t count) { end_ += count; }

  /// Makes the buffer `capacity` bytes large; not less than what it holds.
  void resize(std::size_t capacity) {
    capacity = std::max(capacity, size());
    if (capacity == capacity_) return;
    std::unique_ptr<char[]> bytes(new char[capacity]);  // not zeroed, as make_unique would
    if (!empty()) std::memcpy(bytes.get(), bytes_.get() + begin_, size());
    end_ = size();
    begin_ = 0;
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;  // begin_ <= end_ <= capacity_
  std::size_t end_ = 0;
};

}  // namespace durable::http
