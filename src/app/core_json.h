// JSON objects of the commands of `inquest core`, written member by member.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "app/core_command.h"

namespace inquest::app {

//     JsonObject().add("pid", 1).add("comm", comm).text()   // {"pid":1,"comm":"init"}
class JsonObject {
 public:
  template <std::integral T>
  JsonObject& add(std::string_view name, T value) {
    return raw(name, fmt::format("{}", value));
  }
  JsonObject& add(std::string_view name, std::string_view value) { return raw(name, core_json_string(value)); }
  JsonObject& add(std::string_view name, const char* value) { return add(name, std::string_view(value)); }
  JsonObject& add(std::string_view name, vmcore::VirtAddr value) {
    return raw(name, fmt::format("\"{:#x}\"", value.value));
  }
  template <typename T>
  JsonObject& add(std::string_view name, const std::optional<T>& value) {
    return value ? add(name, *value) : raw(name, "null");
  }
  // A value that is JSON already.
  JsonObject& raw(std::string_view name, std::string_view json) {
    text_ += fmt::format("{}\"{}\":{}", text_.size() == 1 ? "" : ",", name, json);
    return *this;
  }
  // Seconds, from nanoseconds.
  template <std::integral T>
  JsonObject& seconds(std::string_view name, T ns) {
    return raw(name, fmt::format("{:.9f}", static_cast<double>(ns) / 1e9));
  }

  std::string text() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

// "[...]", one element a line, of what `make` gives for each of these.
template <typename Range, typename Make>
std::string json_array(const Range& range, const Make& make) {
  std::string out = "[";
  for (const auto& one : range) out += (out.size() == 1 ? "\n" : ",\n") + std::string(make(one));
  return out + "]";
}

}  // namespace inquest::app
