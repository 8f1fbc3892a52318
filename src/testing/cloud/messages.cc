// SPDX-License-Identifier: Apache-2.0
#include "testing/cloud/messages.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace durable {
namespace {

bool mentions(const Error& error, std::string_view text) {
  return error.message.find(text) != std::string::npos;
}

bool is_about_identity(const Error& error) {
  constexpr std::array<std::string_view, 8> signs{
      "AccessDenied",          "UnrecognizedClient",  "ExpiredToken",
      "InvalidSignature",      "IncompleteSignature", "MissingAuthenticationToken",
      "SignatureDoesNotMatch", "InvalidClientTokenId"};
  return std::any_of(signs.begin(), signs.end(),
                     [&](std::string_view sign) { return mentions(error, sign); });
}

/// What to look at for a failure that every call can have; `action` is the permission it needs.
std::string advice(const Error& cause, std::string_view action, std::string_view resource) {
  if (is_about_identity(cause)) {
    return "Check that the credentials are those of the function's account and have not expired, "
           "and that a policy allows " +
           std::string(action) + " on " + std::string(resource) + ".";
  }
  switch (cause.code) {
    case ErrorCode::invalid_usage:
      if (!mentions(cause, "credentials")) {
        return "Check AWS_CA_BUNDLE, https_proxy and http_proxy, and the profile's ca_bundle.";
      }
      return "Check the credentials (AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
             "a "
             "role). A local server needs none: LAMBDA_ENDPOINT=http://127.0.0.1:9014";
    case ErrorCode::unavailable:
      return "Check the network and any proxy, the region (AWS_REGION), and LAMBDA_ENDPOINT; does "
             "the local server run?";
    case ErrorCode::too_many_requests:
      return "The account's quota of calls is used up: run fewer tests at the same time, or again "
             "later.";
    case ErrorCode::service_failure:
      return "The service failed, and this call may succeed later.";
    default:
      return "";
  }
}

std::string with_advice(std::string text, const Error& cause, const std::string& advice) {
  text += cause.message;
  if (!advice.empty()) text += "\n" + advice;
  return text;
}

std::string seconds(Duration time, int decimals) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals,
                std::chrono::duration<double>(time).count());
  return text.data();
}

}  // namespace

bool is_qualified(std::string_view function_name) {
  // An ARN has its function's name behind the sixth colon.
  const auto colons = std::count(function_name.begin(), function_name.end(), ':');
  return function_name.starts_with("arn:") ? colons >= 7 : colons >= 1;
}

std::string invoke_failed(const std::string& function_name, const Error& cause) {
  std::string check = advice(cause, "lambda:InvokeFunction", function_name);
  if (check.empty() && cause.code == ErrorCode::resource_not_found) {
    check =
        "Check the function's name and its version or alias, the region (AWS_REGION) and the "
        "account of the credentials.";
  }
  if (check.empty() && !is_qualified(function_name)) {
    check = "A durable function is invoked by a name with a version or alias, for example " +
            function_name + ":$LATEST";
  }
  if (check.empty()) {
    check =
        "Check the function's name and its version or alias, the region (AWS_REGION), the "
        "credentials, and that a policy allows lambda:InvokeFunction.";
  }
  return with_advice("Failed to invoke Lambda function " + function_name + ": ", cause, check);
}

std::string not_durable(const std::string& function_name) {
  return "No DurableExecutionArn in response for function " + function_name +
         "\nCheck that the function has a DurableConfig, which it can only be given when it is "
         "created; that the version or alias is of that function; and that the endpoint knows "
         "durable functions.";
}

std::string function_failed(std::string_view payload) {
  return "Lambda function failed: " + std::string(payload);
}

std::string status_failed(std::string_view execution_arn, const Error& cause) {
  std::string check = advice(cause, "lambda:GetDurableExecution", execution_arn);
  if (check.empty() && cause.code == ErrorCode::resource_not_found) {
    check = "Check the execution's ARN and the region (AWS_REGION): " + std::string(execution_arn);
  }
  return with_advice("Failed to get execution status: ", cause, check);
}

std::string history_failed(std::string_view execution_arn, const Error& cause) {
  return with_advice("Failed to get execution history: ", cause,
                     advice(cause, "lambda:GetDurableExecutionHistory", execution_arn));
}

std::string callback_failed(const Error& cause) {
  return with_advice(
      "Failed to complete the callback: ", cause,
      advice(cause, "lambda:SendDurableExecutionCallbackSuccess, ...Failure and ...Heartbeat",
             "the execution that made it"));
}

std::string not_in_time(std::string_view awaited, Duration timeout, Duration elapsed,
                        std::string_view last_status) {
  const int decimals = timeout % std::chrono::seconds{1} == Duration::zero() ? 0 : 1;
  return std::string(awaited) + " within " + seconds(timeout, decimals) +
         "s (elapsed: " + seconds(elapsed, 1) + "s, last status: " + std::string(last_status) + ")";
}

}  // namespace durable
