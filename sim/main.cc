// SPDX-License-Identifier: Apache-2.0
//
// durable_sim: random executions against an auditor. Exit codes: 0 nothing found, 1 something found
// or a probe missed, 2 wrong arguments.
#include "sim/campaign.h"

#include <charconv>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

namespace {

using durable::sim::CampaignOptions;

constexpr const char* usage =
    "usage: durable_sim [--seed N] [--seeds N] [--commands N] [--plant NAME]\n"
    "  --seed N      first seed (default 1)\n"
    "  --seeds N     how many seeds to run (default 1000)\n"
    "  --commands N  commands in one run, at most (default 300)\n"
    "  --plant NAME  put in a bug on purpose; the run then fails if the auditor does not see it\n";

template <class T>
bool read_number(std::string_view text, T& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

bool read_option(std::string_view name, std::string_view value, CampaignOptions& options) {
  if (name == "--seed") return read_number(value, options.first_seed);
  if (name == "--seeds") return read_number(value, options.seeds);
  if (name == "--commands") return read_number(value, options.commands);
  if (name != "--plant") return false;
  const auto plant = durable::sim::plant_of(value);
  if (plant) options.plant = *plant;
  return plant.has_value();
}

}  // namespace

int main(int argc, char** argv) {
  CampaignOptions options;
  options.seeds = 1000;
  const std::span<char*> arguments(argv + 1, static_cast<std::size_t>(argc > 0 ? argc - 1 : 0));
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const std::string_view name = arguments[i];
    const std::string_view value = i + 1 < arguments.size() ? arguments[i + 1] : "";
    if (read_option(name, value, options)) continue;
    std::fprintf(stderr, "durable_sim: cannot read %s %s\n%s", arguments[i],
                 std::string(value).c_str(), usage);
    return 2;
  }

  const durable::sim::CampaignResult result = run_campaign(options);
  std::printf("%llu runs, %llu commands, digest %016llx\n",
              static_cast<unsigned long long>(result.runs),
              static_cast<unsigned long long>(result.commands),
              static_cast<unsigned long long>(result.digest));
  const bool planted = options.plant != durable::sim::Plant::none;
  if (result.failed_seed) {
    std::printf(
        "seed %llu fails within %u commands: %s\nrepeat with: durable_sim --seed %llu "
        "--seeds 1 --commands %u%s%s\n",
        static_cast<unsigned long long>(*result.failed_seed), result.failed_commands,
        result.finding.c_str(), static_cast<unsigned long long>(*result.failed_seed),
        result.failed_commands, planted ? " --plant " : "",
        planted ? std::string(name_of(options.plant)).c_str() : "");
    return planted ? 0 : 1;
  }
  if (planted) {
    std::printf("the planted bug was put in %llu runs and never seen\n",
                static_cast<unsigned long long>(result.planted_runs));
    return 1;
  }
  const auto missed = result.probes.missed();
  for (const durable::sim::Probe probe : missed) {
    std::printf("never happened: %s\n", std::string(name_of(probe)).c_str());
  }
  return missed.empty() ? 0 : 1;
}
