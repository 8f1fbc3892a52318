// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <unistd.h>

namespace durable::http::test {

/// A new file that goes away.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content) {
    path_ = (std::filesystem::temp_directory_path() / "durable-http-XXXXXX").string();
    const int handle = ::mkstemp(path_.data());
    if (handle < 0) throw std::runtime_error("cannot make " + path_);
    ::close(handle);
    std::ofstream(path_) << content;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;  // what is left lies where the system cleans up
    std::filesystem::remove(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace durable::http::test
