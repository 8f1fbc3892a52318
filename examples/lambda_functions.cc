// SPDX-License-Identifier: Apache-2.0
//
// All example functions in one program for Lambda. The property Handler of each Lambda function
// says which one it runs.
#include "hello_world.h"
#include "order_processing.h"

#include <durable/lambda.h>

#include <string>

namespace {

struct Shout {
  std::string text;
};

/// A function that is not durable: one event, one answer.
std::string shout(const Shout& event, const durable::lambda::PlainContext& context) {
  context.log(durable::LogLevel::info, "shouting", {{"size", event.text.size()}});
  return event.text + "!";
}

}  // namespace

int main(int argc, char** argv) {
  durable::lambda::Functions functions;
  functions.add("hello_world", examples::hello_world);
  functions.add("order_processing", examples::process_order);
  functions.add_plain("shout", shout);
  return functions.run(argc, argv);
}
