// SPDX-License-Identifier: Apache-2.0
#include "cloud_runner/served_functions.h"

#include <durable/lambda.h>

int main(int argc, char** argv) {
  durable::lambda::Functions functions;
  functions.add("tour", durable::test::tour);
  functions.add("inspect", durable::test::inspect);
  functions.add("ask", durable::test::ask);
  functions.add("watch", durable::test::watch);
  functions.add("pile", durable::test::pile);
  functions.add("refuse", durable::test::refuse);
  functions.add_plain("plain", [] { return std::string("pong"); });
  return functions.run(argc, argv);
}
