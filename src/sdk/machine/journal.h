// SPDX-License-Identifier: Apache-2.0
//
// What earlier invocations have recorded, found by position: a tree that follows the ids, so that a
// replayed call finds its record by its number in its context, without text or hashing.
#pragma once

#include <durable/wire/model.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace durable::machine {

class Journal {
 public:
  struct Children;

  /// A position in the tree. Without an operation: only its descendants are recorded.
  struct Record {
    wire::Operation* operation = nullptr;
    std::unique_ptr<Children> children;
    bool asked = false;    // the code of this invocation has made this call
    bool entered = false;  // and its body ran, so that its children are asked for, too
    bool updated = false;  // changed from outside since the code was last told

    [[nodiscard]] Record* child(std::uint64_t number) noexcept;
    [[nodiscard]] bool has_children() const noexcept;
    /// Recorded operations of the context that this operation is.
    [[nodiscard]] std::uint64_t stored() const noexcept;
    /// The last of them, in the order of the calls, that had ended when it was loaded; 0: none.
    [[nodiscard]] std::uint64_t last_ended() const noexcept;
  };

  struct Children {
    std::vector<Record> records;  // child n stands at n - 1
    std::uint64_t stored = 0;     // with those that have an id of another form
    std::uint64_t last_ended = 0;

    [[nodiscard]] std::size_t size() const noexcept { return records.size(); }
    [[nodiscard]] Record& operator[](std::size_t index) noexcept { return records[index]; }
    [[nodiscard]] const Record& operator[](std::size_t index) const noexcept {
      return records[index];
    }
  };

  /// Takes a page of operations over. All pages come before the first use of a Record.
  void load(std::vector<wire::Operation> page);

  /// The operation of type EXECUTION; null if none was loaded.
  [[nodiscard]] const wire::Operation* execution() const noexcept { return execution_; }
  /// Whether any other operation was loaded.
  [[nodiscard]] bool has_operations() const noexcept { return operation_count_ > 0; }
  [[nodiscard]] std::size_t operation_count() const noexcept { return operation_count_; }
  [[nodiscard]] Record& root() noexcept { return root_; }

  /// Whether ids are recorded that are not plain positions (hashes, or of another origin).
  [[nodiscard]] bool has_irregular() const noexcept { return !irregular_.empty(); }
  /// The record with this id, however it is written; null if there is none.
  [[nodiscard]] Record* find(std::string_view id) noexcept;
  /// The same, or the position of this id if only descendants of it are recorded.
  [[nodiscard]] Record* locate(std::string_view id) noexcept;

  /// The code has made the call. Returns the operation.
  wire::Operation& ask(Record& record) noexcept;
  /// Operations that are not asked for yet and can still change.
  [[nodiscard]] std::size_t open_unasked() const noexcept { return open_unasked_; }
  /// Takes over a newer state of an operation that is not asked for yet; anything else is ignored.
  void update(wire::Operation operation);
  /// The operation with this id has changed from outside since the code was last told.
  void mark_updated(std::string_view id) noexcept;

  /// Operations that a finished handler never asked for, though their context ran: first ones, at
  /// most `count_max`, in the order of their positions.
  [[nodiscard]] std::vector<const wire::Operation*> leftovers(std::size_t count_max) const;

 private:
  struct Slot {
    Record* record;
    Record* context;  // where it is child `number`; null for an id of another form
    std::uint64_t number;
  };
  [[nodiscard]] Slot slot(std::string_view id);
  void count(const Slot& place, const wire::Operation& operation);
  static void collect(const Record& context, std::size_t count_max,
                      std::vector<const wire::Operation*>& found);

  std::vector<std::vector<wire::Operation>> pages_;
  Record root_;
  // By the id's first part, where that is no plain position. Iterated only to find leftovers, which
  // are then sorted.
  std::unordered_map<std::string, std::unique_ptr<Record>> irregular_;
  const wire::Operation* execution_ = nullptr;
  std::size_t operation_count_ = 0;
  std::size_t open_unasked_ = 0;
};

inline Journal::Record* Journal::Record::child(std::uint64_t number) noexcept {
  if (!children || number == 0 || number > children->records.size()) return nullptr;
  return &children->records[number - 1];
}
inline bool Journal::Record::has_children() const noexcept {
  return children && (!children->records.empty() || children->stored > 0);
}
inline std::uint64_t Journal::Record::stored() const noexcept {
  return children ? children->stored : 0;
}
inline std::uint64_t Journal::Record::last_ended() const noexcept {
  return children ? children->last_ended : 0;
}

}  // namespace durable::machine
