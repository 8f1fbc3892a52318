// SPDX-License-Identifier: Apache-2.0
//
// JSON for ordinary C++ types.
//
// | C++                                              | JSON                                       |
// |--------------------------------------------------|--------------------------------------------|
// | plain aggregate: no base class, no array member, | object; the members' names are the keys;   |
// |   default initialisable, at most 64 members      |   an optional without a value is left out  |
// | bool; integers; float, double                    | true, false; exact number; shortest number |
// | std::string (string_view, const char*: written)  | string                                     |
// | enum class (or with a fixed underlying type)     | string: the enumerator's name, of those    |
// |                                                  |   with a value from 0 to 127               |
// | std::optional, std::unique_ptr, durable::Boxed   | the value, or null                         |
// | std::vector, deque, list, array, set, ...        | array                                      |
// | std::map, unordered_map: key string, integer,    | object; hash containers in order of keys   |
// |   enum                                           |                                            |
// | std::pair, std::tuple                            | array                                      |
// | std::variant                                     | {"type": alternative's name, "value": ...} |
// | std::chrono::duration of integers                | integer, in the duration's own unit        |
// | durable::Timestamp                               | string in ISO 8601, UTC                    |
// | durable::Payload                                 | string                                     |
// | std::monostate, std::nullptr_t                   | null                                       |
// | durable::json::Value                             | anything                                   |
// | anything else                                    | by durable::json::Codec<T>                 |
//
// `char` has no form, since a letter and a number would look alike.
#pragma once

#include <durable/json/codec.h>
#include <durable/json/value.h>
