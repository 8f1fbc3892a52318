// SPDX-License-Identifier: Apache-2.0
#include "functions/log.h"

#include "json/text.h"

#include <algorithm>
#include <utility>

namespace durable::functions {
namespace {

std::size_t size_of(const LogLine& line) {
  return sizeof(LogLine) + line.text.size() + line.request_id.size();
}

}  // namespace

void LineSplitter::append(std::string_view bytes, const Sink& sink) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::size_t room = line_bytes_max - rest_.size();
    const std::size_t taken = std::min({end, bytes.size(), room});
    rest_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    const bool complete = !bytes.empty() && bytes.front() == '\n';
    if (complete) bytes.remove_prefix(1);
    if (!complete && rest_.size() < line_bytes_max) continue;
    if (complete && !rest_.empty() && rest_.back() == '\r') rest_.pop_back();
    sink(std::exchange(rest_, {}));
  }
}

void LineSplitter::flush(const Sink& sink) {
  if (!rest_.empty()) sink(std::exchange(rest_, {}));
}

void Log::append(LogLine line) {
  line.text = to_utf8(std::move(line.text));
  line.number = ++last_number_;
  bytes_ += size_of(line);
  lines_.push_back(std::move(line));
  while (lines_.size() > lines_max_ || bytes_ > log_bytes_max) {
    bytes_ -= size_of(lines_.front());
    lines_.pop_front();
  }
}

std::vector<LogLine> Log::after(std::uint64_t number, std::size_t count_max) const {
  if (number >= last_number_) return {};
  const std::uint64_t first = last_number_ - lines_.size() + 1;
  const std::uint64_t from = std::max(number + 1, first) - first;
  const auto begin = lines_.begin() + static_cast<std::ptrdiff_t>(from);
  const std::size_t count =
      std::min(count_max, static_cast<std::size_t>(std::distance(begin, lines_.end())));
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

std::string to_utf8(std::string text) {
  std::size_t at = 0;
  const auto skip_good = [&] {
    while (at < text.size()) {
      const bool ascii = static_cast<unsigned char>(text[at]) < 0x80;
      const std::size_t size = ascii ? 1 : json::detail::utf8_sequence(text, at);
      if (size == 0) return;
      at += size;
    }
  };
  skip_good();
  if (at == text.size()) return text;
  std::string result;
  for (std::size_t from = 0; from < text.size(); from = at) {
    skip_good();
    result.append(text, from, at - from);
    if (at == text.size()) break;
    result += "\xEF\xBF\xBD";
    ++at;
  }
  return result;
}

}  // namespace durable::functions
