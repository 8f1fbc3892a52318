// SPDX-License-Identifier: Apache-2.0
#include "cloud/credentials_json.h"

#include <durable/json/codec.h>
#include <durable/json/value.h>

#include <utility>

namespace durable::cloud {
namespace {

Error wrong(std::string why) { return {ErrorCode::invalid_json, std::move(why)}; }

std::string text_of(const json::Value& object, const char* name) {
  const json::Value* member = object.find(name);
  const std::string* text = member == nullptr ? nullptr : member->as_string();
  return text == nullptr ? std::string() : *text;
}

}  // namespace

Result<Timestamp> decode_time(std::string_view text) {
  Result<std::string> quoted = json::encode(std::string(text));
  if (quoted) {
    Result<Timestamp> time = json::decode<Timestamp>(*quoted);
    if (time) return time;
  }
  return wrong("Expiration is no time in ISO 8601 such as 2026-01-31T12:00:00Z");
}

Result<Credentials> decode_credentials(std::string_view text, const char* token_name) {
  Result<json::Value> parsed = json::Value::parse(text);
  if (!parsed || parsed->as_object() == nullptr) return wrong("it is no JSON object");
  Credentials credentials;
  credentials.access_key_id = text_of(*parsed, "AccessKeyId");
  credentials.secret_access_key = Secret(text_of(*parsed, "SecretAccessKey"));
  credentials.session_token = Secret(text_of(*parsed, token_name));
  if (credentials.access_key_id.empty()) return wrong("it has no text in the member AccessKeyId");
  if (credentials.secret_access_key.empty()) {
    return wrong("it has no text in the member SecretAccessKey");
  }
  if (const std::string expiration = text_of(*parsed, "Expiration"); !expiration.empty()) {
    Result<Timestamp> time = decode_time(expiration);
    if (!time) return std::move(time).error();
    credentials.expiration = *time;
  }
  return credentials;
}

}  // namespace durable::cloud
