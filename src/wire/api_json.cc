// SPDX-License-Identifier: Apache-2.0
//
// The bodies of the API's requests and responses.
#include "wire/codec.h"
#include "wire/event_codec.h"

namespace durable::json {

using wire::CheckpointDurableExecutionRequest;

/// The execution's ARN travels in the path.
template <>
struct Codec<CheckpointDurableExecutionRequest> {
  static constexpr bool is_primitive = true;

  static bool write(Writer& writer, const CheckpointDurableExecutionRequest& request) {
    if (!writer.enter()) return false;
    const std::size_t begin = writer.out().size();
    return detail::write_member(writer, ",\"CheckpointToken\":", request.checkpoint_token) &&
           detail::write_member(writer, ",\"Updates\":", request.updates) &&
           detail::write_member(writer, ",\"ClientToken\":", request.client_token) &&
           detail::close(writer, begin, '{', '}');
  }

  static bool read(Reader& reader, const Node& node, CheckpointDurableExecutionRequest& request) {
    constexpr std::array<std::string_view, 3> names{"CheckpointToken", "Updates", "ClientToken"};
    if (!reader.object(node)) return false;
    std::array<const Node*, names.size()> found{};
    detail::find_members(node, names, found.data());
    return detail::read_member<true>(reader, found[0], names[0], request.checkpoint_token) &&
           detail::read_member<true>(reader, found[1], names[1], request.updates) &&
           detail::read_member<true>(reader, found[2], names[2], request.client_token);
  }
};

}  // namespace durable::json

namespace durable::wire {
namespace {

/// For requests whose body is the error object itself, if there is one.
template <class Request>
Result<void> encode_error(const Request& request, std::string& out) {
  return request.error ? encode_to(*request.error, out, timestamp_format<ErrorObject>)
                       : Result<void>();
}

template <class Request>
Result<Request> decode_error(std::string_view text) {
  Request request{};
  if (text.empty()) return request;
  Result<ErrorObject> error = decode<ErrorObject>(text);
  if (!error) return std::move(error).error();
  request.error = std::move(*error);
  return request;
}

}  // namespace

template <>
Result<void> encode_to(const SendDurableExecutionCallbackFailureRequest& value, std::string& out,
                       TimestampFormat) {
  return encode_error(value, out);
}
template <>
Result<SendDurableExecutionCallbackFailureRequest> decode(std::string_view text, TimestampFormat) {
  return decode_error<SendDurableExecutionCallbackFailureRequest>(text);
}
template <>
Result<void> encode_to(const StopDurableExecutionRequest& value, std::string& out,
                       TimestampFormat) {
  return encode_error(value, out);
}
template <>
Result<StopDurableExecutionRequest> decode(std::string_view text, TimestampFormat) {
  return decode_error<StopDurableExecutionRequest>(text);
}

}  // namespace durable::wire

DURABLE_WIRE_BODY(CheckpointDurableExecutionRequest);
DURABLE_WIRE_BODY(CheckpointDurableExecutionResponse);
DURABLE_WIRE_BODY(GetDurableExecutionStateResponse);
DURABLE_WIRE_BODY(GetDurableExecutionResponse);
DURABLE_WIRE_BODY(GetDurableExecutionHistoryResponse);
DURABLE_WIRE_BODY(ListDurableExecutionsByFunctionResponse);
DURABLE_WIRE_BODY(StopDurableExecutionResponse);
DURABLE_WIRE_BODY(Event);
