// SPDX-License-Identifier: Apache-2.0
//
// The places on this machine, and the chain over all of them.
#include "cloud/credentials_chain.h"
#include "cloud/fakes.h"
#include "cloud/request_signer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::cloud {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* config_path = "/home/user/.aws/config";
constexpr const char* credentials_path = "/home/user/.aws/credentials";

class CredentialsTest : public ::testing::Test {
 protected:
  [[nodiscard]] Result<Credentials> look_up() {
    return CredentialsChain(world.surroundings()).get();
  }
  void expect_found(const std::string& id, const std::string& secret, const std::string& token) {
    const Result<Credentials> found = look_up();
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->access_key_id, id);
    EXPECT_EQ(found->secret_access_key.reveal(), secret);
    EXPECT_EQ(found->session_token.reveal(), token);
  }
  void expect_error(const std::string& text) {
    const Result<Credentials> found = look_up();
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().message, HasSubstr(text));
  }
  /// The output of a credential_process that expires after `life`.
  [[nodiscard]] static std::string process_output(const std::string& id,
                                                  const std::string& expiration) {
    return R"({"Version":1,"AccessKeyId":")" + id +
           R"(","SecretAccessKey":"s","SessionToken":"t","Expiration":")" + expiration + "\"}";
  }

  FakeSurroundings world;  // its time is 2025-12-02T08:30:00.250Z
};

TEST_F(CredentialsTest, ComeFromTheEnvironmentFirst) {
  world.variables.insert({{"AWS_ACCESS_KEY_ID", "id"},
                          {"AWS_SECRET_ACCESS_KEY", "secret"},
                          {"AWS_SESSION_TOKEN", "token"},
                          {"AWS_PROFILE", "missing"}});
  expect_found("id", "secret", "token");
}

TEST_F(CredentialsTest, MayHaveNoSessionToken) {
  world.variables.insert({{"AWS_ACCESS_KEY_ID", "id"},
                          {"AWS_SECRET_ACCESS_KEY", "secret"},
                          {"AWS_SESSION_TOKEN", ""}});
  expect_found("id", "secret", "");
}

TEST_F(CredentialsTest, OfTheEnvironmentMustBeWhole) {
  world.variables["AWS_ACCESS_KEY_ID"] = "id";
  expect_error("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not");
  world.variables.erase("AWS_ACCESS_KEY_ID");
  world.variables["AWS_SECRET_ACCESS_KEY"] = "s3cr3t";
  expect_error("AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not");
}

TEST_F(CredentialsTest, OfTheEnvironmentMayExpire) {
  world.variables.insert({{"AWS_ACCESS_KEY_ID", "id"},
                          {"AWS_SECRET_ACCESS_KEY", "secret"},
                          {"AWS_CREDENTIAL_EXPIRATION", "2025-12-02T08:30:01Z"}});
  expect_found("id", "secret", "");
  world.clock->pass(std::chrono::seconds{1});
  expect_error("the credentials of the place 'environment' have expired");
  world.variables["AWS_CREDENTIAL_EXPIRATION"] = "soon";
  expect_error("AWS_CREDENTIAL_EXPIRATION: Expiration is no time in ISO 8601");
}

TEST_F(CredentialsTest, ComeFromTheCredentialsFile) {
  world.files[credentials_path] =
      "[default]\naws_access_key_id=id\naws_secret_access_key=se/cr+et\naws_session_token=t=\n";
  expect_found("id", "se/cr+et", "t=");
}

TEST_F(CredentialsTest, ComeFromTheConfigFileOfTheChosenProfile) {
  world.variables["AWS_PROFILE"] = "dev";
  world.files[config_path] =
      "[default]\naws_access_key_id=no\naws_secret_access_key=no\n"
      "[profile dev]\naws_access_key_id=id\naws_secret_access_key=secret\n";
  expect_found("id", "secret", "");
}

TEST_F(CredentialsTest, OfTheCredentialsFileGoOverTheConfigFile) {
  world.files[config_path] = "[default]\naws_access_key_id=a\naws_secret_access_key=b\n";
  world.files[credentials_path] = "[default]\naws_access_key_id=c\naws_secret_access_key=d\n";
  expect_found("c", "d", "");
}

