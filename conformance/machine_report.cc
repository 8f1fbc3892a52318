// SPDX-License-Identifier: Apache-2.0
//
// The reports that programs read.
#include <array>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>

#include "conformance/report.h"
#include "conformance/utf8.h"

namespace durable::conformance {
namespace {

using Status = Verdict::Status;

double in_seconds(Duration time) { return static_cast<double>(time.count()) / 1000; }

/// Text that JSON and XML can hold.
std::string repaired(std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string out;
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t code = take_code_point(text);
    if (code == replacement_character || code == 0xFFFE || code == 0xFFFF) {
      out += replacement;  // the last two have no form in XML
    } else {
      out += before.substr(0, before.size() - text.size());
    }
  }
  return out;
}

// ---- JSON ----

json::Value::Object to_json(const Totals& totals) {
  return {{"requirements", totals.requirements},
          {"passed", totals.passed},
          {"failed", totals.failed},
          {"optional_failed", totals.optional_failed},
          {"not_implemented", totals.not_implemented},
          {"error", totals.error}};
}

json::Value to_json(const Verdict& verdict) {
  json::Value value;
  value.set("id", repaired(verdict.id));
  value.set("suite", repaired(verdict.suite));
  value.set("status", to_string(verdict.status));
  value.set("optional", verdict.optional);
  value.set("seconds", in_seconds(verdict.time));
  if (!verdict.message.empty()) value.set("message", repaired(verdict.message));
  if (verdict.mismatch) {
    json::Value difference;
    difference.set("path", repaired(verdict.mismatch->path));
    difference.set("expected", repaired(verdict.mismatch->expected));
    difference.set("found", repaired(verdict.mismatch->found));
    // A value that is no JSON, from a file of another encoding, is told by the texts alone.
    const auto set_whole = [&](std::string_view key, const std::optional<json::Value>& whole) {
      if (whole && whole->dump()) difference.set(key, *whole);
    };
    set_whole("expected_whole", verdict.mismatch->expected_whole);
    set_whole("found_whole", verdict.mismatch->found_whole);
    value.set("difference", std::move(difference));
  }
  if (!verdict.tree.empty()) value.set("tree", repaired(verdict.tree));
  if (!verdict.warnings.empty()) {
    json::Value::Array warnings;
    for (const std::string& warning : verdict.warnings) warnings.push_back(repaired(warning));
    value.set("warnings", std::move(warnings));
  }
  return value;
}

// ---- XML ----

/// Within quotes or between tags. Control characters, which XML 1.0 has no form for, are replaced.
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : repaired(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";  // an attribute would lose it
        break;
      case '\t':
        out += "&#9;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  }
  return out;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + xml(value) + "\"";
}
std::string attribute(std::string_view name, std::size_t value) {
  return attribute(name, std::to_string(value));
}
std::string time_attribute(Duration time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", in_seconds(time));
  return attribute("time", text.data());
}
std::string count_attributes(const Totals& totals) {
  return attribute("tests", totals.requirements) + attribute("failures", totals.failed) +
         attribute("errors", totals.error) +
         attribute("skipped", totals.optional_failed + totals.not_implemented);
}

std::string body_of(const Verdict& verdict) {
  std::string text = verdict.message + "\n";
  if (verdict.mismatch) {
    for (const auto& [label, whole] : {std::pair{"expected: ", &verdict.mismatch->expected_whole},
                                       std::pair{"found:    ", &verdict.mismatch->found_whole}}) {
      if (!*whole) continue;
      const Result<std::string> dumped = (*whole)->dump();
      if (dumped) text.append(label).append(*dumped).append("\n");
    }
  }
  return text + verdict.tree;
}

void append_case(std::string& out, const TargetResults& results, const Verdict& verdict) {
  out += "    <testcase" + attribute("name", verdict.id) +
         attribute("classname", results.target + "." + verdict.suite) +
         time_attribute(verdict.time);
  if (verdict.status == Status::passed) {
    out += "/>\n";
    return;
  }
  out += ">\n";
  switch (verdict.status) {
    case Status::failed:
    case Status::error: {
      const std::string tag = verdict.status == Status::failed ? "failure" : "error";
      out += "      <" + tag + attribute("message", verdict.message) +
             attribute("type", to_string(verdict.status)) + ">" + xml(body_of(verdict)) + "</" +
             tag + ">\n";
      break;
    }
    default:
      out += "      <skipped" +
             attribute("message", std::string(to_string(verdict.status)) + ": " + verdict.message) +
             "/>\n";
  }
  out += "    </testcase>\n";
}

}  // namespace

std::string json_report(const std::vector<TargetResults>& results) {
  json::Value::Array targets;
  for (const TargetResults& one : results) {
    json::Value target;
    target.set("target", repaired(one.target));
    target.set("seconds", in_seconds(one.time));
    target.set("totals", to_json(count(one.verdicts)));
    json::Value::Array suites;
    for (const auto& [suite, totals] : by_suite(one.verdicts)) {
      json::Value::Object members = to_json(totals);
      members.insert(members.begin(), {"suite", repaired(suite)});
      suites.emplace_back(std::move(members));
    }
    target.set("suites", std::move(suites));
    json::Value::Array requirements;
    for (const Verdict& verdict : one.verdicts) requirements.push_back(to_json(verdict));
    target.set("requirements", std::move(requirements));
    targets.push_back(std::move(target));
  }
  json::Value report;
  report.set("version", 1);
  report.set("targets", std::move(targets));
  return report.dump().value() + "\n";
}

std::string junit_report(const std::vector<TargetResults>& results) {
  Totals all;
  Duration time{0};
  std::string suites;
  for (const TargetResults& one : results) {
    time += one.time;
    for (const Verdict& verdict : one.verdicts) all.add(verdict);
    for (const auto& [suite, totals] : by_suite(one.verdicts)) {
      suites += "  <testsuite" + attribute("name", one.target + "." + suite) +
                count_attributes(totals) + time_attribute(totals.time) + ">\n";
      for (const Verdict& verdict : one.verdicts) {
        if (verdict.suite == suite) append_case(suites, one, verdict);
      }
      suites += "  </testsuite>\n";
    }
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"conformance\"" +
         count_attributes(all) + time_attribute(time) + ">\n" + suites + "</testsuites>\n";
}

}  // namespace durable::conformance
