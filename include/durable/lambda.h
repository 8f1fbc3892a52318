// SPDX-License-Identifier: Apache-2.0
//
// Runs functions in AWS Lambda, or wherever the Lambda Runtime API is spoken: the local server.
//
//     int main() { return durable::lambda::run(process_order); }
#pragma once

#include <durable/lambda/functions.h>
#include <durable/lambda/plain.h>
