// SPDX-License-Identifier: Apache-2.0
#include "hello_world.h"

#include <durable/lambda.h>

int main() { return durable::lambda::run(examples::hello_world); }
