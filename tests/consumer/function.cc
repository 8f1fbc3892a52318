// SPDX-License-Identifier: Apache-2.0
// A user's program for Lambda.
#include "charge.h"

#include <durable/lambda.h>

int main() { return durable::lambda::run(guest::charge); }
