// SPDX-License-Identifier: Apache-2.0
#include "cloud/surroundings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace durable::cloud {
namespace {

using ::testing::HasSubstr;

/// A folder of the test's own, gone with it.
class ProcessSurroundings : public ::testing::Test {
 protected:
  ProcessSurroundings() {
    std::string name = ::testing::TempDir() + "durable-surroundings-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr) << name;
    folder_ = name;
  }
  ~ProcessSurroundings() override {
    std::error_code ignored;  // nothing depends on it
    std::filesystem::remove_all(folder_, ignored);
  }

  [[nodiscard]] Result<std::string> read(const std::string& name) const {
    return process_surroundings().read_file(folder_ / name);
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

 private:
  std::filesystem::path folder_;
};

TEST_F(ProcessSurroundings, ReadsFilesOfEachSizeUpToTheLimit) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{4095}, std::size_t{4096}, std::size_t{4097},
        std::size_t{8192}, config_file_bytes_max}) {
    std::string text(size, 'x');
    if (size > 0) text.back() = 'y';
    write("config", text);
    const Result<std::string> found = read("config");
    ASSERT_TRUE(found) << size << ": " << found.error().message;
    EXPECT_TRUE(*found == text) << size << " bytes, found " << found->size();
  }
}

TEST_F(ProcessSurroundings, RefusesALargerFile) {
  write("config", std::string(config_file_bytes_max + 1, 'x'));
  const Result<std::string> found = read("config");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::request_too_large);
  EXPECT_THAT(found.error().message, HasSubstr("larger than 1 MiB"));
}

TEST_F(ProcessSurroundings, TellsAnAbsentFileFromOneThatCannotBeRead) {
  const Result<std::string> absent = read("nothing");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::resource_not_found);
  const Result<std::string> folder = read("");
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, ErrorCode::storage);
  EXPECT_THAT(folder.error().message, HasSubstr("Is a directory"));
}

}  // namespace
}  // namespace durable::cloud
