// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"
#include "cli/commands/commands.h"
#include "cli/follow.h"
#include "cli/render.h"
#include "testing/print.h"

#include <durable/wire/json.h>

#include <sstream>

namespace durable::cli {
namespace {

/// A text that is drawn over the one before it.
class Canvas {
 public:
  explicit Canvas(Session& session) : session_(session) {}

  /// Draws the last lines that fit on the screen.
  void draw(const std::string& text) {
    const Screen& screen = session_.world().screen;
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(fit(line, screen.columns));
    const std::size_t height = screen.rows > 1 ? screen.rows - 1 : 1;
    const std::size_t first = lines.size() > height ? lines.size() - height : 0;
    std::string frame;
    if (drawn_ > 0) frame += "\x1b[" + std::to_string(drawn_) + "A";
    frame += "\r\x1b[J";
    for (std::size_t i = first; i < lines.size(); ++i) frame += lines[i] + "\n";
    drawn_ = lines.size() - first;
    session_.out() << frame << std::flush;
  }
  /// Takes it away.
  void clear() { draw(""); }

 private:
  Session& session_;
  std::size_t drawn_ = 0;
};

std::string picture(const detail::RunRecord& record, Session& session) {
  std::ostringstream out;
  out << summary(record, session.out_style()) << "\n";
  print_operations(out, record, session.out_style());
  print_outcome(out, record, session.out_style());
  return out.str();
}

/// What has come, as lines: for people, or JSON for programs.
void print_news(std::span<const wire::Event> news, Timestamp start, Session& session) {
  for (const wire::Event& event : news) {
    if (!session.options().json) {
      session.out() << timeline_line(event, start) << "\n";
      continue;
    }
    const auto body = wire::encode(event);
    const auto value = body ? with_text_times(*body) : body.error();
    const auto text = value ? value->dump() : value.error();
    session.out() << (text ? *text : "{}") << "\n";
  }
  if (!news.empty()) session.out() << std::flush;
}

}  // namespace

Result<int> run_watch(const WatchCommand& command, Session& session) {
  const auto arn = find_execution(session, command.execution);
  if (!arn) return arn.error();
  auto client = session.client();
  if (!client) return std::move(client).error();
  const bool draws = session.world().screen.out_is_terminal && !session.options().json;
  Canvas canvas(session);
  Follower follower(**client, *arn);
  const auto ended =
      follow(session, follower, command.timeout,
             [&](const Follower& at, std::span<const wire::Event> news) {
               if (at.events().empty()) return;
               if (!draws) return print_news(news, at.events().front().event_timestamp, session);
               const auto record = record_of(at.events(), at.arn(), session.now());
               if (record) canvas.draw(picture(**record, session));
             });
  if (!ended) return ended.error();
  if (!*ended) {
    session.err() << "the time to watch is over; the execution goes on\n";
    return exit_still_runs;
  }
  const auto record = record_of(follower.events(), *arn, session.now());
  if (!record) return record.error();
  if (draws) {
    canvas.clear();  // the whole of it, however high the screen is
    session.out() << picture(**record, session);
  } else if (!session.options().json) {
    session.out() << summary(**record, session.out_style()) << "\n";
    print_outcome(session.out(), **record, session.out_style());
  }
  return (*record)->outcome().status == InvocationStatus::succeeded ? exit_success : exit_failed;
}

}  // namespace durable::cli
