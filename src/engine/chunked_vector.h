// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/assert.h>

#include <bit>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace durable::engine {

/// A sequence that only grows at its end, in chunks: elements never move, so that growing costs
/// neither a copy nor a moment in which everything is in memory twice. Access by position is O(1).
///
/// Chunks double from 8 elements up to 256 and then stay at 512: a short execution holds little, a
/// long one wastes at most one chunk.
template <class T>
class ChunkedVector {
 public:
  using value_type = T;

  class const_iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    const_iterator() = default;
    const_iterator(const ChunkedVector* owner, std::size_t position)
        : owner_(owner), position_(position) {}
    reference operator*() const { return (*owner_)[position_]; }
    pointer operator->() const { return &(*owner_)[position_]; }
    const_iterator& operator++() {
      ++position_;
      return *this;
    }
    const_iterator operator++(int) {
      const_iterator before = *this;
      ++position_;
      return before;
    }
    friend bool operator==(const const_iterator& a, const const_iterator& b) {
      return a.position_ == b.position_;
    }

   private:
    const ChunkedVector* owner_ = nullptr;
    std::size_t position_ = 0;
  };

  ChunkedVector() = default;
  ChunkedVector(const ChunkedVector& other) {
    for (const T& element : other) push_back(element);
  }
  ChunkedVector(ChunkedVector&& other) noexcept
      : chunks_(std::move(other.chunks_)), size_(std::exchange(other.size_, 0)) {
    other.chunks_.clear();
  }
  ChunkedVector& operator=(ChunkedVector other) noexcept {
    std::swap(chunks_, other.chunks_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~ChunkedVector() { clear(); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  const T& operator[](std::size_t position) const {
    DURABLE_ASSERT(position < size_);
    const Place place = place_of(position);
    return chunks_[place.chunk][place.offset];
  }
  T& operator[](std::size_t position) {
    DURABLE_ASSERT(position < size_);
    const Place place = place_of(position);
    return chunks_[place.chunk][place.offset];
  }
  const T& back() const { return (*this)[size_ - 1]; }

  template <class... Args>
  T& emplace_back(Args&&... args) {
    const Place place = place_of(size_);
    if (place.chunk == chunks_.size()) {
      if (chunks_.size() == chunks_.capacity()) chunks_.reserve(2 * chunks_.size() + 1);
      chunks_.push_back(std::allocator<T>().allocate(capacity_of(place.chunk)));
    }
    T* element =
        std::construct_at(chunks_[place.chunk] + place.offset, std::forward<Args>(args)...);
    ++size_;
    return *element;
  }
  void push_back(const T& element) { emplace_back(element); }
  void push_back(T&& element) { emplace_back(std::move(element)); }

  void clear() noexcept {
    while (size_ > 0) {
      const Place place = place_of(--size_);
      std::destroy_at(chunks_[place.chunk] + place.offset);
    }
    for (std::size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
      std::allocator<T>().deallocate(chunks_[chunk], capacity_of(chunk));
    }
    chunks_.clear();
  }

  [[nodiscard]] const_iterator begin() const { return {this, 0}; }
  [[nodiscard]] const_iterator end() const { return {this, size_}; }

  friend bool operator==(const ChunkedVector& a, const ChunkedVector& b) {
    if (a.size_ != b.size_) return false;
    for (std::size_t i = 0; i < a.size_; ++i) {
      if (!(a[i] == b[i])) return false;
    }
    return true;
  }

 private:
  struct Place {
    std::size_t chunk;
    std::size_t offset;
  };
  static constexpr std::size_t smallest = 8;
  static constexpr std::size_t largest = 512;
  static constexpr std::size_t doubling_chunks = 7;  // 8, 8, 16, 32, 64, 128, 256: 512 in all.

  static Place place_of(std::size_t position) noexcept {
    if (position >= largest) return {doubling_chunks - 1 + position / largest, position % largest};
    if (position < smallest) return {0, position};
    const auto width = static_cast<std::size_t>(std::bit_width(position));
    return {width - 3, position - (std::size_t{1} << (width - 1))};
  }
  static std::size_t capacity_of(std::size_t chunk) noexcept {
    if (chunk >= doubling_chunks) return largest;
    return chunk == 0 ? smallest : std::size_t{1} << (chunk + 2);
  }

  std::vector<T*> chunks_;
  std::size_t size_ = 0;
};

}  // namespace durable::engine
