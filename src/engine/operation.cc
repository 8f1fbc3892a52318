// SPDX-License-Identifier: Apache-2.0
#include "engine/operation.h"

#include <algorithm>
#include <cstddef>
#include <new>
#include <utility>

namespace durable::engine {

namespace {

std::size_t text_size(const OperationInfo::Parts& parts) {
  return parts.id.size() + (parts.sub_type ? parts.sub_type->size() : 0) +
         (parts.name ? parts.name->size() : 0);
}

char* put(char* to, std::string_view text) { return std::copy(text.begin(), text.end(), to); }

}  // namespace

/// Allocates a shared OperationInfo, its control block and its text as one piece.
template <class T>
class WithTextAllocator {
 public:
  using value_type = T;
  explicit WithTextAllocator(std::size_t text) noexcept : text_(text) {}
  template <class U>
  WithTextAllocator(const WithTextAllocator<U>& other) noexcept : text_(other.text_) {}

  T* allocate(std::size_t count) {
    // The object is the last member of the block, so that the text follows it or its padding.
    static_assert(alignof(T) <= alignof(std::max_align_t));
    return static_cast<T*>(::operator new(count * sizeof(T) + text_));
  }
  void deallocate(T* pointer, std::size_t) noexcept { ::operator delete(pointer); }
  template <class U, class... Args>
  void construct(U* place, Args&&... args) {
    ::new (static_cast<void*>(place)) U(std::forward<Args>(args)...);
  }
  template <class U>
  void destroy(U* object) {
    object->~U();
  }
  friend bool operator==(WithTextAllocator a, WithTextAllocator b) { return a.text_ == b.text_; }

 private:
  template <class U>
  friend class WithTextAllocator;
  std::size_t text_;
};

std::shared_ptr<const OperationInfo> OperationInfo::make(Parts&& parts) {
  const WithTextAllocator<OperationInfo> allocator(text_size(parts));
  return std::allocate_shared<OperationInfo>(allocator, std::move(parts));
}

OperationInfo::OperationInfo(Parts&& parts)
    : chained_invoke_(std::move(parts.chained_invoke)),
      id_size_(static_cast<std::uint32_t>(parts.id.size())),
      sub_type_size_(static_cast<std::uint32_t>(parts.sub_type ? parts.sub_type->size() : 0)),
      name_size_(static_cast<std::uint32_t>(parts.name ? parts.name->size() : 0)),
      id_hash_(parts.id_hash),
      parent_(parts.parent),
      timeout_s_(parts.timeout_s),
      heartbeat_timeout_s_(parts.heartbeat_timeout_s),
      type_(parts.type),
      has_sub_type_(parts.sub_type.has_value()),
      has_name_(parts.name.has_value()) {
  char* to = put(reinterpret_cast<char*>(this + 1), parts.id);
  to = put(to, parts.sub_type.value_or(std::string_view()));
  put(to, parts.name.value_or(std::string_view()));
}

bool operator==(const OperationInfo& a, const OperationInfo& b) {
  if (&a == &b) return true;
  const bool same_target =
      (a.chained_invoke_ == nullptr) == (b.chained_invoke_ == nullptr) &&
      (a.chained_invoke_ == nullptr || *a.chained_invoke_ == *b.chained_invoke_);
  return same_target && a.type_ == b.type_ && a.parent_ == b.parent_ && a.id() == b.id() &&
         a.sub_type() == b.sub_type() && a.name() == b.name() && a.timeout_s_ == b.timeout_s_ &&
         a.heartbeat_timeout_s_ == b.heartbeat_timeout_s_;
}

namespace {

template <class T>
bool same(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
  return a == b || (a && b && *a == *b);
}

}  // namespace

bool operator==(const OperationState& a, const OperationState& b) {
  return same(a.info, b.info) && a.result == b.result && same(a.error, b.error) &&
         same(a.chained_invoke_start, b.chained_invoke_start) && a.started_at == b.started_at &&
         a.ended_at == b.ended_at && a.due == b.due && a.heartbeat_due == b.heartbeat_due &&
         a.attempt == b.attempt && a.status == b.status && a.replay_children == b.replay_children &&
         a.unseen == b.unseen && a.updated == b.updated;
}

std::uint64_t size_of(const wire::ErrorObject& error) noexcept {
  std::uint64_t size = 0;
  if (error.error_message) size += error.error_message->size();
  if (error.error_type) size += error.error_type->size();
  if (error.error_data) size += error.error_data->size();
  if (error.stack_trace) {
    for (const std::string& frame : *error.stack_trace) size += frame.size();
  }
  return size;
}

}  // namespace durable::engine
