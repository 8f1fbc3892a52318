// SPDX-License-Identifier: Apache-2.0
#include "cloud/sigv4_verify.h"

#include "cloud/digest.h"
#include "cloud/sigv4.h"
#include "cloud/text.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace durable::cloud {
namespace {

using Refusal = SignatureRefusal;

/// What the header Authorization says.
struct Claim {
  std::string_view access_key_id;
  std::string_view day;  ///< Of the scope, `20150830`.
  std::string_view region;
  std::string_view service;
  std::string_view signed_headers;
  std::string_view signature;
};

Refusal incomplete(std::string message) {
  return {403, "IncompleteSignatureException", std::move(message)};
}

Refusal invalid(std::string message) {
  return {403, "InvalidSignatureException", std::move(message)};
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    pieces.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return pieces;
}

std::optional<Refusal> read_credential(std::string_view text, Claim& claim) {
  const auto parts = split(text, '/');
  if (parts.size() != 5 || parts[4] != "aws4_request") {
    return incomplete(
        "Credential must have the form KEY/YYYYMMDD/REGION/SERVICE/aws4_request, not '" +
        std::string(text) + "'.");
  }
  claim.access_key_id = parts[0];
  claim.day = parts[1];
  claim.region = parts[2];
  claim.service = parts[3];
  return std::nullopt;
}

std::optional<Refusal> read_claim(std::string_view header, Claim& claim) {
  if (!header.starts_with(sigv4_algorithm)) {
    return incomplete("Authorization header must begin with " + std::string(sigv4_algorithm) + ".");
  }
  std::string_view credential;
  for (const std::string_view part : split(header.substr(sigv4_algorithm.size()), ',')) {
    const std::string_view text = trimmed(part);
    const std::size_t equals = std::min(text.find('='), text.size());
    const std::string_view name = text.substr(0, equals);
    const std::string_view value = text.substr(std::min(equals + 1, text.size()));
    if (name == "Credential") credential = value;
    if (name == "SignedHeaders") claim.signed_headers = value;
    if (name == "Signature") claim.signature = value;
  }
  std::string missing;
  for (const auto& [name, value] :
       {std::pair("Credential", credential), std::pair("SignedHeaders", claim.signed_headers),
        std::pair("Signature", claim.signature)}) {
    if (value.empty()) {
      missing += "Authorization header requires '" + std::string(name) + "' parameter. ";
    }
  }
  if (!missing.empty()) return incomplete(std::string(trimmed(missing)));
  return read_credential(credential, claim);
}

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < 0) {
    return std::nullopt;
  }
  return value;
}

/// An amz_date.
std::optional<Timestamp> parse_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(4, 2));
  const auto day = number(text.substr(6, 2));
  const auto hour = number(text.substr(9, 2));
  const auto minute = number(text.substr(11, 2));
  const auto second = number(text.substr(13, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{*second};
}

std::optional<Refusal> check_date(std::string_view date, const Claim& claim, Duration skew_max,
                                  Timestamp now) {
  const auto time = parse_date(date);
  if (!time) {
    return incomplete("Date must be in ISO-8601 'basic format'. Got '" + std::string(date) +
                      "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }
  if (claim.day != date.substr(0, 8)) {
    return invalid(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
        "from HTTP: '" +
        std::string(claim.day) + "' != '" + std::string(date.substr(0, 8)) + "'.");
  }
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(skew_max).count();
  const std::string allowed = std::to_string(minutes) + " min.";
  if (*time + skew_max < now) {
    return invalid("Signature expired: " + std::string(date) + " is now earlier than " +
                   amz_date(now - skew_max) + " (" + amz_date(now) + " - " + allowed + ")");
  }
  if (*time - skew_max > now) {
    return invalid("Signature not yet current: " + std::string(date) + " is still later than " +
                   amz_date(now + skew_max) + " (" + amz_date(now) + " + " + allowed + ")");
  }
  return std::nullopt;
}

std::optional<Refusal> check_scope(const Claim& claim, const VerifyOptions& options) {
  if (!options.region.empty() && claim.region != options.region) {
    return invalid("Credential should be scoped to a valid region, not '" +
                   std::string(claim.region) + "'; this endpoint is in '" + options.region + "'.");
  }
  if (claim.service != options.service) {
    return invalid("Credential should be scoped to correct service: '" + options.service +
                   "', not '" + std::string(claim.service) + "'.");
  }
  return std::nullopt;
}

const Credentials* find_key(const http::Request& request, const Claim& claim,
                            const VerifyOptions& options) {
  const std::string_view token =
      http::find_header(request.headers, "X-Amz-Security-Token").value_or("");
  for (const Credentials& key : options.keys) {
    if (key.access_key_id == claim.access_key_id &&
        equal_in_constant_time(key.session_token.reveal(), token)) {
      return &key;
    }
  }
  return nullptr;
}

/// The headers that the claim names; a name without a header has no line.
http::Headers covered(const http::Request& request, const std::vector<std::string_view>& names) {
  http::Headers headers;
  for (const http::Header& header : request.headers) {
    if (std::find(names.begin(), names.end(), lower_case(header.name)) != names.end()) {
      headers.push_back(header);
    }
  }
  return headers;
}

std::optional<Refusal> check_coverage(const http::Request& request,
                                      const std::vector<std::string_view>& names) {
  const auto is_signed = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (!is_signed("host")) return invalid("'Host' must be a 'SignedHeader' in the Authorization.");
  for (const http::Header& header : request.headers) {
    const std::string name = lower_case(header.name);
    if (name.starts_with("x-amz-") && !is_signed(name)) {
      return invalid("'" + name + "' must be a 'SignedHeader' in the Authorization.");
    }
  }
  const auto hash = http::find_header(request.headers, "x-amz-content-sha256");
  if (hash && *hash != hex(sha256(request.body))) {
    return invalid("The header x-amz-content-sha256 is not the hash of the body.");
  }
  return std::nullopt;
}

/// Without the canonical request, which has the session token in it.
Refusal mismatch() {
  return invalid(
      "The request signature we calculated does not match the signature you provided. Check your "
      "AWS Secret Access Key and signing method. Consult the service documentation for details.");
}

}  // namespace

std::optional<SignatureRefusal> verify(const http::Request& request, const VerifyOptions& options,
                                       Timestamp now) {
  const auto header = http::find_header(request.headers, "Authorization");
  if (!header) {
    return Refusal{403, "MissingAuthenticationTokenException", "Missing Authentication Token"};
  }
  Claim claim;
  if (auto refusal = read_claim(*header, claim)) return refusal;
  const auto date = http::find_header(request.headers, "X-Amz-Date");
  if (!date) {
    return incomplete("Authorization header requires existence of the header 'X-Amz-Date'.");
  }
  const Credentials* key = find_key(request, claim, options);
  if (key == nullptr) {
    return Refusal{403, "UnrecognizedClientException",
                   "The security token included in the request is invalid."};
  }
  if (auto refusal = check_scope(claim, options)) return refusal;
  if (auto refusal = check_date(*date, claim, options.skew_max, now)) return refusal;
  const auto names = split(claim.signed_headers, ';');
  if (auto refusal = check_coverage(request, names)) return refusal;

  const std::string canonical = canonical_request(
      {request.method, request.path(), request.query(), covered(request, names), request.body});
  const SigningScope scope{std::string(claim.region), std::string(claim.service)};
  const std::string expected = signature_of(canonical, *date, scope, key->secret_access_key);
  if (!equal_in_constant_time(expected, claim.signature)) return mismatch();
  return std::nullopt;
}

}  // namespace durable::cloud
