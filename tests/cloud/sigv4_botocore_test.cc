// SPDX-License-Identifier: Apache-2.0
//
// Our signatures and botocore's over random requests. Skipped where there is no botocore.
#include "cloud/command.h"
#include "cloud/fakes.h"
#include "cloud/sigv4.h"
#include "cloud/sigv4_verify.h"

#include <durable/base/random.h>
#include <durable/json/value.h>

#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>
#include <sstream>

namespace durable::cloud {
namespace {

constexpr std::size_t request_count = 600;
constexpr const char* host = "lambda.us-west-2.amazonaws.com";

struct Case {
  http::OutboundRequest request;  ///< As it is before it is signed.
  Credentials key;
  SigningScope scope;
  Timestamp time;
  bool has_other_headers = false;  ///< Which botocore signs and we do not.
};

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  Case make() {
    Case made;
    made.key = {text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 20),
                Secret(text("abcXYZ0129+/", 1 + random_.below(60))),
                Secret(random_.below(2) == 0 ? "" : text("abcXYZ0129+/=", 900)),
                {}};
    made.scope.region = pick({"us-west-2", "eu-central-1", "cn-north-1", "us-gov-west-1"});
    made.time = Timestamp{std::chrono::seconds{
        1'400'000'000 + static_cast<std::int64_t>(random_.below(600'000'000))}};
    http::OutboundRequest& request = made.request;
    request.method = pick({"GET", "POST", "PUT", "DELETE"});
    request.url = std::string("https://") + host + path() + query();
    if (random_.below(2) == 0) request.headers.push_back({"Content-Type", "application/json"});
    if (random_.below(3) == 0) {
      request.headers.push_back({"X-Amz-Tenant-Id", text("ab \t", random_.below(12)) + "x"});
    }
    if (random_.below(4) == 0) {
      request.headers.push_back({"Accept", pick({"*/*", "a,  b", "application/json"})});
      made.has_other_headers = true;
    }
    request.body = text("{}\":,xyz \n", random_.below(400));
    return made;
  }

 private:
  std::string text(std::string_view characters, std::uint64_t size) {
    std::string made;
    for (; size > 0; --size) made += characters[random_.below(characters.size())];
    return made;
  }
  std::string pick(std::initializer_list<const char*> texts) {
    return texts.begin()[random_.below(texts.size())];
  }
  std::string word() {
    std::string made = text("abcXYZ019-._~:/$%+@!'()* =&?#[]|", random_.below(12));
    return random_.below(3) == 0 ? made + "\xe1\x88\xb4" : made;
  }
  std::string path() {
    std::string made =
        pick({"/2025-12-01/durable-executions/", "/2015-03-31/functions/", "/", "//", "/./a/../"});
    made += http::percent_encode("arn:aws:lambda:us-west-2:123456789012:function:" + word() +
                                 ":$LATEST/durable-execution/" + word() + "/" + word());
    return made + pick({"", "/checkpoint", "/", "//history", "/../state", "/invocations"});
  }
  std::string query() {
    std::string made;
    for (std::uint64_t i = random_.below(5); i > 0; --i) {
      made += made.empty() ? '?' : '&';
      made += http::percent_encode(pick({"Marker", "MaxItems", "Statuses", "a-", "a/", "a"})) +
              "=" + http::percent_encode(word());
    }
    return made;
  }

  Random random_;
};

std::string line_of(const Case& made) {
  json::Value headers{json::Value::Array()};
  for (const http::Header& header : made.request.headers) {
    headers.push_back(json::Value::Array{header.name, header.value});
  }
  json::Value line;
  line.set("method", made.request.method);
  line.set("url", made.request.url);
  line.set("headers", headers);
  line.set("body", made.request.body);
  line.set("key", made.key.access_key_id);
  line.set("secret", made.key.secret_access_key.reveal());
  line.set("token", made.key.session_token.reveal());
  line.set("region", made.scope.region);
  line.set("time_s",
           std::chrono::floor<std::chrono::seconds>(made.time).time_since_epoch().count());
  return line.dump().value();
}

/// A file with the requests, gone when the test ends.
class RequestFile {
 public:
  explicit RequestFile(const std::vector<Case>& cases)
      : path_(::testing::TempDir() + "durable-sigv4-" + std::to_string(getpid()) + ".jsonl") {
    std::ofstream file(path_);
    for (const Case& made : cases) file << line_of(made) << "\n";
  }
  ~RequestFile() { unlink(path_.c_str()); }
  RequestFile(const RequestFile&) = delete;
  RequestFile& operator=(const RequestFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// The request as a server receives it, signed by `authorization`.
http::Request received(const Case& made, const std::string& authorization) {
  const std::size_t path = made.request.url.find('/', std::string("https://").size());
  http::Request request{made.request.method, made.request.url.substr(path), made.request.headers,
                        made.request.body};
  request.headers.push_back({"Host", host});
  request.headers.push_back({"X-Amz-Date", amz_date(made.time)});
  if (!made.key.session_token.empty()) {
    request.headers.push_back(
        {"X-Amz-Security-Token", std::string(made.key.session_token.reveal())});
  }
  request.headers.push_back({"Authorization", authorization});
  return request;
}

TEST(Sigv4Botocore, MakesTheSameSignatures) {
  constexpr std::uint64_t seed = 2025'12'02;
  Maker maker(seed);
  std::vector<Case> cases(request_count);
  for (Case& made : cases) made = maker.make();
  const RequestFile file(cases);

  const Result<std::string> output =
      run_command("python3 '" DURABLE_SIGN_WITH_BOTOCORE "' '" + file.path() + "'",
                  {.output_bytes = 4 * 1024 * 1024});
  if (!output && (output.error().message.find("status 77") != std::string::npos ||
                  output.error().message.find("status 127") != std::string::npos)) {
    GTEST_SKIP() << "python3 with botocore is not installed: nothing to compare with";
  }
  ASSERT_TRUE(output) << output.error().message;

  std::istringstream lines(*output);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case& made = cases[i];
    std::string theirs;
    ASSERT_TRUE(std::getline(lines, theirs)) << "request " << i << ", seed " << seed;
    http::OutboundRequest request = made.request;
    ASSERT_TRUE(sign(request, made.key, made.scope, made.time));
    if (!made.has_other_headers) {
      EXPECT_EQ(header_of(request, "Authorization"), theirs)
          << "request " << i << ", seed " << seed << ": " << line_of(made);
    }
    VerifyOptions options;
    options.keys.push_back(made.key);
    const auto refusal = verify(received(made, theirs), options, made.time);
    EXPECT_FALSE(refusal.has_value())
        << refusal->message << "; request " << i << ", seed " << seed << ": " << line_of(made);
    http::Request changed = received(made, theirs);
    changed.body += "x";
    EXPECT_TRUE(verify(changed, options, made.time).has_value()) << "request " << i;
  }
}

}  // namespace
}  // namespace durable::cloud
