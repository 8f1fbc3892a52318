// SPDX-License-Identifier: Apache-2.0
//
// All that the author of a durable function needs.
#pragma once

#include <durable/sdk/bound.h>
#include <durable/sdk/context.h>
#include <durable/sdk/errors.h>
#include <durable/sdk/future.h>
#include <durable/sdk/handler.h>
#include <durable/sdk/logger.h>
#include <durable/sdk/options.h>
#include <durable/sdk/outcome.h>
#include <durable/sdk/retry.h>
#include <durable/sdk/serdes.h>
#include <durable/sdk/task.h>
