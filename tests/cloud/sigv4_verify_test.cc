// SPDX-License-Identifier: Apache-2.0
#include "cloud/sigv4_verify.h"
#include "cloud/digest.h"
#include "cloud/sigv4.h"

#include <durable/base/random.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace durable::cloud {
namespace {

using ::testing::HasSubstr;

const Timestamp now{std::chrono::milliseconds{1'764'664'200'250}};  // 20251202T083000Z

class Sigv4Verify : public ::testing::Test {
 protected:
  Sigv4Verify() {
    options.keys.push_back({"AKIDEXAMPLE", Secret("secret"), Secret(), {}});
    options.region = "us-west-2";
    outbound.method = "POST";
    outbound.url = "http://127.0.0.1:9/2015-03-31/functions/a%3Ab%24c/invocations?B=1&A=2%2F%20%2B";
    outbound.headers = {{"Content-Type", "application/json"}, {"X-Amz-Invocation-Type", "Event"}};
    outbound.body = "{\"a\":1}";
  }

  /// The request as a server receives it.
  [[nodiscard]] http::Request received() const {
    const std::size_t path = outbound.url.find('/', 7);
    http::Request request{outbound.method, outbound.url.substr(path), outbound.headers,
                          outbound.body};
    request.headers.insert(request.headers.begin(), {"host", outbound.url.substr(7, path - 7)});
    request.headers.push_back({"User-Agent", "curl"});
    return request;
  }
  [[nodiscard]] http::Request signed_request(Timestamp at = now, std::string region = "us-west-2") {
    EXPECT_TRUE(sign(outbound, options.keys[0], {std::move(region), "lambda"}, at));
    return received();
  }
  void expect_refused(const http::Request& request, const std::string& exception,
                      const std::string& message) const {
    const auto refusal = verify(request, options, now);
    ASSERT_TRUE(refusal.has_value()) << "expected " << exception << ": " << message;
    EXPECT_EQ(refusal->status, 403);
    EXPECT_EQ(refusal->exception, exception);
    EXPECT_THAT(refusal->message, HasSubstr(message));
  }
  static std::string& header(http::Request& request, std::string_view name) {
    for (http::Header& header : request.headers) {
      if (header.name == name) return header.value;
    }
    throw std::out_of_range("no header " + std::string(name));
  }

  http::OutboundRequest outbound;
  VerifyOptions options;
};

TEST_F(Sigv4Verify, AcceptsWhatIsSigned) {
  const auto refusal = verify(signed_request(), options, now);
  EXPECT_FALSE(refusal.has_value()) << refusal->message;
}

TEST_F(Sigv4Verify, AcceptsAnyRegionWhereNoneIsSet) {
  const http::Request request = signed_request(now, "eu-north-1");
  expect_refused(request, "InvalidSignatureException", "valid region, not 'eu-north-1'");
  options.region.clear();
  EXPECT_FALSE(verify(request, options, now).has_value());
}

TEST_F(Sigv4Verify, RefusesARequestWithoutASignature) {
  expect_refused(received(), "MissingAuthenticationTokenException", "Missing Authentication Token");
}

TEST_F(Sigv4Verify, RefusesAnIncompleteHeader) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"Bearer abc", "must begin with AWS4-HMAC-SHA256"},
      {"AWS4-HMAC-SHA256",
       "requires 'Credential' parameter. Authorization header requires "
       "'SignedHeaders' parameter. Authorization header requires 'Signature'"},
      {"AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host",
       "requires 'Signature' parameter."},
      {"AWS4-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=0",
       "KEY/YYYYMMDD/REGION/SERVICE/aws4_request, not 'a/b/c/d'"},
      {"AWS4-HMAC-SHA256 Credential=a/b/c/d/aws5_request, SignedHeaders=host, Signature=0",
       "KEY/YYYYMMDD/REGION/SERVICE/aws4_request"},
      {"AWS4-HMAC-SHA256 =,,=,Credential", "requires 'Credential'"}};
  for (const auto& [value, message] : cases) {
    http::Request request = signed_request();
    header(request, "Authorization") = value;
    expect_refused(request, "IncompleteSignatureException", message);
  }
}

TEST_F(Sigv4Verify, RefusesARequestWithoutAGoodDate) {
  http::Request request = signed_request();
  std::erase_if(request.headers, [](const http::Header& h) { return h.name == "X-Amz-Date"; });
  expect_refused(request, "IncompleteSignatureException", "existence of the header 'X-Amz-Date'");
  for (const char* date : {"", "20251202", "20251302T083000Z", "20251202T243000Z",
                           "20251202 083000Z", "2025120-T083000Z", "20251202T083000+"}) {
    request = signed_request();
    header(request, "X-Amz-Date") = date;
    expect_refused(request, "IncompleteSignatureException", "ISO-8601 'basic format'");
  }
}

TEST_F(Sigv4Verify, RefusesAnUnknownKey) {
  const http::Request request = signed_request();
  options.keys[0].access_key_id = "ANOTHER";
  expect_refused(request, "UnrecognizedClientException",
                 "The security token included in the request is invalid.");
}

TEST_F(Sigv4Verify, ChecksTheSessionToken) {
  options.keys[0].session_token = Secret("session");
  const http::Request with_token = signed_request();
  EXPECT_FALSE(verify(with_token, options, now).has_value());

  options.keys[0].session_token = Secret("another");
  expect_refused(with_token, "UnrecognizedClientException", "security token");
  options.keys[0].session_token = Secret();
  expect_refused(with_token, "UnrecognizedClientException", "security token");
  options.keys[0].session_token = Secret("session");
  std::erase_if(outbound.headers,
                [](const http::Header& h) { return h.name == "X-Amz-Security-Token"; });
  expect_refused(received(), "UnrecognizedClientException", "security token");
}

