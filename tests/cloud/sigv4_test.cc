// SPDX-License-Identifier: Apache-2.0
#include "cloud/sigv4.h"
#include "cloud/digest.h"
#include "cloud/fakes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace durable::cloud {
namespace {

using ::testing::HasSubstr;

constexpr const char* folder = DURABLE_SIGV4_DIR;
constexpr const char* vector_date = "20150830T123600Z";

Credentials vector_key() {
  return {"AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), Secret(), {}};
}

/// One case of sigv4/vectors.txt.
struct Vector {
  std::string name;
  http::Request request;
  std::string signed_headers;
  std::string signature;
};

std::vector<Vector> read_vectors() {
  std::ifstream file(std::string(folder) + "/vectors.txt");
  std::vector<Vector> vectors;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t blank = line.find(' ');
    const std::string key = line.substr(0, blank);
    const std::string value = line.substr(blank + 1);
    if (key == "case") vectors.push_back({value, {}, {}, {}});
    Vector& last = vectors.back();
    if (key == "request") {
      last.request.method = value.substr(0, value.find(' '));
      last.request.target = value.substr(value.find(' ') + 1);
    } else if (key == "header") {
      const std::size_t colon = value.find(':');
      last.request.headers.push_back({value.substr(0, colon), value.substr(colon + 1)});
    } else if (key == "body") {
      last.request.body = value;
    } else if (key == "signed") {
      last.signed_headers = value;
    } else if (key == "signature") {
      last.signature = value;
    }
  }
  return vectors;
}

TEST(Sigv4, MakesThePublishedSignatures) {
  const auto vectors = read_vectors();
  EXPECT_EQ(vectors.size(), 28U) << "in " << folder;
  for (const Vector& vector : vectors) {
    const http::Request& request = vector.request;
    const std::string canonical = canonical_request(
        {request.method, request.path(), request.query(), request.headers, request.body});
    EXPECT_EQ(signature_of(canonical, vector_date, {"us-east-1", "service"},
                           vector_key().secret_access_key),
              vector.signature)
        << vector.name << "\n"
        << canonical;
    EXPECT_EQ(signed_header_names(request.headers), vector.signed_headers) << vector.name;
  }
}

TEST(Sigv4, EncodesThePathOnceMore) {
  // The path of the suite's case double-url-encode.
  const std::string canonical =
      canonical_request({"POST",
                         "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-west-2%3A892717189312%3A"
                         "function%3Amy-rusty-fun/invocations",
                         "",
                         {{"host", "lambda.us-east-2.amazonaws.com"}},
                         ""});
  EXPECT_THAT(canonical,
              HasSubstr("\n/2015-03-31/functions/arn%253Aaws%253Alambda%253Aus-west-2"
                        "%253A892717189312%253Afunction%253Amy-rusty-fun/invocations\n"));
}

TEST(Sigv4, SortsEncodedNamesThenValues) {
  const std::string canonical =
      canonical_request({"GET", "/", "b=2&a%2F=1&b=10&a=%20&a-=x&flag&B=1", {{"host", "h"}}, ""});
  EXPECT_THAT(canonical, HasSubstr("\nB=1&a=%20&a%2F=1&a-=x&b=10&b=2&flag=\n"));
}

TEST(Sigv4, PutsAQueryIntoTheFormThatTheServiceComputes) {
  const std::string canonical =
      canonical_request({"GET", "/", "a=%2f%41+%zz", {{"host", "h"}}, ""});
  EXPECT_THAT(canonical, HasSubstr("\na=%252f%2541%2B%25zz\n"))
      << "one broken escape: the text is taken as it is";
  EXPECT_THAT(canonical_request({"GET", "/", "a=%2f%41+", {{"host", "h"}}, ""}),
              HasSubstr("\na=%2FA%2B\n"));
}

TEST(Sigv4, AddsTheHeadersOfASignature) {
  http::OutboundRequest request;
  request.url = "https://example.amazonaws.com/";
  request.headers = {{"User-Agent", "x"}, {"Accept", "*/*"}};
  const Timestamp now{std::chrono::milliseconds{1'440'938'160'999}};

  ASSERT_TRUE(sign(request, vector_key(), {"us-east-1", "service"}, now));

  EXPECT_EQ(header_of(request, "X-Amz-Date"), vector_date);
  EXPECT_EQ(header_of(request, "Authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  EXPECT_EQ(header_of(request, "X-Amz-Security-Token"), "");
}

TEST(Sigv4, SignsContentTypeAndAllHeadersOfTheService) {
  http::OutboundRequest request;
  request.url = "http://127.0.0.1:8080/p?q=1";
  request.headers = {{"Content-Type", "application/json"},
                     {"X-Amz-Invocation-Type", "Event"},
                     {"Connection", "close"}};
  Credentials key = vector_key();
  key.session_token = Secret("session");

  ASSERT_TRUE(sign(request, key, {"eu-west-1"}, Timestamp{}));

  EXPECT_EQ(header_of(request, "X-Amz-Security-Token"), "session");
  EXPECT_THAT(header_of(request, "Authorization"),
              HasSubstr("Credential=AKIDEXAMPLE/19700101/eu-west-1/lambda/aws4_request, "
                        "SignedHeaders=content-type;host;x-amz-date;x-amz-invocation-type;"
                        "x-amz-security-token, "));
}

TEST(Sigv4, ReplacesAnEarlierSignature) {
  http::OutboundRequest request;
  request.url = "http://h/";
  Credentials key = vector_key();
  key.session_token = Secret("one");
  ASSERT_TRUE(sign(request, key, {"r"}, Timestamp{}));
  const http::OutboundRequest once = request;

  ASSERT_TRUE(sign(request, key, {"r"}, Timestamp{}));

  EXPECT_EQ(request.headers, once.headers);
}

TEST(Sigv4, RefusesWhatIsNoUrlWithoutShowingItsQuery) {
  http::OutboundRequest request;
  request.url = "ftp://h/p?token=secret";

  const auto done = sign(request, vector_key(), {"r"}, Timestamp{});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::invalid_usage);
  EXPECT_EQ(done.error().message,
            "'ftp://h/p' is no URL: expected http://host[:port] or https://host[:port]");
}

TEST(Digest, MakesThePublishedHmacs) {
  // RFC 4231, cases 1, 2 and 6.
  Hasher hasher;
  EXPECT_EQ(hex(hasher.hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hasher.hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hasher.hmac_sha256(std::string(131, '\xaa'),
                                   "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Digest, ComparesWholeTexts) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
}

}  // namespace
}  // namespace durable::cloud
