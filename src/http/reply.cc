// SPDX-License-Identifier: Apache-2.0
#include "http/reply.h"

#include "http/server.h"

#include <algorithm>
#include <array>
#include <utility>

namespace durable::http {
namespace {

constexpr auto reasons = std::to_array<std::pair<int, std::string_view>>({
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
});

bool is_ours(std::string_view name) {
  return equals_ignoring_case(name, "Content-Length") || equals_ignoring_case(name, "Connection") ||
         equals_ignoring_case(name, "Transfer-Encoding") || equals_ignoring_case(name, "Date");
}

bool has_no_content(int status) { return status == 204 || status == 304 || status < 200; }

// A line break in a value would let whoever chose it write headers and bodies of his own.
void append_on_one_line(std::string& out, std::string_view text) {
  const std::size_t start = out.size();
  out += text;
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(start), out.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; }, ' ');
}

std::string two_digits(unsigned value) {
  return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
}

}  // namespace

std::string_view reason_of(int status) {
  const auto found =
      std::lower_bound(reasons.begin(), reasons.end(), status,
                       [](const auto& row, int wanted) { return row.first < wanted; });
  return found != reasons.end() && found->first == status ? found->second : std::string_view{};
}

bool sends_body(const Response& response, const ReplyFrame& frame) {
  return !frame.is_head && !has_no_content(response.status) && !response.body.empty();
}

void append_head(std::string& out, const Response& response, const ReplyFrame& frame) {
  out += "HTTP/1.1 ";
  out += std::to_string(response.status);
  out += ' ';
  out += reason_of(response.status);
  out += "\r\n";
  for (const Header& header : response.headers) {
    if (is_ours(header.name)) continue;
    append_on_one_line(out, header.name);
    out += ": ";
    append_on_one_line(out, header.value);
    out += "\r\n";
  }
  if (!frame.date.empty()) {
    out += "Date: ";
    out += frame.date;
    out += "\r\n";
  }
  if (!has_no_content(response.status)) {
    out += "Content-Length: ";
    out += std::to_string(response.body.size());
    out += "\r\n";
  }
  if (frame.after == AfterReply::close) {
    out += "Connection: close\r\n";
  } else if (frame.is_http_1_0) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

std::string http_date(std::chrono::sys_seconds time) {
  constexpr std::array<std::string_view, 7> days = {"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::string text(days[std::chrono::weekday(day).c_encoding()]);
  text += ", " + two_digits(static_cast<unsigned>(date.day())) + ' ';
  text += months[static_cast<unsigned>(date.month()) - 1];
  text += ' ' + std::to_string(static_cast<int>(date.year())) + ' ';
  text += two_digits(static_cast<unsigned>(clock.hours().count())) + ':';
  text += two_digits(static_cast<unsigned>(clock.minutes().count())) + ':';
  text += two_digits(static_cast<unsigned>(clock.seconds().count())) + " GMT";
  return text;
}

Response plain_refusal(const Refusal& refusal) {
  std::string body = R"({"message":")";
  for (const char c : refusal.message) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') body += '\\';
    // What a client sent may be quoted here, and need not be UTF-8.
    body += byte < 0x20 || byte >= 0x7F ? '?' : c;
  }
  body += "\"}";
  Response response{refusal.status, {{"Content-Type", "application/json"}}, std::move(body)};
  if (refusal.retry_after > Duration::zero()) {
    const auto wait = std::chrono::ceil<std::chrono::seconds>(refusal.retry_after);
    response.headers.push_back({"Retry-After", std::to_string(wait.count())});
  }
  return response;
}

}  // namespace durable::http
