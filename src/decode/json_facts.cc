#include "decode/json_facts.h"

#include <algorithm>

#include <simdjson.h>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::decode {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kDeepest = 12;
constexpr size_t kMostValues = 50'000;

class Walk {
 public:
  Walk(std::string_view bytes, std::string_view padded, const JsonVisit& visit)
      : bytes_(bytes), padded_(padded), visit_(visit) {}

  simdjson::error_code object(ondemand::object object, const std::string& path, int depth) {
    for (auto member : object) {
      ondemand::field field;
      if (const auto error = std::move(member).get(field)) return error;
      std::string_view name;
      if (const auto error = field.unescaped_key().get(name)) return error;
      const std::string below = path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
      if (const auto error = value(field.value(), below, depth)) return error;
    }
    return simdjson::SUCCESS;
  }

 private:
  simdjson::error_code value(ondemand::value value, const std::string& path, int depth) {
    if (depth > kDeepest || ++count_ > kMostValues) return simdjson::DEPTH_ERROR;
    ondemand::json_type type{};
    if (const auto error = value.type().get(type)) return error;
    if (type == ondemand::json_type::object) {
      ondemand::object inner;
      if (const auto error = value.get_object().get(inner)) return error;
      return object(inner, path, depth + 1);
    }
    if (type == ondemand::json_type::array) {
      ondemand::array array;
      if (const auto error = value.get_array().get(array)) return error;
      size_t index = 0;
      for (auto element : array) {
        ondemand::value each;
        if (const auto error = std::move(element).get(each)) return error;
        if (const auto error = this->value(each, fmt::format("{}.{}", path, index++), depth + 1)) return error;
      }
      return simdjson::SUCCESS;
    }
    if (type == ondemand::json_type::string) {
      const std::string_view raw = value.raw_json_token();
      std::string_view text;
      if (const auto error = value.get_string().get(text)) return error;
      tell(path, text, raw);
      return simdjson::SUCCESS;
    }
    const std::string_view raw = trim(value.raw_json_token());
    tell(path, raw, raw);
    return simdjson::SUCCESS;
  }

  // The line of the value: tools print one a line, or all in one.
  void tell(const std::string& path, std::string_view text, std::string_view raw) {
    const auto offset = static_cast<size_t>(raw.data() - padded_.data());
    visit_(path, text, offset < bytes_.size() ? trim(bytes_.substr(offset, raw.size())) : std::string_view());
  }

  std::string_view bytes_;
  std::string_view padded_;
  const JsonVisit& visit_;
  size_t count_ = 0;
};

}  // namespace

std::string visit_json(std::string_view bytes, const JsonVisit& visit) {
  const simdjson::padded_string padded(bytes);
  ondemand::parser parser;
  ondemand::document document;
  auto error = parser.iterate(padded).get(document);
  ondemand::object object;
  if (!error) error = document.get_object().get(object);
  Walk walk(bytes, {padded.data(), padded.size()}, visit);
  if (!error) error = walk.object(object, "", 0);
  return error ? std::string(simdjson::error_message(error)) : std::string();
}

}  // namespace inquest::decode
