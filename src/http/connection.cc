// SPDX-License-Identifier: Apache-2.0
#include "http/connection.h"

#include "http/limits.h"
#include "http/request_rules.h"

#include <boost/asio/buffer.hpp>

#include <array>
#include <utility>

namespace durable::http {
namespace {

using boost::system::error_code;
using Kind = Deadlines::Kind;
using Tcp = boost::asio::ip::tcp;

Deadlines::Timeouts timeouts_of(const ListenerOptions& options) {
  return {std::chrono::milliseconds{0}, options.header_timeout, options.body_timeout,
          options.idle_timeout,         options.write_timeout,  limits::linger_timeout};
}

bool asks_to_close(const Response& response) {
  const std::optional<std::string_view> value = find_header(response.headers, "Connection");
  return value && equals_ignoring_case(*value, "close");
}

}  // namespace

Listening::Listening(boost::asio::io_context& io, std::shared_ptr<Inbox> exchanges,
                     ListenerOptions chosen, Handler answer)
    : options(std::move(chosen)),
      handler(std::move(answer)),
      inbox(std::move(exchanges)),
      alive(std::make_shared<const int>(0)),
      deadlines(timeouts_of(options)),
      timer_(io) {}

void Listening::wait(Deadlines::Timed& connection, Kind kind) {
  const Deadlines::Time due = deadlines.set(connection, kind, std::chrono::steady_clock::now());
  if (kind != Kind::none) arm_timer(due);
}

// A timer that rings too early costs one look; so it is moved only when it would ring too late.
void Listening::arm_timer(Deadlines::Time due) {
  if (armed_ && *armed_ <= due) return;
  armed_ = due;
  timer_.expires_at(due);
  timer_.async_wait([this, alive_still = std::weak_ptr<const int>(alive)](const error_code& error) {
    if (!error && !alive_still.expired()) expire();
  });
}

void Listening::expire() {
  armed_.reset();
  const Deadlines::Time now = std::chrono::steady_clock::now();
  while (Deadlines::Timed* const due = deadlines.take_due(now)) due->expired();
  const std::optional<Deadlines::Time> next = deadlines.next();
  if (next) arm_timer(*next);
}

const std::string& Listening::date() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (now != date_of_ || date_.empty()) {
    date_of_ = now;
    date_ = http_date(now);
  }
  return date_;
}

Connection::Connection(Tcp::socket socket, std::shared_ptr<Listening> listening,
                       Admission admission)
    : socket_(std::move(socket)), listening_(std::move(listening)), admission_(admission) {
  listening_->deadlines.add(*this);
  if (admission_ == Admission::admitted) {
    ++listening_->connections;
  } else {
    ++listening_->refused;
  }
}

