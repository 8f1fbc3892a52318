// SPDX-License-Identifier: Apache-2.0
#include "server/query.h"

#include "json/time_text.h"

#include <durable/wire/names.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace durable::server {
namespace {

constexpr std::size_t execution_arn_size_max = 1'024;
constexpr std::size_t execution_name_size_max = 64;
constexpr std::size_t tenant_size_max = 256;
constexpr std::size_t shown_max = 256;  // of a refused value
constexpr std::size_t statuses_max = 10;

constexpr std::string_view word_pattern =
    "Member must satisfy regular expression pattern: [a-zA-Z0-9-_]+";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool consists_of(std::string_view text, std::string_view more) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [more](char c) {
    return is_letter(c) || is_digit(c) || more.find(c) != std::string_view::npos;
  });
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// The model's name as it stands in messages: the first letter is small.
std::string member_name(std::string_view name) {
  std::string member(name);
  if (!member.empty() && member[0] >= 'A' && member[0] <= 'Z') {
    member[0] = static_cast<char>(member[0] - 'A' + 'a');
  }
  return member;
}

Failure not_of_form(std::string_view value, std::string_view name, std::string_view form) {
  return validation_failure(value.substr(0, shown_max), member_name(name), form);
}

/// Takes what stands before `end` off `text`; absent if `end` does not occur.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view end) {
  const std::size_t at = text.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at + end.size());
  return taken;
}

bool is_execution_arn(std::string_view arn) {
  const auto scheme = take_until(arn, ":");
  const auto partition = take_until(arn, ":lambda:");
  const auto region = take_until(arn, ":");
  const auto account = take_until(arn, ":function:");
  const auto function = take_until(arn, ":");
  const auto version = take_until(arn, "/durable-execution/");
  const auto name = take_until(arn, "/");
  if (!scheme || !partition || !region || !account || !function || !version || !name) return false;
  const bool known_version =
      *version == "$LATEST" || *version == "$LATEST.PUBLISHED" || is_number(*version);
  return *scheme == "arn" && consists_of(*partition, "-") && consists_of(*region, "-") &&
         account->size() == 12 && is_number(*account) && consists_of(*function, "-_") &&
         known_version && consists_of(*name, "-_") && consists_of(arn, "-_");
}

}  // namespace

QueryReader::QueryReader(std::string_view query) {
  auto parameters = http::parse_query(query);
  if (parameters) {
    parameters_ = std::move(*parameters);
  } else {
    fail({400, "MalformedRequestException", "message", "The query has a broken percent escape."});
  }
}

void QueryReader::fail(Failure failure) {
  if (!failure_) failure_ = std::move(failure);
}

const std::string* QueryReader::find(std::string_view name) const {
  for (const auto& parameter : parameters_) {
    if (parameter.name == name) return &parameter.value;
  }
  return nullptr;
}

std::optional<std::string> QueryReader::text(std::string_view name) const {
  const std::string* const value = find(name);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

std::optional<bool> QueryReader::boolean(std::string_view name) {
  const std::string* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (*value == "true" || *value == "True") return true;
  if (*value == "false" || *value == "False") return false;
  fail(not_of_form(*value, name, "Member must be true or false"));
  return std::nullopt;
}

std::optional<std::int64_t> QueryReader::integer(std::string_view name) {
  const std::string* const value = find(name);
  if (value == nullptr) return std::nullopt;
  std::int64_t number = 0;
  const char* const end = value->data() + value->size();
  const auto [at, error] = std::from_chars(value->data(), end, number);
  if (error == std::errc() && at == end && !value->empty()) return number;
  fail(not_of_form(*value, name, "Member must be an integer"));
  return std::nullopt;
}

std::optional<Timestamp> QueryReader::timestamp(std::string_view name) {
  const std::string* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (const auto time = json::detail::parse_iso_8601(*value)) return time;
  double seconds = 0;
  const char* const end = value->data() + value->size();
  const auto [at, error] = std::from_chars(value->data(), end, seconds);
  constexpr double seconds_max = 253'402'300'800;  // the year 10000
  if (error == std::errc() && at == end && seconds >= 0 && seconds < seconds_max) {
    return Timestamp(Duration(std::llround(seconds * 1'000)));
  }
  fail(not_of_form(*value, name, "Member must be a timestamp, as 2025-12-02T08:30:00Z"));
  return std::nullopt;
}

std::vector<wire::ExecutionStatus> QueryReader::statuses(std::string_view name) {
  std::vector<wire::ExecutionStatus> found;
  for (const auto& parameter : parameters_) {
    if (parameter.name != name) continue;
    const auto status = wire::from_string<wire::ExecutionStatus>(parameter.value);
    if (status == wire::ExecutionStatus::unknown) {
      fail(not_of_form(parameter.value, name,
                       "Member must satisfy enum value set: [RUNNING, SUCCEEDED, FAILED, "
                       "TIMED_OUT, STOPPED]"));
    } else if (found.size() == statuses_max) {
      fail(not_of_form(parameter.value, name, "Member must have length less than or equal to 10"));
    } else {
      found.push_back(status);
    }
  }
  return found;
}

std::optional<Failure> check_execution_arn(std::string_view arn) {
  if (arn.size() <= execution_arn_size_max && is_execution_arn(arn)) return std::nullopt;
  return not_of_form(
      arn, "durableExecutionArn",
      "Member must satisfy regular expression pattern: "
      "arn:([a-zA-Z0-9-]+):lambda:([a-zA-Z0-9-]+):(\\d{12}):function:([a-zA-Z0-9_-]+):"
      "(\\$LATEST(?:\\.PUBLISHED)?|[0-9]+)/durable-execution/([a-zA-Z0-9_-]+)/([a-zA-Z0-9_-]+)");
}

std::optional<Failure> check_execution_name(std::string_view name) {
  if (name.size() > execution_name_size_max) {
    return not_of_form(name, "durableExecutionName",
                       "Member must have length less than or equal to 64");
  }
  if (consists_of(name, "-_")) return std::nullopt;
  return not_of_form(name, "durableExecutionName", word_pattern);
}

std::optional<Failure> check_tenant_id(std::string_view tenant) {
  if (tenant.size() > tenant_size_max) {
    return not_of_form(tenant, "tenantId", "Member must have length less than or equal to 256");
  }
  if (consists_of(tenant, "._:/=+-@ ")) return std::nullopt;
  return not_of_form(tenant, "tenantId",
                     "Member must satisfy regular expression pattern: [a-zA-Z0-9\\._:\\/=+\\-@ ]+");
}

}  // namespace durable::server
