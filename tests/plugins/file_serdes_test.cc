// SPDX-License-Identifier: Apache-2.0
#include "sdk/fake_service.h"

#include <durable/sdk/file_serdes.h>

#include <gmock/gmock.h>
#include <cstdlib>
#include <fstream>

namespace durable {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Mode = FileSystemSerdesOptions::Mode;

/// A folder of its own, removed at the end.
class FileSystemSerdesTest : public ::testing::Test {
 protected:
  FileSystemSerdesTest() {
    std::string pattern = (fs::temp_directory_path() / "durable_serdes_XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~FileSystemSerdesTest() override { fs::remove_all(root_); }

  [[nodiscard]] std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      if (entry.is_regular_file()) found.push_back(entry.path());
    }
    return found;
  }
  static std::string text_of(const fs::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static std::shared_ptr<FileSystemSerdes> overflow(const fs::path& root) {
    FileSystemSerdesOptions options;
    options.mode = Mode::overflow;
    return std::make_shared<FileSystemSerdes>(root, options);
  }

  fs::path root_;
};

TEST_F(FileSystemSerdesTest, KeepsEachResultInAFileBelowTheExecutionsFolder) {
  const auto serdes = std::make_shared<FileSystemSerdes>(root_);
  fake::Service service;
  const auto output = service.run(Handler([](DurableContext& ctx) -> Task<int> {
                                    const std::string text =
                                        co_await ctx.step("s", [] { return "hello"; });
                                    co_await ctx.wait(1s);
                                    co_return static_cast<int>(text.size());
                                  }).use_serdes(serdes));

  EXPECT_EQ(output.result, Payload("5"));
  ASSERT_EQ(files().size(), 1U);
  EXPECT_EQ(text_of(files()[0]), "\"hello\"");
  const std::string folder =
      serdes
          ->execution_folder(
              "arn:aws:lambda:us-west-2:123456789012:function:f:1/durable-execution/e/1")
          .string();
  EXPECT_THAT(files()[0].string(), StartsWith(folder + "/1-"));
  EXPECT_THAT(service.operation("1").step_details->result->str(),
              StartsWith("{\"file\":\"arn/aws/lambda/us-west-2/123456789012/function/f/1/"
                         "durable-execution/e/1/1-"));
}

TEST_F(FileSystemSerdesTest, WithOverflowKeepsSmallResultsInPlace) {
  fake::Service service;
  std::vector<std::size_t> sizes;
  service.run(Handler([&](DurableContext& ctx) -> Task<void> {
                const std::string small = co_await ctx.step("small", [] { return "a \"b\""; });
                const std::string large =
                    co_await ctx.step("large", [] { return std::string(300'000, 'x'); });
                sizes.push_back(small.size());
                sizes.push_back(large.size());
                co_await ctx.wait(1s);
              }).use_serdes(overflow(root_)));

  EXPECT_EQ(sizes, (std::vector<std::size_t>{5, 300'000, 5, 300'000}));
  EXPECT_EQ(service.operation("1").step_details->result, Payload(R"({"data":"\"a \\\"b\\\"\""})"));
  EXPECT_THAT(service.operation("2").step_details->result->str(), StartsWith("{\"file\":"));
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(FileSystemSerdesTest, MeasuresTheRecordThatItWouldMake) {
  FileSystemSerdesOptions options;
  options.mode = Mode::overflow;
  options.inline_bytes_max = 20;
  fake::Service service;
  service.run(Handler([](DurableContext& ctx) -> Task<void> {
                co_await ctx.step([] { return 1234567890; });  // {"data":"1234567890"}: 21 bytes
                co_await ctx.step([] { return 123456789; });   // 20 bytes
              }).use_serdes(std::make_shared<FileSystemSerdes>(root_, options)));
  EXPECT_THAT(service.operation("1").step_details->result->str(), StartsWith("{\"file\":"));
  EXPECT_EQ(service.operation("2").step_details->result, Payload("{\"data\":\"123456789\"}"));
}

TEST_F(FileSystemSerdesTest, AddsAPreviewOfObjects) {
  struct Order {
    std::string id;
    std::string card;
  };
  FileSystemSerdesOptions options;
  options.preview.emplace().mask = {{"card"}};
  fake::Service service;
  service.run(Handler([](DurableContext& ctx) -> Task<void> {
                co_await ctx.step("s", [] { return Order{"7", "4111"}; });
              }).use_serdes(std::make_shared<FileSystemSerdes>(root_, options)));
  EXPECT_THAT(service.operation("1").step_details->result->str(),
              HasSubstr(R"(","preview":{"id":"7","card":"***"}})"));
}

TEST_F(FileSystemSerdesTest, NeverChangesAFileThatARecordMayReferTo) {
  const auto serdes = std::make_shared<FileSystemSerdes>(root_);
  fake::Service service;
  KillSwitch kill_switch;
  service.environment.kill_switch = &kill_switch;
  service.on_call = [&](int) { kill_switch.kill(wire::ErrorObject()); };
  int runs = 0;
  const Handler handler = Handler([&](DurableContext& ctx) -> Task<int> {
                            co_return co_await ctx.step("s", [&] { return ++runs; });
                          }).use_serdes(serdes);

  service.fault = [] { return Error{ErrorCode::unavailable, "lost"}; };
  fake::failure_of(service.invoke(handler));
  service.environment.kill_switch = nullptr;
  service.on_call = nullptr;
  service.fault = nullptr;
  const auto output = service.run(handler);

  EXPECT_EQ(output.result, Payload("2"));
  EXPECT_EQ(files().size(), 2U);
  for (const fs::path& file : files()) EXPECT_THAT(file.string(), Not(HasSubstr(".tmp")));
}

TEST_F(FileSystemSerdesTest, ReadsNothingOutsideItsFolder) {
  std::ofstream(root_ / "secret") << "\"secret\"";
  fs::create_directory(root_ / "inside");
  const FileSystemSerdes serdes(root_ / "inside");
  for (const std::string& path :
       {std::string("../secret"), std::string("a/../../secret"), (root_ / "secret").string(),
        std::string(""), std::string("."), std::string("a/")}) {
    fake::Service service;
    const auto output = service.run([&](DurableContext& ctx) -> Task<std::string> {
      co_return co_await ctx.step("s", [] { return ""; }, {.serdes = &serdes});
    });
    EXPECT_EQ(output.status, wire::InvocationOutputStatus::succeeded);
    service.operation("1").step_details->result = Payload("{\"file\":\"" + path + "\"}");
    const auto replayed =
        fake::output_of(service.invoke([&](DurableContext& ctx) -> Task<std::string> {
          co_return co_await ctx.step("s", [] { return ""; }, {.serdes = &serdes});
        }));
    EXPECT_EQ(fake::error_type(replayed), "SerDesError");
    EXPECT_THAT(fake::error_text(replayed), HasSubstr("expected a path below its folder"));
  }
}

TEST_F(FileSystemSerdesTest, SaysWhatIsWrongWithARecordOrAFile) {
  const FileSystemSerdes serdes(root_);
  const auto read = [&](const std::string& record) {
    fake::Service service;
    wire::Operation step;
    step.id = "1";
    step.type = wire::OperationType::step;
    step.status = wire::OperationStatus::succeeded;
    step.name = "s";
    step.step_details.emplace().result = Payload(record);
    service.add(std::move(step));
    return fake::error_text(
        fake::output_of(service.invoke([&](DurableContext& ctx) -> Task<std::string> {
          co_return co_await ctx.step("s", [] { return ""; }, {.serdes = &serdes});
        })));
  };
  EXPECT_THAT(read("\"plain\""), HasSubstr("found \"plain\""));
  EXPECT_THAT(read("{\"file\":3}"), HasSubstr("expected a record"));
  EXPECT_THAT(read("{\"file\":\"a/b.json\"}"), HasSubstr("No such file"));
}

TEST_F(FileSystemSerdesTest, AFolderThatCannotBeMadeEndsTheExecution) {
  std::ofstream(root_ / "file") << "x";
  fake::Service service;
  const auto output =
      service.run(Handler([](DurableContext& ctx) -> Task<void> {
                    co_await ctx.step("s", [] { return 1; });
                  }).use_serdes(std::make_shared<FileSystemSerdes>(root_ / "file" / "below")));
  EXPECT_EQ(fake::error_type(output), "SerDesError");
  EXPECT_THAT(fake::error_text(output), HasSubstr("cannot make the folder"));
}

TEST_F(FileSystemSerdesTest, EncodesWhatAPathCannotHave) {
  const FileSystemSerdes serdes("root");
  EXPECT_EQ(serdes.execution_folder("arn:aws:x/../a b/$LATEST"),
            fs::path("root/arn/aws/x/%2E%2E/a%20b/$LATEST"));
  EXPECT_EQ(serdes.execution_folder("a::b"), fs::path("root/a/%/b"));
}

TEST_F(FileSystemSerdesTest, NeedsAFolder) {
  EXPECT_THROW(FileSystemSerdes(fs::path()), ValidationError);
}

}  // namespace
}  // namespace durable
