// SPDX-License-Identifier: Apache-2.0
#include "engine/base64.h"
#include "engine/host.h"

#include <gmock/gmock.h>

namespace durable::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Token, EachCheckpointNeedsTheLatestOneAndUsesItUp) {
  Host host;
  const std::string first = host.token;
  host.checkpoint({});
  EXPECT_NE(host.token, first);
  EXPECT_THAT(host.refusal(Checkpoint{first, {}, {}}), StartsWith("Invalid Checkpoint Token"));
  EXPECT_THAT(host.refusal(Checkpoint{first, {}, {}}), HasSubstr("was used before"));
}

TEST(Token, OfAFinishedInvocationIsRefused) {
  Host host;
  host.checkpoint({wait_start("w", 1)});
  host.end(pending());
  EXPECT_THAT(host.refused({}), StartsWith("Invalid Checkpoint Token: it belongs to invocation 1"));
  host.pass(1s);
  const std::string old = host.token;
  host.start_invocation();
  EXPECT_THAT(host.refusal(Checkpoint{old, {}, {}}), StartsWith("Invalid Checkpoint Token"));
}

TEST(Token, OfAnotherExecutionIsTold) {
  Host host;
  StartExecution start = Host::start_command();
  start.arn += "other";
  Host other(start);
  other.start_invocation();
  EXPECT_EQ(host.refusal(Checkpoint{other.token, {}, {}}),
            "Checkpoint token is not valid for the durable execution ARN");
}

TEST(Token, CannotBeGuessed) {
  Host host;
  ExecutionInfo info = host.execution.info();
  info.token_secret += 1;
  EXPECT_THAT(host.refusal(Checkpoint{make_token(info, {1, 0}), {}, {}}),
              StartsWith("Invalid Checkpoint Token"));
  for (const char* text : {"", "x", "!!!!", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAA="}) {
    EXPECT_THAT(host.refusal(Checkpoint{text, {}, {}}), StartsWith("Invalid Checkpoint Token"));
  }
}

TEST(Token, ReadsBackWhatItWasMadeOf) {
  const Host host;
  const ExecutionInfo& info = host.execution.info();
  for (const TokenPosition position :
       {TokenPosition{1, 0}, TokenPosition{0xFFFFFFFF, 0xFFFFFFFE}, TokenPosition{70'000, 9}}) {
    const std::string token = make_token(info, position);
    EXPECT_EQ(token.size(), 24U);
    EXPECT_EQ(read_token(info, token).value(), position);
  }
}

TEST(Token, IsTheSameOnEveryMachine) {
  ExecutionInfo info;
  info.arn = std::string(test_arn);
  info.arn_tag = make_arn_tag(info.arn);
  info.token_secret = 42;
  EXPECT_EQ(make_token(info, {1, 2}), make_token(info, {1, 2}));
  EXPECT_EQ(make_arn_tag("arn"), 0x102F60832306F948ULL);
}

TEST(CallbackId, SaysWhereItBelongs) {
  const Host host;
  const std::string id = make_callback_id(host.execution.info(), "op-1");
  const CallbackAddress address = read_callback_id(id).value();
  EXPECT_EQ(address.arn, test_arn);
  EXPECT_EQ(address.operation_id, "op-1");
  EXPECT_TRUE(is_own(address, host.execution.info()));
  EXPECT_LE(id.size(), 1024U);
}

TEST(CallbackId, ThatIsNoneIsRefused) {
  for (const std::string& text : {std::string("?"), to_base64("no separators"), to_base64("a|b")}) {
    const auto read = read_callback_id(text);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().message, "Invalid callback id");
  }
}

TEST(Base64, KnownValuesBothWays) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
}

TEST(Base64, RefusesAnythingElse) {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm9v=", "Zm 9", "=Zm9"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace durable::engine
