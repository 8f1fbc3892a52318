// SPDX-License-Identifier: Apache-2.0
//
// One client's connection, as a machine of states. A request that is held waits for its response
// and for its client to leave at the same time, which callbacks say more plainly than a coroutine.
// Everything here happens on the server's thread.
#pragma once

#include "http/deadlines.h"
#include "http/exchange.h"
#include "http/read_buffer.h"
#include "http/reply.h"
#include "http/request_parser.h"
#include "http/server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace durable::http {

/// What a listener's connections share.
struct Listening {
  Listening(boost::asio::io_context& io, std::shared_ptr<Inbox> exchanges, ListenerOptions chosen,
            Handler answer);

  /// Sets the time-out of `connection`.
  void wait(Deadlines::Timed& connection, Deadlines::Kind kind);
  /// The header Date of now.
  [[nodiscard]] const std::string& date();

  ListenerOptions options;
  Handler handler;
  std::shared_ptr<Inbox> inbox;      // owners: the server, and all exchanges
  std::shared_ptr<const int> alive;  // owner: this, until the listener closes
  std::atomic<std::size_t> connections = 0;
  std::size_t refused = 0;
  bool is_stopping = false;  // accepts no more
  Deadlines deadlines;

 private:
  void arm_timer(Deadlines::Time due);
  void expire();

  boost::asio::steady_timer timer_;
  std::optional<Deadlines::Time> armed_;  // what timer_ waits for
  std::chrono::sys_seconds date_of_;
  std::string date_;
};

class Connection final : public Client,
                         public Deadlines::Timed,
                         public std::enable_shared_from_this<Connection> {
 public:
  enum class Admission { admitted, refused };

  /// `listening` is shared: owners are the listener, and its connections.
  Connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<Listening> listening,
             Admission admission);

  /// Reads requests from now on; or says that there are too many connections, and closes.
  void start();
  /// Closes at once, and tells nobody.
  void close() override;
  /// Closes if no request has begun, and after the response otherwise.
  void stop();
  /// Whether nothing of a request has come.
  [[nodiscard]] bool is_unused() const;

  void answered(Exchange& exchange) override;
  void expired() override;

 private:
  enum class State { reading, working, writing, lingering, closed };

  void advance();
  // Each does one step, and says whether another one can follow at once.
  bool step();
  bool read_request();
  bool dispatch();
  bool write_reply();
  bool end_reply();

  void judge_headers();
  void wait_for_more();
  void reply(Reply reply);
  void send(Response response);
  void refuse(const ParseFailure& failure);
  void send_continue();
  void make_room();
  void start_reading();
  void have_read(std::size_t count, bool is_end);
  void client_left();

  boost::asio::ip::tcp::socket socket_;
  const std::shared_ptr<Listening> listening_;
  const Admission admission_;
  std::shared_ptr<Connection> self_;  // from start to close, whether or not a call is under way
  State state_ = State::reading;
  bool is_reading_ = false;  // a read is under way
  bool is_waiting_to_write_ = false;
  bool has_ended_ = false;  // the client sends no more
  bool is_judged_ = false;  // the headers of the request were found good
  bool had_request_ = false;
  bool keeps_open_ = true;  // after the present request
  ReplyFrame frame_;        // of the present request
  ReadBuffer buffer_;
  std::optional<RequestParser> parser_;
  std::shared_ptr<Exchange> exchange_;  // owners: this, and its responder
  std::string head_;
  std::string body_;
  std::size_t written_ = 0;          // of head_ and body_ together
  std::size_t written_on_time_ = 0;  // of these, before the present write time-out began
};

}  // namespace durable::http
