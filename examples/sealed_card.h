// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <string>

namespace examples {

/// Stands for encryption with a key of your own: what is recorded does not show the value.
class Seal final : public durable::PayloadSerdes {
 public:
  durable::Payload serialize(const durable::Payload& plain,
                             const durable::SerdesContext& context) const override;
  durable::Payload deserialize(const durable::Payload& stored,
                               const durable::SerdesContext& context) const override;
};

/// Reads a card's number, keeps it sealed in the execution's record, and shows its last digits.
durable::Task<std::string> show_card(std::string customer, durable::DurableContext& ctx);

}  // namespace examples