TEST_F(CredentialsTest, ComeFromFilesThatTheEnvironmentNames) {
  world.variables.insert(
      {{"AWS_CONFIG_FILE", "/etc/aws.conf"}, {"AWS_SHARED_CREDENTIALS_FILE", "~/keys"}});
  world.files["/home/user/keys"] =
      "[default]\naws_access_key_id=id\naws_secret_access_key=secret\n";
  expect_found("id", "secret", "");
}

TEST_F(CredentialsTest, NeedTheProfileThatWasChosen) {
  world.variables["AWS_PROFILE"] = "dev";
  world.files[credentials_path] = "[default]\naws_access_key_id=a\naws_secret_access_key=b\n";
  expect_error(
      "AWS_PROFILE: no profile 'dev' in /home/user/.aws/config and "
      "/home/user/.aws/credentials");
}

TEST_F(CredentialsTest, OfAProfileMustBeWhole) {
  world.files[credentials_path] = "[default]\naws_access_key_id=id\n";
  expect_error("has aws_access_key_id without aws_secret_access_key");
  world.files[credentials_path] = "[default]\naws_secret_access_key=s3cr3t\n";
  expect_error("has aws_secret_access_key without aws_access_key_id");
  EXPECT_THAT(look_up().error().message, Not(HasSubstr("s3cr3t")));
}

TEST_F(CredentialsTest, SayWhereAFileIsWrong) {
  world.files[credentials_path] = "[default]\ns3cr3t\n";
  expect_error("/home/user/.aws/credentials: line 2: expected [section] or name = value");
}

TEST_F(CredentialsTest, ComeFromAProcess) {
  world.files[config_path] = "[default]\ncredential_process = /bin/get --for me\n";
  world.commands.emplace(
      "/bin/get --for me",
      R"({"Version":1,"AccessKeyId":"id","SecretAccessKey":"secret","SessionToken":"token"})");
  expect_found("id", "secret", "token");
  EXPECT_THAT(world.commands_run, ElementsAre("/bin/get --for me"));
}

TEST_F(CredentialsTest, SayWhyAProcessFailed) {
  world.files[config_path] = "[default]\ncredential_process = x\n";
  expect_error(
      "credential_process of the profile 'default' in /home/user/.aws/config: the command "
      "ended with status 127");
}

TEST_F(CredentialsTest, OfAProcessMustBeWholeAndAreNotShown) {
  world.files[config_path] = "[default]\ncredential_process = x\n";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"s3cr3t", "it is no JSON object"},
      {R"(["s3cr3t"])", "it is no JSON object"},
      {R"({"SecretAccessKey":"s3cr3t"})", "no text in the member AccessKeyId"},
      {R"({"AccessKeyId":"s3cr3t"})", "no text in the member SecretAccessKey"},
      {R"({"AccessKeyId":"s3cr3t","SecretAccessKey":7})", "no text in the member SecretAccessKey"},
      {R"({"AccessKeyId":"s3cr3t","SecretAccessKey":"s3cr3t","Expiration":"s3cr3t"})",
       "Expiration is no time in ISO 8601"}};
  for (const auto& [output, message] : cases) {
    world.commands.insert_or_assign("x", output);
    expect_error("its output is not as documented: ");
    expect_error(message);
    EXPECT_THAT(look_up().error().message, Not(HasSubstr("s3cr3t")));
  }
}

TEST_F(CredentialsTest, AreNotMadeByAssumingARole) {
  world.variables["AWS_PROFILE"] = "dev";
  world.files[config_path] =
      "[profile dev]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=base\n"
      "aws_access_key_id=those\naws_secret_access_key=of the base\n";
  expect_error(
      "the profile 'dev' in /home/user/.aws/config has role_arn with source_profile: "
      "assuming a role of another profile is not done here; export them with: "
      "eval \"$(aws configure export-credentials --profile dev --format env)\"");
}

TEST_F(CredentialsTest, AreNotMadeBySingleSignOn) {
  world.files[config_path] = "[default]\nsso_session=corp\n";
  expect_error("has sso_session: single sign-on is not done here");
}

TEST_F(CredentialsTest, SayWhichPlacesHadNothing) {
  world.files[config_path] = "[default]\nregion=us-west-2\n";
  world.local_transport->then(connection_refused());

  const Result<Credentials> found = look_up();

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::invalid_usage);
  EXPECT_EQ(found.error().message,
            "no credentials found; looked in these places:"
            "\n  environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"
            "\n  web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set, and the profile 'default' "
            "has no web_identity_token_file"
            "\n  profile: the profile 'default' in /home/user/.aws/config and "
            "/home/user/.aws/credentials has neither keys nor credential_process"
            "\n  container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and "
            "AWS_CONTAINER_CREDENTIALS_FULL_URI are not set"
            "\n  instance: no answer from http://169.254.169.254"
            "\nset AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; the local server "
            "takes any");
}

