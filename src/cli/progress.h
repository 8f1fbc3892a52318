// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/session.h"

#include <span>
#include <string>

namespace durable::cli {

/// What an execution is about, on standard error while one waits for it: one line that is drawn
/// again on a terminal, a line for each event elsewhere.
class Progress {
 public:
  /// `quiet`: says nothing.
  Progress(Session& session, bool quiet);
  /// Takes the line away.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::span<const wire::Event> news);
  void clear();

 private:
  void draw();

  Session& session_;
  const bool quiet_;
  const Timestamp start_;
  std::optional<Timestamp> execution_start_;
  std::string latest_;
  std::size_t frame_ = 0;
  bool drawn_ = false;
};

}  // namespace durable::cli
