// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/handler.h>

#include <durable/sdk/errors.h>
#include <durable/sdk/plugin.h>

#include <stdexcept>
#include <utility>

namespace durable {
namespace {

// Copies of a handler share their settings, so a change makes new ones.
template <class F>
std::shared_ptr<const detail::HandlerSettings> changed(const detail::HandlerSettings* settings,
                                                       F&& change) {
  auto copy = settings != nullptr ? std::make_shared<detail::HandlerSettings>(*settings)
                                  : std::make_shared<detail::HandlerSettings>();
  change(*copy);
  return copy;
}

}  // namespace

void Handler::add_error_name(std::type_index type, std::string name) {
  detail::ErrorNames names = error_names_ ? *error_names_ : detail::ErrorNames();
  names.emplace_back(type, std::move(name));
  error_names_ = std::make_shared<const detail::ErrorNames>(std::move(names));
}

Handler& Handler::use_plugin(std::shared_ptr<Plugin> plugin) & {
  if (plugin == nullptr) {
    throw std::invalid_argument("Handler::use_plugin: expected a plugin, found a null pointer");
  }
  settings_ = changed(settings_.get(), [&](detail::HandlerSettings& settings) {
    settings.plugins.push_back(std::move(plugin));
  });
  return *this;
}

Handler& Handler::use_serdes(std::shared_ptr<const PayloadSerdes> serdes) & {
  settings_ = changed(settings_.get(), [&](detail::HandlerSettings& settings) {
    settings.serdes = std::move(serdes);
  });
  return *this;
}

Handler& Handler::use_input_serdes(std::shared_ptr<const PayloadSerdes> serdes) & {
  settings_ = changed(settings_.get(), [&](detail::HandlerSettings& settings) {
    settings.input_serdes = std::move(serdes);
  });
  return *this;
}

Handler& Handler::use_result_serdes(std::shared_ptr<const PayloadSerdes> serdes) & {
  settings_ = changed(settings_.get(), [&](detail::HandlerSettings& settings) {
    settings.result_serdes = std::move(serdes);
  });
  return *this;
}

Handler& Handler::replay_logging(ReplayLogging mode) & {
  settings_ = changed(settings_.get(),
                      [&](detail::HandlerSettings& settings) { settings.replay_logging = mode; });
  return *this;
}

namespace detail {

bool is_blank(const std::optional<Payload>& input) noexcept {
  return !input || input->view().find_first_not_of(" \t\r\n") == std::string_view::npos;
}

void raise_missing_input(const Error& cause) {
  throw SerDesError(
      "the execution has no input, which reads as {}, but the handler's input type does not take "
      "that: " +
      cause.message + ". Start the execution with an input, or make its members optional.");
}

}  // namespace detail
}  // namespace durable
