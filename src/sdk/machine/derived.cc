// SPDX-License-Identifier: Apache-2.0
#include "sdk/machine/derived.h"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>

namespace durable::machine {
namespace {

// The namespaces of our name hashes; any constants would do, but never other ones.
constexpr boost::uuids::uuid uuid_space{{0x3f, 0x0b, 0x71, 0xd2, 0x5c, 0x9e, 0x4a, 0x16, 0x8d, 0x60,
                                         0x27, 0xe1, 0x94, 0xaa, 0xf8, 0x43}};
constexpr boost::uuids::uuid seed_space{{0xd7, 0x52, 0x08, 0x6e, 0xb1, 0x34, 0x4c, 0xf9, 0x92, 0x7d,
                                         0x5a, 0x0c, 0xe3, 0x88, 0x16, 0x2f}};

boost::uuids::uuid hash(const boost::uuids::uuid& space, std::string_view execution_arn,
                        std::string_view context_id, std::uint64_t count) {
  // No ARN and no id has a line break, so different parts make different names.
  std::string name;
  name.reserve(execution_arn.size() + context_id.size() + 24);
  name.append(execution_arn).append(1, '\n').append(context_id).append(1, '\n');
  name += std::to_string(count);
  return boost::uuids::name_generator_sha1(space)(name.data(), name.size());
}

}  // namespace

std::string derived_uuid(std::string_view execution_arn, std::string_view context_id,
                         std::uint64_t count) {
  constexpr std::string_view hex = "0123456789abcdef";
  boost::uuids::uuid id = hash(uuid_space, execution_arn, context_id, count);
  id.data[6] = static_cast<std::uint8_t>((id.data[6] & 0x0FU) | 0x40U);
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += hex[id.data[i] >> 4U];
    text += hex[id.data[i] & 15U];
  }
  return text;
}

std::uint64_t derived_seed(std::string_view execution_arn, std::string_view context_id,
                           std::uint64_t count) {
  const boost::uuids::uuid id = hash(seed_space, execution_arn, context_id, count);
  // Bytes 6 and 8 hold the version and the variant, which say nothing.
  std::uint64_t seed = 0;
  for (const std::size_t i : {0U, 1U, 2U, 3U, 4U, 5U, 9U, 10U}) seed = seed << 8U | id.data[i];
  return seed;
}

}  // namespace durable::machine
