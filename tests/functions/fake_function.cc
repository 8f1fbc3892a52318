// SPDX-License-Identifier: Apache-2.0
//
// A function's process for tests. Its argument says how it starts; each event is a line of text
// that says what to do.
#include "functions/http_client.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <thread>

namespace {

using durable::functions::HttpAnswer;
using durable::functions::HttpClient;

const std::string api = "/2018-06-01/runtime/";

/// What else is open than the standard streams, as the process found it.
std::string open_files() {
  std::string result;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    if (std::stoi(entry.path().filename()) <= STDERR_FILENO) continue;
    std::error_code error;
    const std::string target = std::filesystem::read_symlink(entry.path(), error).string();
    const bool own_listing = target.starts_with("/proc/");
    if (!own_listing && !error) result += entry.path().filename().string() + "=" + target + " ";
  }
  return result;
}

[[noreturn]] void hang() {
  while (true) ::pause();
}

/// A process of the function's own that does not end when it is asked to.
pid_t spawn() {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::signal(SIGTERM, SIG_IGN);
  hang();
}

/// Returns when as many processes as `count` are in this.
void meet(const std::string& folder, std::ptrdiff_t count) {
  std::ofstream(folder + "/" + std::to_string(::getpid())) << "here";
  const auto present = [&] {
    return std::distance(std::filesystem::directory_iterator(folder),
                         std::filesystem::directory_iterator());
  };
  while (present() < count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

class Function {
 public:
  Function(std::string runtime_api, std::string files)
      : client_(std::move(runtime_api)), files_(std::move(files)) {}

  void run(const std::string& start) {
    if (start == "init-error") {
      client_.call(
          "POST", api + "init/error",
          R"({"errorMessage":"no table","errorType":"Mine.Broken","stackTrace":["a","b"]})");
      hang();
    }
    if (start == "init-exit") ::_exit(7);
    if (start == "init-hang") hang();
    if (start == "ignore-term") ::signal(SIGTERM, SIG_IGN);
    while (true) {
      const HttpAnswer event = client_.call("GET", api + "invocation/next");
      if (event.status != 200) ::_exit(event.status == 0 ? 0 : 2);
      const std::string path =
          api + "invocation/" + event.header("Lambda-Runtime-Aws-Request-Id") + "/";
      ++count_;
      handle(event, path);
    }
  }

 private:
  void respond(const std::string& path, const std::string& body) {
    status_ = client_.call("POST", path + "response", body).status;
  }

  void handle(const HttpAnswer& event, const std::string& path) {
    const std::size_t space = event.body.find(' ');
    const std::string verb = event.body.substr(0, space);
    const std::string rest = space == std::string::npos ? "" : event.body.substr(space + 1);
    if (verb == "exit") ::_exit(std::stoi(rest));
    if (verb == "raise") ::raise(std::stoi(rest));
    if (verb == "hang") hang();
    if (verb == "spawn-and-hang") {
      std::printf("%d %d\n", ::getpid(), spawn());
      std::fflush(stdout);
      hang();
    }
    if (verb == "print") {
      std::fprintf(stderr, "to stderr: %s\n", rest.c_str());
      std::printf("%s\nwithout end", rest.c_str());
      std::fflush(stdout);
    }
    if (verb == "print-and-exit") {
      std::printf("%s\n", rest.c_str());
      std::fflush(stdout);
      ::_exit(1);
    }
    if (verb == "error") {
      client_.call("POST", path + "error", rest,
                   "Lambda-Runtime-Function-Error-Type: Mine.Header\r\n");
      return;
    }
    answer(verb, rest, event, path);
  }

  void answer(const std::string& verb, const std::string& rest, const HttpAnswer& event,
              const std::string& path) {
    if (verb == "pid") return respond(path, std::to_string(::getpid()));
    if (verb == "count") return respond(path, std::to_string(count_));
    if (verb == "status") return respond(path, std::to_string(status_));
    if (verb == "headers") return respond(path, event.head);
    if (verb == "files") return respond(path, files_);
    if (verb == "folder") return respond(path, std::filesystem::current_path());
    if (verb == "spawn") return respond(path, std::to_string(spawn()));
    if (verb == "large") return respond(path, std::string(std::stoul(rest), 'x'));
    if (verb == "meet") {
      meet(rest, 3);
      return respond(path, std::to_string(::getpid()));
    }
    if (verb == "answer-and-exit") {
      respond(path, rest);
      ::_exit(0);
    }
    if (verb == "twice") {
      respond(path, rest);
      return respond(path, rest);
    }
    if (verb == "env") {
      const char* const value = std::getenv(rest.c_str());
      return respond(path, value == nullptr ? "(unset)" : value);
    }
    respond(path, event.body);
  }

  HttpClient client_;
  std::string files_;
  int count_ = 0;
  int status_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const std::string files = open_files();
  Function(std::getenv("AWS_LAMBDA_RUNTIME_API"), files).run(argc > 1 ? argv[1] : "");
}
