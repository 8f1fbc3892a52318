// SPDX-License-Identifier: Apache-2.0
//
// Runs the order function on an order from a JSON file in local mode, with progress, and shows what
// happened.
#include "order_processing.h"

#include <durable/json/json.h>
#include <durable/testing/test_runner.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

constexpr int exit_failed = 1;
constexpr int exit_bad_input = 2;
constexpr std::size_t order_bytes_max = 1'000'000;

int bad_input(const std::string& file, const std::string& reason) {
  std::cerr << "order_processing: " << file << ": " << reason << "\n";
  return exit_bad_input;
}

/// The events that a person wants to follow, in words of a line each.
void show_progress(const durable::wire::Event& event) {
  using durable::wire::EventType;
  switch (event.event_type) {
    case EventType::step_succeeded:
      std::cout << "  step done        ";
      break;
    case EventType::step_failed:
      std::cout << "  step failed      ";
      break;
    case EventType::wait_started:
      std::cout << "  waiting          ";
      break;
    case EventType::wait_succeeded:
      std::cout << "  wait is over     ";
      break;
    case EventType::context_succeeded:
      std::cout << "  context done     ";
      break;
    case EventType::invocation_completed:
      std::cout << "  (invocation ends)\n" << std::flush;
      return;
    default:
      return;
  }
  std::cout << event.name.value_or("") << "\n" << std::flush;
}

int run(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return bad_input(file, std::string("cannot be opened: ") + std::strerror(errno));
  std::string text;
  text.resize(order_bytes_max + 1);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return bad_input(file, "cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > order_bytes_max) {
    return bad_input(file, "is larger than " + std::to_string(order_bytes_max) + " bytes");
  }
  durable::Result<examples::Order> order = durable::json::decode<examples::Order>(text);
  if (!order) return bad_input(file, order.error().message);

  std::cout << "order " << order->id << ": running in local mode\n";
  durable::LocalRunnerOptions options;
  options.function_name = "process_order";
  options.on_event = show_progress;
  durable::DurableFunctionTestRunner runner(examples::process_order, std::move(options));
  const durable::DurableFunctionTestResult result = runner.run(*order);

  std::cout << "\nOperations\n";
  result.print(std::cout);
  std::cout << "\nHistory (virtual time since the start)\n";
  result.print_timeline(std::cout);
  return result.status() == durable::InvocationStatus::succeeded ? 0 : exit_failed;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: order_processing ORDER.json\n"
                 "  e.g. order_processing examples/order.json\n";
    return exit_bad_input;
  }
  try {
    return run(argv[1]);
  } catch (const std::exception& error) {
    std::cerr << "order_processing: " << error.what() << "\n";
    return exit_failed;
  }
}
