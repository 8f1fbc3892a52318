// SPDX-License-Identifier: Apache-2.0
//
// All that the author of a durable function needs.
#pragma once

#include <durable/base/system_clock.h>
#include <durable/sdk/batch.h>
#include <durable/sdk/bound.h>
#include <durable/sdk/callback.h>
#include <durable/sdk/combinators.h>
#include <durable/sdk/condition.h>
#include <durable/sdk/context.h>
#include <durable/sdk/errors.h>
#include <durable/sdk/future.h>
#include <durable/sdk/handler.h>
#include <durable/sdk/invoke.h>
#include <durable/sdk/logger.h>
#include <durable/sdk/map.h>
#include <durable/sdk/offload.h>
#include <durable/sdk/options.h>
#include <durable/sdk/outcome.h>
#include <durable/sdk/parallel.h>
#include <durable/sdk/plugin.h>
#include <durable/sdk/random.h>
#include <durable/sdk/retry.h>
#include <durable/sdk/serdes.h>
#include <durable/sdk/stream_logger.h>
#include <durable/sdk/task.h>
#include <durable/sdk/with_retry.h>