void Connection::start() {
  self_ = shared_from_this();
  error_code ignored;  // a socket that takes no option is found broken at its first use
  socket_.set_option(Tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  if (admission_ == Admission::refused) {
    keeps_open_ = false;
    Refusal refusal{503,
                    "The server has as many connections open as it allows. Try again later, with "
                    "fewer at the same time, or raise its limit"};
    refusal.retry_after = limits::full_retry_delay;
    reply(std::move(refusal));
  }
  advance();
}

void Connection::close() {
  if (state_ == State::closed) return;
  const std::shared_ptr<Connection> until_the_end = std::exchange(self_, nullptr);
  state_ = State::closed;
  error_code ignored;  // nothing can be done for a socket that does not close
  socket_.close(ignored);
  listening_->deadlines.remove(*this);
  if (admission_ == Admission::admitted) {
    --listening_->connections;
  } else {
    --listening_->refused;
  }
  if (const std::shared_ptr<Exchange> exchange = std::exchange(exchange_, nullptr)) {
    exchange->close();
  }
}

void Connection::client_left() {
  const std::shared_ptr<Exchange> exchange = std::exchange(exchange_, nullptr);
  close();
  if (exchange) exchange->abandon();
}

void Connection::stop() {
  if (state_ == State::reading && buffer_.empty() && !(parser_ && parser_->started())) close();
}

bool Connection::is_unused() const {
  const bool has_begun = !buffer_.empty() || (parser_ && parser_->started());
  if (state_ != State::reading || has_begun) return false;
  error_code error;  // of a socket that is broken: closing it is no loss
  return socket_.available(error) == 0;
}

void Connection::expired() {
  const std::shared_ptr<Connection> until_the_end = self_;
  const bool is_request_begun = parser_ && parser_->started();
  if (state_ != State::reading || !is_request_begun) return close();
  const bool has_headers = parser_->state() == RequestParser::State::body;
  refuse({408, std::string("The ") + (has_headers ? "body" : "headers") +
                   " did not arrive in time. Send the request faster, or raise the time-out"});
  advance();
}

void Connection::answered(Exchange& exchange) {
  if (&exchange != exchange_.get() || state_ != State::working) return;
  std::optional<Reply> given = exchange.take_reply();
  if (!given) return;
  reply(std::move(*given));
  advance();
}

void Connection::advance() {
  while (step()) {
  }
  start_reading();
}

bool Connection::step() {
  switch (state_) {
    case State::reading:
      return read_request();
    case State::writing:
      return !is_waiting_to_write_ && write_reply();
    case State::lingering:
      buffer_.consume(buffer_.size());
      return false;
    case State::working:
    case State::closed:
      return false;
  }
  return false;
}

bool Connection::read_request() {
  if (!parser_ && !buffer_.empty()) {
    parser_.emplace(
        ParserLimits{listening_->options.header_bytes_max, listening_->options.body_bytes_max});
  }
  while (!buffer_.empty()) {
    const std::size_t count = parser_->feed(buffer_.data());
    buffer_.consume(count);
    if (parser_->state() == RequestParser::State::failed) {
      refuse(parser_->failure());
      return true;
    }
    if (!is_judged_ && parser_->state() != RequestParser::State::headers) {
      judge_headers();
      if (state_ != State::reading) return true;
    }
    if (parser_->state() == RequestParser::State::complete) return dispatch();
    if (count == 0) break;
  }
  if (has_ended_) {
    client_left();
    return false;
  }
  wait_for_more();
  return false;
}

void Connection::judge_headers() {
  const Version version = parser_->is_http_1_0() ? Version::http_1_0 : Version::http_1_1;
  const std::optional<ParseFailure> failure =
      judge_host(parser_->request().headers, version, listening_->options.allowed_hosts);
  if (failure) return refuse(*failure);
  is_judged_ = true;
  // A client that has begun to send its body does not wait for a word.
  const bool waits = parser_->state() == RequestParser::State::body && buffer_.empty();
  if (waits && parser_->expects_continue()) send_continue();
}

void Connection::send_continue() {
  constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
  error_code error;
  const std::size_t count = socket_.write_some(boost::asio::buffer(line), error);
  if (error || count != line.size()) client_left();  // its window is shut before the first response
}

void Connection::wait_for_more() {
  Kind wanted = Kind::headers;
  if (!parser_ || !parser_->started()) {
    wanted = had_request_ ? Kind::idle : Kind::headers;
  } else if (parser_->state() == RequestParser::State::body) {
    wanted = Kind::body;
  }
  if (kind() != wanted) listening_->wait(*this, wanted);
  if (wanted == Kind::idle && listening_->is_stopping) close();
}

bool Connection::dispatch() {
  had_request_ = true;
  is_judged_ = false;
  keeps_open_ = parser_->keep_alive();
  frame_ = {};
  frame_.is_http_1_0 = parser_->is_http_1_0();
  Request request = parser_->take_request();
  frame_.is_head = request.method == "HEAD";
  parser_.reset();
  if (buffer_.capacity() > limits::read_bytes && buffer_.size() <= limits::read_bytes) {
    if (!is_reading_) buffer_.resize(limits::read_bytes);
  }
  state_ = State::working;

  exchange_ = std::make_shared<Exchange>(listening_->inbox, weak_from_this(), listening_->alive);
  const std::shared_ptr<Exchange> exchange = exchange_;
  exchange->begin_dispatch();
  try {
    listening_->handler(std::move(request), Responder(exchange));
  } catch (...) {
    exchange->respond(Refusal{500, "This request failed by an error of the server"});
  }
  std::optional<Reply> given = exchange->end_dispatch();
  if (given) {
    reply(std::move(*given));
    return true;
  }
  if (has_ended_) {
    client_left();
  } else {
    listening_->wait(*this, Kind::none);
  }
  return false;
}

void Connection::refuse(const ParseFailure& failure) {
  keeps_open_ = false;
  frame_ = {};
  frame_.is_head = parser_->request().method == "HEAD";
  const Request& request = parser_->request();
  reply(Refusal{failure.status, failure.message, request.method, request.target});
}

void Connection::reply(Reply reply) {
  if (auto* const response = std::get_if<Response>(&reply)) return send(std::move(*response));
  send(listening_->options.refuse(std::get<Refusal>(reply)));
}

void Connection::send(Response response) {
  exchange_.reset();
  parser_.reset();
  is_judged_ = false;
  if (listening_->is_stopping || asks_to_close(response)) keeps_open_ = false;
  frame_.after = keeps_open_ ? AfterReply::keep_open : AfterReply::close;
  frame_.date = listening_->date();
  head_.clear();
  append_head(head_, response, frame_);
  body_ = sends_body(response, frame_) ? std::move(response.body) : std::string{};
  written_ = 0;
  written_on_time_ = 0;
  state_ = State::writing;
}

bool Connection::write_reply() {
  const std::size_t total = head_.size() + body_.size();
  while (written_ < total) {
    const std::size_t in_head = std::min(written_, head_.size());
    const std::array<boost::asio::const_buffer, 2> rest = {
        boost::asio::buffer(head_) + in_head, boost::asio::buffer(body_) + (written_ - in_head)};
    error_code error;
    written_ += socket_.write_some(rest, error);
    if (error == boost::asio::error::would_block) {
      const bool is_on_time = written_ >= written_on_time_ + limits::write_progress_bytes;
      if (kind() != Kind::write || is_on_time) {
        written_on_time_ = written_;
        listening_->wait(*this, Kind::write);
      }
      is_waiting_to_write_ = true;
      socket_.async_wait(Tcp::socket::wait_write,
                         [self = shared_from_this()](const error_code& failed) {
                           self->is_waiting_to_write_ = false;
                           if (self->state_ == State::closed) return;
                           if (failed) return self->client_left();
                           self->advance();
                         });
      return false;
    }
    if (error) {
      client_left();
      return false;
    }
  }
  return end_reply();
}

bool Connection::end_reply() {
  head_.clear();
  body_ = {};
  if (keeps_open_) {
    state_ = State::reading;
    listening_->wait(*this, Kind::idle);
    return true;
  }
  error_code error;
  socket_.shutdown(Tcp::socket::shutdown_send, error);
  if (error || has_ended_) {
    close();
    return false;
  }
  // Closing now would reset the connection under what the client still sends, and with it the
  // response that it has not read.
  state_ = State::lingering;
  listening_->wait(*this, Kind::linger);
  return true;
}

void Connection::make_room() {
  std::size_t wanted = limits::read_bytes;
  if (state_ == State::working) {
    wanted = std::min(buffer_.size() * 2, limits::pipelined_bytes_max);
  } else if (state_ == State::reading) {
    // The parser judges headers that are too long as soon as it sees them in one piece.
    wanted =
        std::min(buffer_.size() * 2, listening_->options.header_bytes_max + limits::read_bytes);
    const bool in_body = parser_ && parser_->state() == RequestParser::State::body;
    if (in_body && parser_->body_bytes_expected() > limits::read_bytes) {
      wanted = std::max(wanted, limits::body_read_bytes);
    }
  }
  wanted = std::max(wanted, limits::read_bytes);
  if (wanted > buffer_.capacity()) buffer_.resize(wanted);
}

void Connection::start_reading() {
  if (is_reading_ || has_ended_ || state_ == State::closed || state_ == State::writing) return;
  make_room();
  const ReadBuffer::Room room = buffer_.room();
  if (room.size == 0) {
    if (state_ == State::reading) {
      refuse({400, "A line of the request is too long. Send shorter ones"});
      advance();
    }
    return;  // in work, with as many further requests as may wait
  }
  is_reading_ = true;
  socket_.async_read_some(boost::asio::buffer(room.data, room.size),
                          [self = shared_from_this()](const error_code& error, std::size_t count) {
                            self->is_reading_ = false;
                            if (self->state_ != State::closed)
                              self->have_read(count, static_cast<bool>(error));
                          });
}

void Connection::have_read(std::size_t count, bool is_end) {
  buffer_.commit(count);
  if (is_end) {
    has_ended_ = true;
    if (state_ == State::working || state_ == State::lingering) return client_left();
  }
  advance();
}

}  // namespace durable::http
