// SPDX-License-Identifier: Apache-2.0
#include "cloud/url.h"

#include <gtest/gtest.h>

namespace durable::cloud {
namespace {

TEST(Url, HasItsParts) {
  const auto url = parse_url("https://example.com:8443/a/b?c=d?e");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "example.com");
  EXPECT_EQ(url->port, "8443");
  EXPECT_EQ(url->path, "/a/b");
  EXPECT_EQ(url->query, "c=d?e");
  EXPECT_EQ(url->host_header(), "example.com:8443");
}

TEST(Url, HasThePathOfTheRootAtLeast) {
  EXPECT_EQ(parse_url("http://h")->path, "/");
  EXPECT_EQ(parse_url("http://h?x")->path, "/");
  EXPECT_EQ(parse_url("http://h?x")->query, "x");
}

TEST(Url, LeavesOutTheSchemesOwnPort) {
  EXPECT_EQ(parse_url("http://h:80/")->host_header(), "h");
  EXPECT_EQ(parse_url("https://h:443/")->host_header(), "h");
  EXPECT_EQ(parse_url("http://h:443/")->host_header(), "h:443");
}

TEST(Url, TakesIpv6Addresses) {
  const auto url = parse_url("http://[fd00:ec2::23]:81/x");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "fd00:ec2::23");
  EXPECT_EQ(url->port, "81");
  EXPECT_EQ(url->host_header(), "[fd00:ec2::23]:81");
}

TEST(Url, RefusesOtherTexts) {
  for (const char* text : {"", "h", "ftp://h/", "HTTP//h", "http://", "http:///p", "http://:80/",
                           "http://h:8o/", "http://user:password@h/", "http://h/#f", "http://h/a b",
                           "http://h/\n", "http://[::1/", "http://[::1]x/"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(Url, KnowsTheMachineItself) {
  for (const char* host : {"127.0.0.1", "127.9.255.1", "localhost", "::1"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const char* host : {"127.evil.example", "127.0.0.1.evil.example", "127.0.0", "127.0.0.1.1",
                           "127..0.1", "127.0.0.", "128.0.0.1", "localhost.evil.example", ""}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

}  // namespace
}  // namespace durable::cloud
