// SPDX-License-Identifier: Apache-2.0
#include "conformance/report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
namespace durable::conformance {
namespace {

using Status = Verdict::Status;

std::string seconds(Duration time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(time.count()) / 1000);
  return text.data();
}

void append_indented(std::string& out, std::string_view text, std::string_view indent) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.append(indent).append(text.substr(0, end)).append("\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// ---- for people ----

std::string painted(std::string_view text, std::string_view code, Paint paint) {
  if (paint == Paint::plain) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}
std::string_view color_of(Status status) {
  switch (status) {
    case Status::passed:
      return "32";
    case Status::failed:
    case Status::error:
      return "31";
    case Status::optional_failed:
    case Status::not_implemented:
      break;
  }
  return "33";
}

/// JSON with a line for each member of the outer levels; a small value is one line.
void append_pretty(std::string& out, const json::Value& value, const std::string& indent) {
  constexpr std::size_t line_max = 80;
  const Result<std::string> line = value.dump();
  const std::string text = line ? *line : "(" + line.error().message + ")";
  if (text.size() <= line_max || value.size() == 0 || !line) {
    out += text;
    return;
  }
  const std::string inner = indent + "  ";
  const auto* object = value.as_object();
  out += object != nullptr ? "{" : "[";
  for (std::size_t i = 0; i < value.size(); ++i) {
    out += (i > 0 ? ",\n" : "\n") + inner;
    if (object != nullptr) out += json::Value((*object)[i].first).dump().value() + ": ";
    append_pretty(out, object != nullptr ? (*object)[i].second : *value.at(i), inner);
  }
  out += "\n" + indent + (object != nullptr ? "}" : "]");
}

void append_details(std::string& out, const Verdict& verdict) {
  append_indented(out, verdict.message, "    ");
  if (verdict.mismatch && verdict.mismatch->expected_whole) {
    out += "    expected: ";
    append_pretty(out, *verdict.mismatch->expected_whole, "    ");
    out += "\n";
  }
  if (verdict.mismatch && verdict.mismatch->found_whole) {
    out += "    found:    ";
    append_pretty(out, *verdict.mismatch->found_whole, "    ");
    out += "\n";
  }
  append_indented(out, verdict.tree, "    ");
}

}  // namespace

void Totals::add(const Verdict& verdict) {
  ++requirements;
  time += verdict.time;
  switch (verdict.status) {
    case Status::passed:
      ++passed;
      break;
    case Status::failed:
      ++failed;
      break;
    case Status::optional_failed:
      ++optional_failed;
      break;
    case Status::not_implemented:
      ++not_implemented;
      break;
    case Status::error:
      ++error;
      break;
  }
}

Totals count(const std::vector<Verdict>& verdicts) {
  Totals totals;
  for (const Verdict& verdict : verdicts) totals.add(verdict);
  return totals;
}

std::vector<SuiteTotals> by_suite(const std::vector<Verdict>& verdicts) {
  std::vector<SuiteTotals> suites;
  for (const Verdict& verdict : verdicts) {
    auto suite = std::find_if(suites.begin(), suites.end(),
                              [&](const SuiteTotals& one) { return one.first == verdict.suite; });
    if (suite == suites.end()) suite = suites.insert(suites.end(), {verdict.suite, {}});
    suite->second.add(verdict);
  }
  return suites;
}

bool is_good(const std::vector<Verdict>& verdicts, Strictness strictness) {
  const bool none_failed =
      std::none_of(verdicts.begin(), verdicts.end(), [&](const Verdict& verdict) {
        return verdict.status == Status::failed ||
               (verdict.status == Status::error && !verdict.optional) ||
               (verdict.status == Status::not_implemented && strictness == Strictness::all);
      });
  return none_failed && count(verdicts).not_implemented < verdicts.size();
}

std::string console_verdict(const Verdict& verdict, Paint paint) {
  constexpr std::size_t status_width = 16;
  const std::string_view word = to_string(verdict.status);
  std::string out = painted(word, color_of(verdict.status), paint);
  out.append(status_width - std::min(word.size(), status_width), ' ');
  out += verdict.suite + " " + verdict.id;
  if (verdict.status != Status::not_implemented) {
    out += "  " + std::to_string(verdict.time.count()) + " ms";
  }
  out += "\n";
  if (verdict.status != Status::passed && verdict.status != Status::not_implemented) {
    append_details(out, verdict);
  }
  for (const std::string& warning : verdict.warnings) out += "    warning: " + warning + "\n";
  return out;
}

std::string console_totals(const TargetResults& results, Paint paint) {
  std::string out;
  const std::vector<SuiteTotals> suites = by_suite(results.verdicts);
  std::size_t width = 0;
  for (const auto& [suite, totals] : suites) width = std::max(width, suite.size());
  const auto others = [](const Totals& totals) {
    std::string text;
    const auto add = [&text](std::size_t number, std::string_view what) {
      if (number > 0) text += ", " + std::to_string(number) + " " + std::string(what);
    };
    add(totals.failed, "failed");
    add(totals.error, "with an error");
    add(totals.optional_failed, "optional failed");
    add(totals.not_implemented, "not implemented");
    return text;
  };
  for (const auto& [suite, totals] : suites) {
    if (suites.size() == 1) break;
    std::string line = suite + std::string(width - suite.size() + 2, ' ') +
                       std::to_string(totals.passed) + " of " +
                       std::to_string(totals.requirements) + " passed" + others(totals);
    out += (totals.failed + totals.error > 0 ? painted(line, "31", paint) : line) + "\n";
  }
  const Totals all = count(results.verdicts);
  const std::string sentence = std::to_string(all.passed) + " of " +
                               std::to_string(all.requirements) + " requirements passed" +
                               others(all) + " on " + results.target + " in " +
                               seconds(results.time) + " s";
  const bool is_bad = all.failed + all.error > 0;
  return out + painted(sentence, is_bad ? "31" : all.passed > 0 ? "32" : "33", paint) + "\n";
}

std::string console_report(const std::vector<TargetResults>& results, Paint paint) {
  std::string out;
  for (const TargetResults& one : results) {
    for (const Verdict& verdict : one.verdicts) out += console_verdict(verdict, paint);
    out += console_totals(one, paint);
  }
  return out;
}

std::string markdown_report(const std::vector<TargetResults>& results) {
  std::vector<std::string> names;
  std::vector<std::vector<SuiteTotals>> columns;
  for (const TargetResults& one : results) {
    columns.push_back(by_suite(one.verdicts));
    for (const auto& [suite, totals] : columns.back()) {
      if (std::find(names.begin(), names.end(), suite) == names.end()) names.push_back(suite);
    }
  }
  std::string out = "| suite | requirements |";
  std::string rule = "|---|---|";
  for (const TargetResults& one : results) {
    out += " " + one.target + " |";
    rule += "---|";
  }
  out += "\n" + rule + "\n";
  const auto row = [&](const std::string& name, std::size_t requirements, auto&& totals_of) {
    out += "| " + name + " | " + std::to_string(requirements) + " |";
    for (std::size_t i = 0; i < results.size(); ++i) {
      const Totals totals = totals_of(i);
      out += " " + std::to_string(totals.passed);
      if (totals.optional_failed > 0) {
        out += " (" + std::to_string(totals.optional_failed) + " optional failed)";
      }
      if (totals.not_implemented > 0) {
        out += " (" + std::to_string(totals.not_implemented) + " not implemented)";
      }
      out += " |";
    }
    out += "\n";
  };
  std::size_t requirements = 0;
  for (const std::string& name : names) {
    const auto totals_of = [&](std::size_t column) {
      for (const auto& [suite, totals] : columns[column]) {
        if (suite == name) return totals;
      }
      return Totals{};
    };
    std::size_t of_suite = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
      of_suite = std::max(of_suite, totals_of(i).requirements);
    }
    requirements += of_suite;
    row(name, of_suite, totals_of);
  }
  row("all", requirements, [&](std::size_t i) { return count(results[i].verdicts); });
  return out;
}

}  // namespace durable::conformance
