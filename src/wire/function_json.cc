// SPDX-License-Identifier: Apache-2.0
//
// What a function receives and answers.
#include "wire/codec.h"

DURABLE_WIRE_BODY(InvocationInput);
DURABLE_WIRE_BODY(InvocationOutput);
DURABLE_WIRE_BODY(ErrorObject);
DURABLE_WIRE_BODY(Operation);
DURABLE_WIRE_BODY(OperationUpdate);
