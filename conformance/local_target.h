// SPDX-License-Identifier: Apache-2.0
//
// Runs requirements in this process, on virtual time.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "conformance/function.h"
#include "conformance/target.h"

namespace durable::conformance {

/// The functions of this project, each in a local runner of its own.
class LocalTarget final : public Target {
 public:
  LocalTarget();

  [[nodiscard]] std::string name() const override { return "local"; }
  [[nodiscard]] Result<bool> has(const Requirement& requirement) override;
  [[nodiscard]] Result<Observation> run(const Run& run) override;

 private:
  std::map<std::string, Function, std::less<>> functions_;  // by requirement
};

}  // namespace durable::conformance
