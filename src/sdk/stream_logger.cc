// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/stream_logger.h>

#include <durable/json/writer.h>

#include "sdk/utf8.h"

#include <algorithm>
#include <cmath>
#include <ostream>

namespace durable {
namespace {

void append_string(std::string_view text, std::string& out) {
  const std::size_t begin = out.size();
  json::Writer writer(out);
  if (writer.string(text)) return;
  out.resize(begin);
  json::Writer again(out);
  static_cast<void>(again.string(detail::repair_utf8(text)));
}

void append_value(const LogValue& value, std::string& out) {
  value.visit([&](auto known) {
    using T = decltype(known);
    json::Writer writer(out);
    if constexpr (std::is_same_v<T, std::string_view>) {
      append_string(known, out);
    } else if constexpr (std::is_same_v<T, bool>) {
      writer.boolean(known);
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      writer.integer(known);
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
      writer.unsigned_integer(known);
    } else if (std::isfinite(known)) {
      static_cast<void>(writer.real(known));
    } else {
      append_string(LogValue(known).to_text(), out);  // JSON has no such number
    }
  });
}

void append_time(Timestamp now, std::string& out) {
  json::Writer writer(out);
  if (!writer.timestamp(now)) writer.null();
}

bool is_reserved(std::string_view key) noexcept {
  return key == "timestamp" || key == "level" || key == "message";
}

bool is_plain(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c != '"' && c != '=' && c != '\\' && c != 0x7F;
  });
}

}  // namespace

void StreamLogger::write(const LogRecord& record) noexcept {
  const std::lock_guard lock(mutex_);
  try {
    line_.clear();
    format(record, clock_.now(), line_);
    line_ += '\n';
    if (stream_ != nullptr) {
      stream_->write(line_.data(), static_cast<std::streamsize>(line_.size()));
      stream_->flush();
    } else {
      std::fwrite(line_.data(), 1, line_.size(), file_);
      std::fflush(file_);
    }
  } catch (...) {
    // A stream that throws, or no memory: there is nowhere left to tell it.
    return;
  }
}

void JsonLinesLogger::format(const LogRecord& record, Timestamp now, std::string& line) const {
  line += "{\"timestamp\":";
  append_time(now, line);
  line.append(",\"level\":\"").append(to_string(record.level)).append("\",\"message\":");
  append_string(record.message, line);
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    const LogField& field = record.fields[i];
    const auto later = record.fields.subspan(i + 1);
    if (std::any_of(later.begin(), later.end(),
                    [&](const LogField& other) { return other.key == field.key; })) {
      continue;
    }
    line += ',';
    if (is_reserved(field.key)) {
      append_string("_" + std::string(field.key), line);
    } else {
      append_string(field.key, line);
    }
    line += ':';
    append_value(field.value, line);
  }
  line += '}';
}

void TextLogger::format(const LogRecord& record, Timestamp now, std::string& line) const {
  std::string time;
  append_time(now, time);
  if (time.size() > 2 && time.front() == '"') time = time.substr(1, time.size() - 2);
  const std::string_view level = to_string(record.level);
  line.append(time).append(1, ' ').append(level).append(level.size() < 5 ? 6 - level.size() : 1,
                                                        ' ');
  // One record is one line, whatever is in it.
  for (const char c : record.message) {
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\r') {
      line += "\\r";
    } else {
      line += c;
    }
  }
  bool first = true;
  for (const LogField& field : record.fields) {
    line.append(first ? "  " : " ").append(field.key).append(1, '=');
    first = false;
    const std::string_view* text = field.value.as_text();
    if (text == nullptr || is_plain(*text)) {
      line += field.value.to_text();
    } else {
      append_string(*text, line);
    }
  }
}

}  // namespace durable