TEST_F(CredentialsTest, AreKeptUntilFiveMinutesBeforeTheyExpire) {
  world.files[config_path] = "[default]\ncredential_process = x\n";
  world.commands.insert_or_assign("x", process_output("one", "2025-12-02T09:30:00Z"));
  CredentialsChain chain(world.surroundings());
  EXPECT_EQ(chain.get()->access_key_id, "one");
  world.commands.insert_or_assign("x", process_output("two", "2025-12-02T10:30:00Z"));

  world.clock->pass(std::chrono::minutes{55} - std::chrono::seconds{1});
  EXPECT_EQ(chain.get()->access_key_id, "one");
  EXPECT_THAT(world.commands_run, SizeIs(1));
  world.clock->pass(std::chrono::seconds{1});
  EXPECT_EQ(chain.get()->access_key_id, "two");
  EXPECT_EQ(chain.get()->access_key_id, "two");
  EXPECT_THAT(world.commands_run, SizeIs(2));
}

TEST_F(CredentialsTest, WithoutAnExpirationAreKept) {
  world.files[config_path] = "[default]\ncredential_process = x\n";
  world.commands.insert_or_assign("x", R"({"AccessKeyId":"id","SecretAccessKey":"s"})");
  CredentialsChain chain(world.surroundings());
  EXPECT_TRUE(chain.get());
  world.clock->pass(std::chrono::hours{24 * 365});
  EXPECT_TRUE(chain.get());
  EXPECT_THAT(world.commands_run, SizeIs(1));
}

TEST_F(CredentialsTest, ServeOnWhenARenewalFailsUntilTheyExpire) {
  world.files[config_path] = "[default]\ncredential_process = x\n";
  world.commands.insert_or_assign("x", process_output("one", "2025-12-02T09:30:00Z"));
  CredentialsChain chain(world.surroundings());
  EXPECT_TRUE(chain.get());
  world.commands.clear();

  world.clock->pass(std::chrono::minutes{57});
  EXPECT_EQ(chain.get()->access_key_id, "one");
  EXPECT_EQ(chain.get()->access_key_id, "one");
  EXPECT_THAT(world.commands_run, SizeIs(2)) << "a renewal that failed is not tried at once again";
  world.clock->pass(std::chrono::seconds{30});
  EXPECT_EQ(chain.get()->access_key_id, "one");
  EXPECT_THAT(world.commands_run, SizeIs(3));
  world.clock->pass(std::chrono::minutes{3});
  EXPECT_FALSE(chain.get());
}

TEST_F(CredentialsTest, ThatExpireSoonAreNotAskedForAtEachRequest) {
  world.files[config_path] = "[default]\ncredential_process = x\n";
  world.commands.insert_or_assign("x", process_output("one", "2025-12-02T08:33:00Z"));
  CredentialsChain chain(world.surroundings());
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(chain.get());
  EXPECT_THAT(world.commands_run, SizeIs(1));
}

TEST_F(CredentialsTest, SignRequests) {
  const auto provider =
      std::make_shared<FixedCredentials>(Credentials{"id", Secret("secret"), Secret("token"), {}});
  RequestSigner signer(provider, {"us-west-2"}, world.clock);
  http::OutboundRequest request;
  request.url = "http://127.0.0.1:9/";

  ASSERT_TRUE(signer.sign(request));

  EXPECT_EQ(header_of(request, "X-Amz-Date"), "20251202T083000Z");
  EXPECT_EQ(header_of(request, "X-Amz-Security-Token"), "token");
  EXPECT_THAT(header_of(request, "Authorization"),
              HasSubstr("Credential=id/20251202/us-west-2/lambda/aws4_request"));
}

TEST_F(CredentialsTest, ThatAreMissingKeepARequestUnsigned) {
  world.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  RequestSigner signer(std::make_shared<CredentialsChain>(world.surroundings()), {"us-west-2"},
                       world.clock);
  http::OutboundRequest request;
  request.url = "http://127.0.0.1:9/";

  const auto done = signer.sign(request);

  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("no credentials found"));
  EXPECT_THAT(request.headers, SizeIs(0));
}

}  // namespace
}  // namespace durable::cloud
