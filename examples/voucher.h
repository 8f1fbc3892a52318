// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <string>

namespace examples {

struct Voucher {
  std::string code;
  int discount_percent = 0;
  bool expired = false;
};

/// Uses the time, random numbers and unique ids in a way that is the same in every replay.
durable::Task<Voucher> give_voucher(durable::DurableContext& ctx);

}  // namespace examples
