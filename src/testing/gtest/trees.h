// SPDX-License-Identifier: Apache-2.0
//
// What DURABLE_RECORD_TREES asks for: the tree of operations of each run of a DURABLE_TEST, as text
// that is the same in both modes.
#pragma once

#include "testing/gtest/mode.h"

#include <memory>
#include <string>

namespace durable::detail {

inline constexpr const char* record_trees_variable = "DURABLE_RECORD_TREES";

/// Status, result and error of a run, and its operations, each a line, nested by two spaces: type,
/// sub type, name, status, attempts, result, error. Without times; ids that the service chooses
/// stand as `<execution>`, `<callback PATH>` and `<execution of PATH>`.
[[nodiscard]] std::string canonical_tree(const DurableFunctionTestResult& result);

/// Where DURABLE_RECORD_TREES names a folder: a runner that does what `runner` does and writes the
/// tree of each of its results to `<folder>/<full_name>.txt`. Null where it names none. `runner`
/// must outlive it. Throws `std::runtime_error` when the folder cannot be made.
[[nodiscard]] std::unique_ptr<DurableTestRunner> record_trees(const Variables& variables,
                                                              const std::string& full_name,
                                                              DurableTestRunner& runner);

}  // namespace durable::detail
