// SPDX-License-Identifier: Apache-2.0
#include "http/asio_response.h"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

namespace durable::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using Text = boost::beast::string_view;

}  // namespace

/// Collects what Beast's parser finds.
class ResponseParser::Impl final : public beast_http::basic_parser<false> {
 public:
  Impl(std::size_t bytes_max, BodyRule rule) : bytes_max_(bytes_max) {
    constexpr std::size_t largest = std::numeric_limits<std::uint32_t>::max();
    header_limit(static_cast<std::uint32_t>(std::min(bytes_max, largest)));
    body_limit(bytes_max);
    skip(rule == BodyRule::none);
    eager(true);
  }

  std::size_t feed(std::string_view bytes) {
    error_code error;
    const std::size_t count = put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    bytes_ += count;
    if (bytes_ > bytes_max_) error = beast_http::error::body_limit;
    judge(error);
    return count;
  }

  void end() {
    error_code error = beast_http::error::partial_message;
    if (got_some()) put_eof(error);
    judge(error);
  }

  [[nodiscard]] bool is_interim() const {
    return is_done() && response_.status >= 100 && response_.status < 200 &&
           response_.status != 101;
  }

  State state_ = State::incomplete;
  std::string cause_;
  Response response_;

 private:
  void judge(const error_code& error) {
    if (error == beast_http::error::body_limit || error == beast_http::error::header_limit) {
      state_ = State::too_large;
    } else if (error == beast_http::error::partial_message) {
      state_ = State::failed;
      cause_ = got_some() ? "the connection was closed in the middle of the response"
                          : "the connection was closed before the response";
    } else if (error && error != beast_http::error::need_more) {
      state_ = State::failed;
      cause_ = "what arrived is no HTTP/1.1 response: " + error.message();
    } else if (is_done()) {
      state_ = State::complete;
    }
  }

  void on_request_impl(beast_http::verb, Text, Text, int, error_code& error) override {
    error = {};
  }

  void on_response_impl(int status, Text, int, error_code& error) override {
    error = {};
    response_.status = status;
  }

  void on_field_impl(beast_http::field, Text name, Text value, error_code& error) override {
    error = {};
    if (is_header_done()) return;  // a trailer
    response_.headers.push_back(
        {std::string(name.data(), name.size()), std::string(value.data(), value.size())});
  }

  void on_header_impl(error_code& error) override { error = {}; }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& error) override {
    error = {};
    if (length) response_.body.reserve(static_cast<std::size_t>(*length));  // within the limit
  }

  std::size_t on_body_impl(Text body, error_code& error) override {
    error = {};
    response_.body.append(body.data(), body.size());
    return body.size();
  }

  void on_chunk_header_impl(std::uint64_t, Text, error_code& error) override { error = {}; }

  std::size_t on_chunk_body_impl(std::uint64_t, Text body, error_code& error) override {
    return on_body_impl(body, error);
  }

  void on_finish_impl(error_code& error) override { error = {}; }

  const std::size_t bytes_max_;
  std::size_t bytes_ = 0;
};

ResponseParser::ResponseParser(std::size_t bytes_max, BodyRule rule)
    : bytes_max_(bytes_max), rule_(rule) {
  restart();
}
ResponseParser::~ResponseParser() = default;

void ResponseParser::restart() { impl_ = std::make_unique<Impl>(bytes_max_, rule_); }

std::size_t ResponseParser::feed(std::string_view bytes) {
  started_ = started_ || !bytes.empty();
  std::size_t taken = 0;
  while (taken < bytes.size() && impl_->state_ == State::incomplete) {
    const std::size_t count = impl_->feed(bytes.substr(taken));
    taken += count;
    if (impl_->is_interim()) {
      restart();
    } else if (count == 0) {
      break;
    }
  }
  return taken;
}

void ResponseParser::end() {
  if (impl_->state_ == State::incomplete) impl_->end();
}

ResponseParser::State ResponseParser::state() const { return impl_->state_; }
bool ResponseParser::started() const { return started_; }
const std::string& ResponseParser::cause() const { return impl_->cause_; }
bool ResponseParser::keep_alive() const { return impl_->keep_alive(); }
Response ResponseParser::take() { return std::move(impl_->response_); }

}  // namespace durable::http
