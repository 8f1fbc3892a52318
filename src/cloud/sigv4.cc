// SPDX-License-Identifier: Apache-2.0
#include "cloud/sigv4.h"

#include "cloud/digest.h"
#include "cloud/text.h"
#include "cloud/url.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace durable::cloud {
namespace {

/// All of it, or what is before the next `separator`; that and the separator leave `text`.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return piece;
}

std::string canonical_path(std::string_view path) {
  std::vector<std::string_view> segments;
  const bool ends_in_slash = path.ends_with('/');
  while (!path.empty()) {
    const std::string_view segment = take_until(path, '/');
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
  }
  std::string text;
  for (const std::string_view segment : segments) text += "/" + http::percent_encode(segment);
  if (text.empty() || ends_in_slash) text += '/';
  return text;
}

/// In the one form that the service computes for itself, however it was sent.
std::string encoded_again(std::string_view text) {
  return http::percent_encode(http::percent_decode(text).value_or(std::string(text)));
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    std::string_view parameter = take_until(query, '&');
    std::string name = encoded_again(take_until(parameter, '='));
    parameters.emplace_back(std::move(name), encoded_again(parameter));
  }
  std::sort(parameters.begin(), parameters.end());
  std::string text;
  for (const auto& [name, value] : parameters) {
    if (!text.empty()) text += '&';
    text += name + "=" + value;
  }
  return text;
}

/// Without white space at the ends; each run of it within is one blank.
void append_trimmed(std::string& text, std::string_view value) {
  for (const char c : trimmed(value)) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    // A session token is long, so this goes over it once; what is trimmed begins with no blank.
    if (!blank) {
      text += c;
    } else if (text.back() != ' ') {
      text += ' ';
    }
  }
}

/// Names in lower case, sorted; equal ones stay in their order.
std::vector<std::pair<std::string, std::string_view>> sorted(const http::Headers& headers) {
  std::vector<std::pair<std::string, std::string_view>> lines;
  lines.reserve(headers.size());
  for (const http::Header& header : headers) {
    lines.emplace_back(lower_case(header.name), header.value);
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return lines;
}

bool is_covered(std::string_view name) {
  const std::string lower = lower_case(name);
  return lower == "content-type" || lower.starts_with("x-amz-");
}

void drop(http::Headers& headers, std::string_view name) {
  const std::string lower = lower_case(name);
  std::erase_if(headers,
                [&](const http::Header& header) { return lower_case(header.name) == lower; });
}

}  // namespace

std::string canonical_request(const SignedParts& parts) {
  std::string text(parts.method);
  text += '\n' + canonical_path(parts.path);
  text += '\n' + canonical_query(parts.query);
  text += '\n';
  const auto lines = sorted(parts.headers);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool again = i > 0 && lines[i].first == lines[i - 1].first;
    if (again) {
      text.back() = ',';
    } else {
      text += lines[i].first + ":";
    }
    append_trimmed(text, lines[i].second);
    text += '\n';
  }
  text += '\n' + signed_header_names(parts.headers);
  text += '\n' + hex(sha256(parts.body));
  return text;
}

std::string signed_header_names(const http::Headers& headers) {
  std::string text;
  std::string_view before;
  const auto lines = sorted(headers);
  for (const auto& [name, value] : lines) {
    if (name == before) continue;
    if (!text.empty()) text += ';';
    text += name;
    before = name;
  }
  return text;
}

std::string amz_date(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  std::string text;
  const auto append = [&text](std::int64_t number, std::size_t width) {
    const std::string digits = std::to_string(number);
    text.append(width - std::min(width, digits.size()), '0');
    text += digits;
  };
  append(static_cast<int>(date.year()), 4);
  append(static_cast<unsigned>(date.month()), 2);
  append(static_cast<unsigned>(date.day()), 2);
  text += 'T';
  append(clock.hours().count(), 2);
  append(clock.minutes().count(), 2);
  append(clock.seconds().count(), 2);
  return text + 'Z';
}

std::string scope_text(std::string_view date, const SigningScope& scope) {
  return std::string(date.substr(0, 8)) + "/" + scope.region + "/" + scope.service +
         "/aws4_request";
}

Secret signing_key(std::string_view date, const SigningScope& scope, const Secret& key) {
  Hasher hasher;
  std::string first;
  first.reserve(4 + key.reveal().size());  // grown, it would leave a copy behind that nobody wipes
  first.append("AWS4").append(key.reveal());
  Secret derived(std::move(first));
  for (const std::string_view part :
       {date.substr(0, 8), std::string_view(scope.region), std::string_view(scope.service),
        std::string_view("aws4_request")}) {
    derived = hasher.hmac_sha256_key(derived.reveal(), part);
  }
  return derived;
}

Secret SigningKeys::get(std::string_view date, const SigningScope& scope, const Secret& key) {
  std::string wanted = scope_text(date, scope);
  const std::lock_guard lock(mutex_);
  if (wanted != scope_ || !equal_in_constant_time(key.reveal(), key_.reveal())) {
    derived_ = signing_key(date, scope, key);
    key_ = key;
    scope_ = std::move(wanted);
  }
  return derived_;
}

std::string signature_with(std::string_view canonical, std::string_view date,
                           const SigningScope& scope, const Secret& signing_key) {
  Hasher hasher;
  const std::string to_sign = std::string(sigv4_algorithm) + "\n" + std::string(date) + "\n" +
                              scope_text(date, scope) + "\n" + hex(hasher.sha256({canonical}));
  return hex(hasher.hmac_sha256(signing_key.reveal(), to_sign));
}

std::string signature_of(std::string_view canonical, std::string_view date,
                         const SigningScope& scope, const Secret& key) {
  return signature_with(canonical, date, scope, signing_key(date, scope, key));
}

Result<void> sign(http::OutboundRequest& request, const Credentials& credentials,
                  const SigningScope& scope, Timestamp now) {
  SigningKeys keys;
  return sign(request, credentials, scope, now, keys);
}

Result<void> sign(http::OutboundRequest& request, const Credentials& credentials,
                  const SigningScope& scope, Timestamp now, SigningKeys& keys) {
  const auto url = parse_url(request.url);
  if (!url) {
    return Error{ErrorCode::invalid_usage,
                 "'" + request.url.substr(0, request.url.find('?')) +
                     "' is no URL: expected http://host[:port] or https://host[:port]"};
  }
  for (const char* name : {"Authorization", "X-Amz-Date", "X-Amz-Security-Token"}) {
    drop(request.headers, name);
  }
  const std::string date = amz_date(now);
  request.headers.push_back({"X-Amz-Date", date});
  if (!credentials.session_token.empty()) {
    request.headers.push_back(
        {"X-Amz-Security-Token", std::string(credentials.session_token.reveal())});
  }
  SignedParts parts{request.method, url->path, url->query, {}, request.body};
  parts.headers.push_back({"host", url->host_header()});
  std::copy_if(request.headers.begin(), request.headers.end(), std::back_inserter(parts.headers),
               [](const http::Header& header) { return is_covered(header.name); });
  request.headers.push_back(
      {"Authorization", std::string(sigv4_algorithm) + " Credential=" + credentials.access_key_id +
                            "/" + scope_text(date, scope) + ", SignedHeaders=" +
                            signed_header_names(parts.headers) + ", Signature=" +
                            signature_with(canonical_request(parts), date, scope,
                                           keys.get(date, scope, credentials.secret_access_key))});
  return {};
}

}  // namespace durable::cloud