TEST_F(Sigv4Verify, RefusesAnotherService) {
  ASSERT_TRUE(sign(outbound, options.keys[0], {"us-west-2", "s3"}, now));
  expect_refused(received(), "InvalidSignatureException", "correct service: 'lambda', not 's3'");
}

TEST_F(Sigv4Verify, AllowsFiveMinutesOfSkew) {
  constexpr std::chrono::seconds allowed = std::chrono::minutes{5};
  constexpr std::chrono::seconds second{1};
  EXPECT_FALSE(verify(signed_request(now - allowed + second), options, now).has_value());
  EXPECT_FALSE(verify(signed_request(now + allowed), options, now).has_value());
  expect_refused(signed_request(now - allowed - second), "InvalidSignatureException",
                 "Signature expired: 20251202T082459Z is now earlier than 20251202T082500Z "
                 "(20251202T083000Z - 5 min.)");
  expect_refused(signed_request(now + allowed + second), "InvalidSignatureException",
                 "Signature not yet current: 20251202T083501Z is still later than");
}

TEST_F(Sigv4Verify, RefusesADateThatIsNotTheScopes) {
  http::Request request = signed_request();
  header(request, "X-Amz-Date") = "20251201T235959Z";
  expect_refused(request, "InvalidSignatureException", "'20251202' != '20251201'");
}

TEST_F(Sigv4Verify, WantsHostAndTheServicesHeadersSigned) {
  http::Request request = signed_request();
  request.headers.push_back({"X-Amz-Tenant-Id", "green"});
  expect_refused(request, "InvalidSignatureException",
                 "'x-amz-tenant-id' must be a 'SignedHeader'");
  request = signed_request();
  std::string& authorization = header(request, "Authorization");
  authorization.replace(authorization.find(";host;"), 6, ";");
  expect_refused(request, "InvalidSignatureException", "'Host' must be a 'SignedHeader'");
}

TEST_F(Sigv4Verify, RefusesAHashThatIsNotTheBodys) {
  outbound.headers.push_back({"x-amz-content-sha256", hex(sha256("another"))});
  expect_refused(signed_request(), "InvalidSignatureException", "not the hash of the body");
}

TEST_F(Sigv4Verify, RefusesWhatWasChangedAfterwards) {
  const auto refuses = [this](auto change) {
    http::Request request = signed_request();
    change(request);
    expect_refused(request, "InvalidSignatureException", "does not match the signature");
  };
  refuses([](http::Request& r) { r.method = "GET"; });
  refuses([](http::Request& r) { r.body[0] = '['; });
  refuses([](http::Request& r) { r.body += ' '; });
  refuses([](http::Request& r) { r.target.insert(1, "x"); });
  refuses([](http::Request& r) { r.target += "&C=3"; });
  refuses([](http::Request& r) { r.target.back() = '0'; });
  refuses([](http::Request& r) { header(r, "host") = "elsewhere"; });
  refuses([](http::Request& r) { header(r, "X-Amz-Invocation-Type") = "DryRun"; });
  refuses([](http::Request& r) { header(r, "X-Amz-Date") = "20251202T083001Z"; });
  refuses([](http::Request& r) { header(r, "Content-Type") = "text/plain"; });
  refuses([](http::Request& r) {
    char& last = header(r, "Authorization").back();
    last = last == '0' ? '1' : '0';
  });
  refuses([](http::Request& r) { header(r, "Authorization").pop_back(); });
}

TEST_F(Sigv4Verify, RefusesASignatureOfAnotherSecret) {
  const http::Request request = signed_request();
  options.keys[0].secret_access_key = Secret("guess");
  expect_refused(request, "InvalidSignatureException", "does not match the signature");
}

TEST_F(Sigv4Verify, DoesNotCareForWhatProxiesAddOrTheOrderOfTheQuery) {
  http::Request request = signed_request();
  request.headers.push_back({"Via", "1.1 proxy"});
  request.target = request.target.substr(0, request.target.find('?')) + "?A=2%2F%20%2B&B=1";
  EXPECT_FALSE(verify(request, options, now).has_value());
}

TEST_F(Sigv4Verify, AnswersAnyHeader) {
  const http::Request good = signed_request();
  constexpr std::uint64_t seed = 20251202;
  constexpr int count = 2'000;
  Random random(seed);
  int refused = 0;
  for (int i = 0; i < count; ++i) {
    http::Request request = good;
    std::string& text = header(request, "Authorization");
    const std::size_t at = random.below(text.size());
    switch (random.below(3)) {
      case 0:
        text.erase(at, random.below(40) + 1);
        break;
      case 1:
        text.insert(at, text.substr(random.below(text.size()), 5));
        break;
      default:
        text[at] = static_cast<char>(random.below(256));
        break;
    }
    const auto refusal = verify(request, options, now);
    if (!refusal) continue;
    ++refused;
    EXPECT_EQ(refusal->status, 403) << "seed " << seed << ": " << text;
    EXPECT_FALSE(refusal->message.empty()) << "seed " << seed << ": " << text;
  }
  // Blanks between the parts and parts of other names change nothing.
  EXPECT_GT(refused, count * 9 / 10) << "seed " << seed;
}

}  // namespace
}  // namespace durable::cloud
