// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include "testing/print.h"

#include <array>

namespace durable::cli {
namespace {

constexpr std::array<std::string_view, 10> frames{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};

/// With tenths of a second, which show that something goes on.
std::string elapsed(Duration time) {
  const auto tenths = time.count() / 100;
  if (time >= std::chrono::minutes{1}) return format_duration(std::chrono::seconds{tenths / 10});
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "s";
}

}  // namespace

Progress::Progress(Session& session, bool quiet)
    : session_(session), quiet_(quiet), start_(session.now()) {}
Progress::~Progress() { clear(); }

void Progress::show(std::span<const wire::Event> news) {
  if (quiet_) return;
  for (const wire::Event& event : news) {
    if (!execution_start_) execution_start_ = event.event_timestamp;
    if (session_.world().screen.err_is_terminal) {
      if (event.event_type != wire::EventType::invocation_completed)
        latest_ = describe_event(event);
    } else {
      session_.err() << timeline_line(event, *execution_start_) << "\n";
    }
  }
  if (session_.world().screen.err_is_terminal) draw();
}

void Progress::draw() {
  const std::string_view frame = frames[frame_++ % frames.size()];
  std::string line(frame);
  line += " " + elapsed(session_.now() - start_);
  if (!latest_.empty()) line += "  " + latest_;
  session_.err() << "\r\x1b[K" << fit(line, session_.world().screen.columns) << std::flush;
  drawn_ = true;
}

void Progress::clear() {
  if (!drawn_) return;
  session_.err() << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

}  // namespace durable::cli
