// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/file_serdes.h>

#include <durable/json/value.h>

#include <algorithm>
#include <utility>

namespace durable {
namespace {

/// Copies what is to be shown, until there is no place for more.
class Preview {
 public:
  explicit Preview(const PreviewOptions& options)
      : options_(options), left_(options.bytes_max > 2 ? options.bytes_max - 2 : 0) {}

  [[nodiscard]] json::Value of(const json::Value::Object& object) {
    json::Value shown{json::Value::Object()};
    add_members(object, "", options_.base == PreviewOptions::Base::include_all, shown);
    return shown;
  }

 private:
  static bool matches(const std::vector<PreviewField>& fields, std::string_view name,
                      std::string_view path) {
    return std::any_of(fields.begin(), fields.end(), [&](const PreviewField& field) {
      return field.name == (field.match == PreviewField::Match::path ? path : name);
    });
  }

  /// Takes the place for `bytes` bytes. False: there is none, and nothing more is shown.
  bool take(std::size_t bytes) {
    full_ = full_ || bytes > left_;
    if (!full_) left_ -= bytes;
    return !full_;
  }
  static std::size_t size_of(const json::Value& value) {
    const Result<std::string> text = value.dump();
    return text ? text->size() : 0;
  }

  void add_members(const json::Value::Object& object, const std::string& path, bool included,
                   json::Value& out) {
    for (const auto& [name, value] : object) {
      if (full_) return;
      if (name.find('.') != std::string::npos) continue;
      const std::string member_path = path.empty() ? name : path + "." + name;
      if (matches(options_.exclude, name, member_path)) continue;
      const std::size_t frame = size_of(json::Value(name)) + 2;  // with colon and comma
      std::optional<json::Value> shown;
      if (matches(options_.mask, name, member_path)) {
        shown = json::Value(options_.mask_text);
        if (!take(frame + size_of(*shown))) return;
      } else {
        shown = show(value, member_path, included || matches(options_.include, name, member_path),
                     frame);
      }
      if (shown) out.set(name, *std::move(shown));
    }
  }

  /// What is shown of a value; absent if it is nothing. `frame`: what its name costs.
  std::optional<json::Value> show(const json::Value& value, const std::string& path, bool included,
                                  std::size_t frame) {
    const json::Value::Object* object = value.as_object();
    const json::Value::Array* array = value.as_array();
    if (object == nullptr && array == nullptr) {
      if (!included || !take(frame + size_of(value))) return std::nullopt;
      return value;
    }
    if (!take(frame + 2)) return std::nullopt;
    json::Value shown =
        object != nullptr ? json::Value(json::Value::Object()) : json::Value(json::Value::Array());
    if (object != nullptr) {
      add_members(*object, path, included, shown);
    } else {
      for (const json::Value& element : *array) {
        if (full_) break;
        if (auto part = show(element, path, included, 1)) shown.push_back(*std::move(part));
      }
    }
    const bool was_empty = value.size() == 0;
    if (shown.size() > 0 || (was_empty && included)) return shown;
    left_ += frame + 2;
    return std::nullopt;
  }

  const PreviewOptions& options_;
  std::size_t left_;
  bool full_ = false;
};

}  // namespace

std::optional<std::string> make_preview(std::string_view json, const PreviewOptions& options) {
  const Result<json::Value> value = json::Value::parse(json);
  if (!value || value->as_object() == nullptr) return std::nullopt;
  const json::Value shown = Preview(options).of(*value->as_object());
  if (shown.size() == 0) return std::nullopt;
  Result<std::string> text = shown.dump();
  if (!text) return std::nullopt;
  return std::move(*text);
}

}  // namespace durable
