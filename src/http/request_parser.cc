// SPDX-License-Identifier: Apache-2.0
#include "http/request_parser.h"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace durable::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using Text = boost::beast::string_view;

std::string as_string(Text text) { return {text.data(), text.size()}; }

ParseFailure failure_of(const error_code& error, const ParserLimits& limits) {
  using Code = beast_http::error;
  if (error == Code::header_limit) {
    return {431, "The request line and headers are larger than " +
                     std::to_string(limits.header_bytes_max) +
                     " bytes. Send fewer or smaller ones"};
  }
  if (error == Code::body_limit || error == Code::buffer_overflow) {
    return {413, "The body is larger than " + std::to_string(limits.body_bytes_max) +
                     " bytes. Send a smaller one"};
  }
  return {400, "This is no HTTP/1.1 request that can be answered: " + error.message() +
                   ". Check what the client sent"};
}

}  // namespace

/// Collects what Beast's parser finds.
class RequestParser::Impl final : public beast_http::basic_parser<true> {
 public:
  explicit Impl(ParserLimits limits) : limits_(limits) {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    body_limit(limits.body_bytes_max);
  }

  std::size_t feed(std::string_view bytes) {
    std::size_t taken = skip_empty_lines(bytes);
    if (!started_) return taken;
    while (state_ != State::complete && state_ != State::failed && taken < bytes.size()) {
      error_code error;
      const bool in_headers = !is_header_done();
      const std::size_t count =
          put(boost::asio::const_buffer(bytes.data() + taken, bytes.size() - taken), error);
      taken += count;
      // Beast takes line by line, and so bounds what it has not yet taken, but not the sum.
      if (in_headers) header_bytes_ += count;
      if (header_bytes_ > limits_.header_bytes_max) error = beast_http::error::header_limit;
      if (error && error != beast_http::error::need_more) return fail(error, taken);
      if (is_done()) {
        state_ = State::complete;
      } else if (in_headers && is_header_done()) {
        state_ = State::body;
        return taken;
      } else if (error == beast_http::error::need_more) {
        return taken;
      }
    }
    return taken;
  }

  std::size_t fail(const error_code& error, std::size_t taken) {
    state_ = State::failed;
    failure_ = failure_of(error, limits_);
    return taken;
  }

  ParserLimits limits_;
  State state_ = State::headers;
  bool started_ = false;
  bool is_http_1_0_ = false;
  std::size_t header_bytes_ = 0;
  Request request_;
  ParseFailure failure_;

 private:
  // RFC 9112, 2.2: a client may send an empty line after a body that it has ended wrongly.
  std::size_t skip_empty_lines(std::string_view bytes) {
    if (started_) return 0;
    std::size_t count = 0;
    while (bytes.substr(count).starts_with("\r\n") && header_bytes_ < limits_.header_bytes_max) {
      count += 2;
      header_bytes_ += 2;
    }
    const std::string_view rest = bytes.substr(count);
    started_ = !rest.empty() && rest != "\r";
    return count;
  }

  void on_request_impl(beast_http::verb, Text method, Text target, int version,
                       error_code& error) override {
    error = {};
    request_.method = as_string(method);
    request_.target = as_string(target);
    is_http_1_0_ = version == 10;
  }

  void on_response_impl(int, Text, int, error_code& error) override { error = {}; }

  void on_field_impl(beast_http::field field, Text name, Text value, error_code& error) override {
    error = {};
    if (state_ != State::headers) return;  // a trailer, which nobody here asks for
    // Any other coding would leave the end of the body to guesses, which smuggling lives on.
    if (field == beast_http::field::transfer_encoding &&
        (is_http_1_0_ || !equals_ignoring_case(as_string(value), "chunked"))) {
      error = beast_http::error::bad_transfer_encoding;
      return;
    }
    request_.headers.push_back({as_string(name), as_string(value)});
  }

  void on_header_impl(error_code& error) override { error = {}; }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& error) override {
    error = {};
    constexpr std::uint64_t trusted = 64 * 1024;  // the client only says so
    if (length) request_.body.reserve(static_cast<std::size_t>(std::min(*length, trusted)));
  }

  std::size_t on_body_impl(Text body, error_code& error) override {
    error = {};
    request_.body.append(body.data(), body.size());
    return body.size();
  }

  void on_chunk_header_impl(std::uint64_t, Text, error_code& error) override { error = {}; }

  std::size_t on_chunk_body_impl(std::uint64_t, Text body, error_code& error) override {
    return on_body_impl(body, error);
  }

  void on_finish_impl(error_code& error) override { error = {}; }
};

RequestParser::RequestParser(ParserLimits limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestParser::~RequestParser() = default;

std::size_t RequestParser::feed(std::string_view bytes) { return impl_->feed(bytes); }
RequestParser::State RequestParser::state() const { return impl_->state_; }
bool RequestParser::started() const { return impl_->started_; }
const ParseFailure& RequestParser::failure() const { return impl_->failure_; }
bool RequestParser::keep_alive() const { return impl_->keep_alive(); }
bool RequestParser::is_http_1_0() const { return impl_->is_http_1_0_; }

bool RequestParser::expects_continue() const {
  const std::optional<std::string_view> expect = find_header(impl_->request_.headers, "Expect");
  return expect && equals_ignoring_case(*expect, "100-continue") && !impl_->is_http_1_0_;
}

std::size_t RequestParser::body_bytes_expected() const {
  return static_cast<std::size_t>(impl_->content_length_remaining().value_or(0));
}

const Request& RequestParser::request() const { return impl_->request_; }
Request RequestParser::take_request() { return std::move(impl_->request_); }

}  // namespace durable::http
