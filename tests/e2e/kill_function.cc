// SPDX-License-Identifier: Apache-2.0
//
// The function of the kill test. It writes down, outside of all that is durable, when the body of a
// step has run and when the workflow has seen its result: a result that was seen was acknowledged.
#include <durable/durable.h>
#include <durable/lambda.h>

#include <fcntl.h>
#include <unistd.h>
#include <chrono>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

namespace {

struct Job {
  std::string journal;  ///< A file that lines are appended to.
  std::string name;
  int steps = 0;
  bool waits = false;
  bool calls_back = false;
  bool invokes = false;
};

/// One line, in one write: lines of several processes do not mix.
void note(const Job& job, const std::string& what) {
  const int file = ::open(job.journal.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) throw std::runtime_error("cannot open " + job.journal);
  const std::string line = job.name + " " + what + "\n";
  const bool written = ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  ::close(file);
  if (!written) throw std::runtime_error("cannot write to " + job.journal);
}

durable::Task<int> work(Job job, durable::DurableContext& ctx) {
  int sum = 0;
  for (int i = 0; i < job.steps; ++i) {
    const std::string name = "s" + std::to_string(i);
    sum += co_await ctx.step(name, [&] {
      note(job, "ran " + name);
      return i;
    });
    note(job, "saw " + name);
  }
  if (job.waits) co_await ctx.wait("pause", 1s);
  if (job.calls_back) {
    co_await ctx.wait_for_callback<int>("answer",
                                        [&](std::string id) { note(job, "callback " + id); });
    note(job, "saw callback");
  }
  if (job.invokes) {
    Job inner{job.journal, job.name + "-inner", 3, false, false, false};
    auto invoked = ctx.invoke<int>("inner", "work:$LATEST", inner);
    sum += co_await invoked;
    note(job, "saw inner");
  }
  co_return sum;
}

}  // namespace

int main() { return durable::lambda::run(work); }
