// SPDX-License-Identifier: Apache-2.0
// Any request line is either a route with all its parameters, or answered with a well-formed
// error; any query and any name of a function is read or refused with a reason.
#include "fuzz/entry.h"
#include "server/catalog.h"
#include "server/query.h"
#include "server/routes.h"

#include <durable/base/assert.h>
#include <durable/json/value.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

namespace durable::fuzz {
namespace {

void expect_answerable(const server::Failure& failure) {
  DURABLE_ASSERT(failure.status >= 400 && failure.status < 600);
  const http::Response response = server::to_response(failure);
  DURABLE_ASSERT(json::Value::parse(response.body).has_value());
  for (const http::Header& header : response.headers) {
    // A header's value must not be able to end the header.
    DURABLE_ASSERT(header.value.find_first_of("\r\n") == std::string::npos);
  }
}

void route(std::string_view method, std::string_view target) {
  const auto found = server::find_route(method, target.substr(0, target.find('?')));
  if (const auto* const failure = std::get_if<server::Failure>(&found)) {
    return expect_answerable(*failure);
  }
  const auto& match = std::get<server::Match>(found);
  const std::string_view pattern = match.route->pattern;
  const auto count = std::count(pattern.begin(), pattern.end(), '{');
  DURABLE_ASSERT(match.parameters.size() == static_cast<std::size_t>(count));
  for (const std::string& parameter : match.parameters) {
    const auto reference = server::parse_function(parameter);
    DURABLE_ASSERT(reference.has_value() || !reference.error().message.empty());
    if (reference) DURABLE_ASSERT(!reference->name.empty());
    for (const auto& failure :
         {server::check_execution_arn(parameter), server::check_execution_name(parameter),
          server::check_tenant_id(parameter)}) {
      if (failure) expect_answerable(*failure);
    }
  }
}

void query(std::string_view text) {
  server::QueryReader reader(text);
  static_cast<void>(reader.text("Marker"));
  static_cast<void>(reader.boolean("ReverseOrder"));
  static_cast<void>(reader.integer("MaxItems"));
  static_cast<void>(reader.timestamp("StartedAfter"));
  DURABLE_ASSERT(reader.statuses("Statuses").size() <= 10);
  if (reader.failure()) expect_answerable(*reader.failure());
}

}  // namespace
}  // namespace durable::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const std::size_t space = std::min(line.find(' '), line.size());
  const std::string_view target = line.substr(std::min(space + 1, line.size()));
  durable::fuzz::route(line.substr(0, space), target);
  const std::size_t mark = std::min(target.find('?'), target.size());
  durable::fuzz::query(target.substr(std::min(mark + 1, target.size())));
  return 0;
}
