// SPDX-License-Identifier: Apache-2.0
#include "cli/line_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <future>
#include <ostream>

namespace durable::cli {
namespace {

using ::testing::EndsWith;
using namespace std::chrono_literals;

struct Kind {
  const char* name;
  bool is_socket;
};

/// For GoogleTest, which would name a test by the addresses in it.
void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

/// Two ends of something to write to.
class Ends {
 public:
  explicit Ends(Kind kind) {
    const int made = kind.is_socket ? ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data())
                                    : ::pipe2(ends_.data(), O_CLOEXEC);
    EXPECT_EQ(made, 0);
  }
  ~Ends() {
    close_reader();
    close_writer();
  }
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;

  [[nodiscard]] int reader() const { return ends_[0]; }
  [[nodiscard]] int writer() const { return ends_[1]; }
  void close_reader() { close(ends_[0]); }
  void close_writer() { close(ends_[1]); }
  /// Until `text` was there, or the end.
  std::string read_until(std::string_view text) const {
    std::string all;
    std::array<char, 65'536> piece{};
    while (text.empty() || all.find(text) == std::string::npos) {
      const ssize_t size = ::read(reader(), piece.data(), piece.size());
      if (size <= 0) return all;
      all.append(piece.data(), static_cast<std::size_t>(size));
    }
    return all;
  }

 private:
  static void close(int& file) {
    if (file >= 0) ::close(file);
    file = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

/// What of many lines has arrived, and how many the writer says were lost.
struct Account {
  std::uint64_t arrived = 0;
  std::uint64_t lost = 0;

  void add(const std::string& piece) {
    text_ += piece;
    for (std::size_t end = text_.find('\n'); end != std::string::npos; end = text_.find('\n')) {
      std::uint64_t count = 0;
      if (std::sscanf(text_.c_str(), "durable: %lu lines were dropped here", &count) == 1) {
        lost += count;
      } else {
        ++arrived;
      }
      text_.erase(0, end + 1);
    }
  }

 private:
  std::string text_;  // not yet a whole line
};

class LineWriterTest : public ::testing::TestWithParam<Kind> {};
INSTANTIATE_TEST_SUITE_P(Files, LineWriterTest,
                         ::testing::Values(Kind{"pipe", false}, Kind{"socket", true}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST_P(LineWriterTest, WritesLinesInTheirOrder) {
  Ends ends(GetParam());
  // A socket has room for some 70 writes that nobody reads, however short they are.
  auto arrived = std::async(std::launch::async, [&ends] { return ends.read_until(""); });
  std::string expected;
  {
    LineWriter writer(ends.writer());
    for (int i = 0; i < 100; ++i) {
      const std::string line = "line " + std::to_string(i) + "\n";
      writer.write(line);
      expected += line;
    }
  }
  ends.close_writer();

  EXPECT_EQ(arrived.get(), expected);
}

TEST_P(LineWriterTest, DropsAndCountsLinesThatNobodyReads) {
  constexpr std::uint64_t written = 20'000;
  const Ends ends(GetParam());
  LineWriterOptions options;
  options.bytes_max = 100'000;
  LineWriter writer(ends.writer(), options);
  const std::string line(99, 'x');

  for (std::uint64_t i = 0; i < written; ++i) writer.write(line + "\n");
  Account account;
  while (account.arrived + account.lost < written) account.add(ends.read_until("\n"));

  EXPECT_EQ(account.arrived + account.lost, written) << "no line is lost without a word";
  EXPECT_GT(account.lost, 0U);
  writer.write("afterwards\n");
  EXPECT_THAT(ends.read_until("afterwards\n"), EndsWith("afterwards\n"));
}

TEST_P(LineWriterTest, EndsThoughNobodyReads) {
  const Ends ends(GetParam());
  LineWriterOptions options;
  options.farewell = 1ms;
  {
    LineWriter writer(ends.writer(), options);
    writer.write(std::string(1'000'000, 'x') + "\n");
  }
  EXPECT_EQ(::fcntl(ends.writer(), F_GETFL) & O_NONBLOCK, 0) << "others share its mode";
}

TEST_P(LineWriterTest, AReaderWhoHasGoneIsNoHarm) {
  Ends ends(GetParam());
  ends.close_reader();
  LineWriter writer(ends.writer());
  for (int i = 0; i < 10; ++i) writer.write("lost\n");
}

TEST(LineWriterFileTest, AppendsToAFile) {
  std::FILE* const file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  const int number = ::fileno(file);
  ASSERT_EQ(::write(number, "before\n", 7), 7);
  { LineWriter(number).write("after\n"); }

  std::array<char, 64> text{};
  ASSERT_EQ(::pread(number, text.data(), text.size(), 0), 13);
  EXPECT_STREQ(text.data(), "before\nafter\n");
  std::fclose(file);
}

}  // namespace
}  // namespace durable::cli
