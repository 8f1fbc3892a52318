// SPDX-License-Identifier: Apache-2.0
#include "voucher.h"

namespace examples {

using namespace std::chrono_literals;

durable::Task<Voucher> give_voucher(durable::DurableContext& ctx) {
  Voucher voucher;
  voucher.code = ctx.uuid();  // follow from the execution; nothing is recorded
  voucher.discount_percent = 5 + static_cast<int>(ctx.random().below(6));
  const durable::Timestamp expires = co_await ctx.now() + 30s;  // recorded as a step

  co_await ctx.wait("use-it", 2s);

  voucher.expired = co_await ctx.now() > expires;
  co_return voucher;
}

}  // namespace examples
