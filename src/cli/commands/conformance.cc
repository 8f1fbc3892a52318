// SPDX-License-Identifier: Apache-2.0
#include "cli/conformance.h"

#include "cli/command_line.h"
#include "cli/text.h"

#include <algorithm>
#include <fstream>
#include <thread>
#include <utility>
#include <vector>

#include "conformance/judge.h"
#include "conformance/local_target.h"
#include "conformance/report.h"
#include "conformance/requirement.h"

namespace durable::cli {
namespace {

using conformance::Paint;
using conformance::Requirement;
using conformance::Target;
using conformance::TargetResults;
using conformance::Verdict;

constexpr std::string_view local = "local";

/// What a folder has to hold, for those who name another.
Error no_requirements(const Error& error) {
  return {ErrorCode::invalid_usage,
          error.message +
              "\nA folder of requirements holds a YAML file for each, named by its id, in a folder "
              "for each suite: FOLDER/step/1-1.yaml."};
}

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// Error: a suite or an id that is none.
Result<void> check_choice(std::string_view what, const std::vector<std::string>& chosen,
                          const std::vector<std::string>& there) {
  constexpr std::size_t listed_max = 20;
  for (const std::string& one : chosen) {
    if (contains(there, one)) continue;
    std::string message = "there is no " + std::string(what) + " \"" + one + "\"";
    if (const std::string meant = nearest(one, there); !meant.empty()) {
      message += "; did you mean \"" + meant + "\"?";
    } else if (there.size() <= listed_max) {
      message += "; there are " + listed(there);
    } else {
      message +=
          " among " + std::to_string(there.size()) + ", " + there.front() + " to " + there.back();
    }
    return Error{ErrorCode::invalid_usage, std::move(message)};
  }
  return {};
}

/// The requirements that the command chooses.
Result<std::vector<Requirement>> load(const ConformanceCommand& command) {
  auto all = conformance::load_requirements(command.folder);
  if (!all) return no_requirements(all.error());
  std::vector<std::string> suites;
  std::vector<std::string> ids;
  for (const Requirement& requirement : *all) {
    if (!contains(suites, requirement.suite)) suites.push_back(requirement.suite);
    ids.push_back(requirement.id);
  }
  if (auto good = check_choice("suite", command.suites, suites); !good) return good.error();
  if (auto good = check_choice("requirement", command.ids, ids); !good) return good.error();
  std::vector<Requirement> chosen;
  for (Requirement& requirement : *all) {
    if (!command.suites.empty() && !contains(command.suites, requirement.suite)) continue;
    if (!command.ids.empty() && !contains(command.ids, requirement.id)) continue;
    chosen.push_back(std::move(requirement));
  }
  if (chosen.empty()) {
    return Error{ErrorCode::invalid_usage, "none of these requirements is in these suites"};
  }
  return chosen;
}

/// The targets in the order of the command. Errors: those of `connect`, and of an endpoint that
/// cannot be asked.
Result<std::vector<std::unique_ptr<Target>>> open_targets(const ConformanceCommand& command,
                                                          Session& session,
                                                          const ConnectTarget& connect,
                                                          const Requirement& first) {
  std::vector<std::string> names = command.targets;
  if (names.empty()) names.emplace_back(local);
  std::vector<std::unique_ptr<Target>> targets;
  for (const std::string& name : names) {
    if (name == local) {
      targets.push_back(std::make_unique<conformance::LocalTarget>());
      continue;
    }
    const bool is_url = name.starts_with("http://") || name.starts_with("https://");
    if (name != server_target && !is_url) {
      return Error{
          ErrorCode::invalid_usage,
          "--target: expected local, server or a URL such as http://127.0.0.1:9014, found \"" +
              name + "\""};
    }
    auto target = connect(name, session.options().region);
    if (!target) return std::move(target).error();
    // One that nobody answers for is told once and not for every requirement.
    if (const Result<bool> asked = (*target)->has(first); !asked) {
      if (asked.error().code != ErrorCode::unavailable) return asked.error();
      return Error{ErrorCode::unavailable,
                   asked.error().message +
                       "\nIs a server with the functions of the requirements running at " + name +
                       "?"};
    }
    targets.push_back(*std::move(target));
  }
  return targets;
}

std::size_t jobs_of(const ConformanceCommand& command, const Target& target) {
  constexpr std::size_t remote_jobs = 8;
  if (command.jobs) return *command.jobs;
  return target.name() == local ? std::max(1U, std::thread::hardware_concurrency()) : remote_jobs;
}

std::string report_of(const std::string& name, const std::vector<TargetResults>& results) {
  if (name == "json") return conformance::json_report(results);
  if (name == "junit") return conformance::junit_report(results);
  if (name == "markdown") return conformance::markdown_report(results);
  return conformance::console_report(results, Paint::plain);
}

}  // namespace

Result<int> run_conformance(const ConformanceCommand& command, Session& session,
                            const ConnectTarget& connect) {
  const auto requirements = load(command);
  if (!requirements) return requirements.error();
  auto targets = open_targets(command, session, connect, requirements->front());
  if (!targets) return std::move(targets).error();
  std::ofstream file;
  if (command.output) {
    file.open(*command.output, std::ios::binary);
    if (!file) {
      return Error{ErrorCode::invalid_usage, "cannot write the file " + *command.output +
                                                 ": is its folder there, and may you write in it?"};
    }
  }
  const bool prints_console = command.report == "console" || command.output;
  const Paint paint = session.out_style().colored() ? Paint::colored : Paint::plain;
  const auto strictness =
      command.require_all ? conformance::Strictness::all : conformance::Strictness::judged;
  std::vector<TargetResults> results;
  bool is_good = true;
  for (const std::unique_ptr<Target>& target : *targets) {
    const Timestamp begin = session.now();
    const auto print = [&](const Verdict& verdict) {
      if (prints_console)
        session.out() << conformance::console_verdict(verdict, paint) << std::flush;
    };
    TargetResults& one = results.emplace_back();
    one.target = target->name();
    one.verdicts = conformance::judge_all(*requirements, *target, jobs_of(command, *target),
                                          session.world().clock, print);
    one.time = session.now() - begin;
    (prints_console ? session.out() : session.err()) << conformance::console_totals(one, paint);
    is_good = is_good && conformance::is_good(one.verdicts, strictness);
  }
  const std::string report = report_of(command.report, results);
  if (!prints_console) session.out() << report;
  if (command.output && !(file << report << std::flush)) {
    return Error{ErrorCode::invalid_usage, "cannot write the file " + *command.output};
  }
  return is_good ? exit_success : exit_failed;
}

}  // namespace durable::cli
