// SPDX-License-Identifier: Apache-2.0
#include <durable/json/detail/failure.h>
#include <durable/json/detail/reflect.h>

#include <algorithm>

namespace durable::json::detail {
namespace {

constexpr std::size_t name_shown_max = 64;

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= name_shown_max &&
         std::all_of(name.begin(), name.end(), is_name_character);
}

}  // namespace

bool Failure::set(std::string what) {
  path_.clear();
  what_ = std::move(what);
  return false;
}

bool Failure::in_member(std::string_view name) {
  std::string step;
  if (is_plain_name(name)) {
    step = name;
    if (!path_.empty() && path_.front() != '[') step += '.';
  } else {
    step.append("[\"").append(name.substr(0, name_shown_max));
    step += name.size() > name_shown_max ? "..." : "";
    step += "\"]";
    if (!path_.empty() && path_.front() != '[') step += '.';
  }
  path_.insert(0, step);
  return false;
}

bool Failure::in_element(std::size_t index) {
  std::string step = "[" + std::to_string(index) + "]";
  if (!path_.empty() && path_.front() != '[') step += '.';
  path_.insert(0, step);
  return false;
}

Error Failure::error() const {
  return {ErrorCode::invalid_json, path_.empty() ? what_ : path_ + ": " + what_};
}

}  // namespace durable::json::detail
