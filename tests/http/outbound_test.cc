// SPDX-License-Identifier: Apache-2.0
#include "http/outbound.h"

#include <gmock/gmock.h>

namespace durable::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Outbound, TakesAUrlApart) {
  const Url url = parse_url("HTTPS://Host.test:8443/a%3A?b").value();

  EXPECT_EQ(url.scheme, Scheme::https);
  EXPECT_EQ(url.host, "Host.test");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.authority, "Host.test:8443");
  EXPECT_EQ(url.target, "/a%3A?b");
}

TEST(Outbound, KnowsThePortsOfTheSchemes) {
  EXPECT_EQ(parse_url("http://h").value().port, 80);
  EXPECT_EQ(parse_url("https://h").value().port, 443);
  EXPECT_EQ(parse_url("http://h?q").value().target, "/?q");
}

TEST(Outbound, TakesIpv6InBrackets) {
  const Url url = parse_url("http://[::1]:81/").value();

  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.port, 81);
  EXPECT_EQ(url.authority, "[::1]:81");
}

TEST(Outbound, ShowsNoQueryInAnError) {
  EXPECT_THAT(parse_url("ftp://host/?token=secret").error().message, Not(HasSubstr("secret")));
}

TEST(Outbound, TakesAProxyApart) {
  const Proxy full = parse_proxy("http://us%65r:p%40ss%3A@proxy.test:3128/").value();
  EXPECT_EQ(full.host, "proxy.test");
  EXPECT_EQ(full.port, 3128);
  EXPECT_EQ(full.user, "user");
  EXPECT_EQ(full.password, "p@ss:");

  const Proxy bare = parse_proxy("proxy.test").value();
  EXPECT_EQ(bare.host, "proxy.test");
  EXPECT_EQ(bare.port, 80);
  EXPECT_EQ(bare.authorization(), "");
}

TEST(Outbound, EncodesCredentialsOfEveryLength) {
  const auto of = [](const char* user, const char* password) {
    return Proxy{"", 0, user, password}.authorization();
  };
  EXPECT_EQ(of("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(of("a", ""), "Basic YTo=");
  EXPECT_EQ(of("a", "b"), "Basic YTpi");
  EXPECT_EQ(of("\xFF\xFF", "\xFF"), "Basic //86/w==");
}

TEST(Outbound, BypassesAProxyForNamesAndThoseBelow) {
  for (const char* const list : {"host.test", ".host.test", "other, HOST.test ,x", "test", "*"}) {
    EXPECT_TRUE(bypasses_proxy("host.test", list)) << list;
    EXPECT_TRUE(bypasses_proxy("a.b.host.test", list)) << list;
  }
  for (const char* const list : {"", ",", ".", "st.test", "a.host.test", "host.tes", "**"}) {
    EXPECT_FALSE(bypasses_proxy("host.test", list)) << list;
  }
  EXPECT_TRUE(bypasses_proxy("::1", "[::1]"));
  EXPECT_TRUE(bypasses_proxy("127.0.0.1", "localhost,127.0.0.1"));
}

TEST(Outbound, ChoosesTheProxyOfTheScheme) {
  const TransportOptions options{.http_proxy = "http://plain:1", .https_proxy = "http://secure:2"};

  EXPECT_EQ(choose_proxy(options, parse_url("http://h").value()).value()->host, "plain");
  EXPECT_EQ(choose_proxy(options, parse_url("https://h").value()).value()->host, "secure");
  EXPECT_FALSE(choose_proxy({}, parse_url("https://h").value()).value().has_value());
}

TEST(Outbound, SaysHostPhaseCauseAndWhatToTry) {
  const Url url = parse_url("https://h:1/private").value();

  EXPECT_EQ(transport_error(url, Phase::connect, "refused").message,
            "no answer from https://h:1: phase connect: refused. The request was not received. "
            "Check that the server runs, host and port, and whether a proxy is needed");
}

TEST(Outbound, SaysWhichCertificatesAreMissing) {
  EXPECT_EQ(bundle_error("/a.pem", "no such file").message,
            "the CA bundle '/a.pem' cannot be read: no such file. Give a readable file of "
            "certificates in PEM form");
  EXPECT_EQ(bundle_error("", "no such file").message,
            "this machine's certificates of authorities cannot be read: no such file. Install them "
            "(Debian: ca-certificates), or name a file of certificates in PEM form "
            "(AWS_CA_BUNDLE)");
}

}  // namespace
}  // namespace durable::http
