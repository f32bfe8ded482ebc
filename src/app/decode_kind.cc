#include "app/decode_kind.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::app {

std::optional<uint64_t> parse_number(std::string_view text, int base) {
  text = trim(text);
  if (text.starts_with("0x") || text.starts_with("0X")) return parse_int<uint64_t>(text.substr(2), 16);
  return parse_int<uint64_t>(text, base);
}

std::optional<uint32_t> parse_word(std::string_view text, int base) {
  const auto value = parse_number(text, base);
  if (!value || *value > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*value);
}

std::vector<crashtext::Reading> one(crashtext::Reading reading) {
  std::vector<crashtext::Reading> readings;
  readings.push_back(std::move(reading));
  return readings;
}

std::unexpected<Error> not_of_kind(std::string_view text, std::string_view expected) {
  return fail(ErrorCode::Malformed, fmt::format("\"{}\" is not {}", ellipsis(printable(text), 60), expected));
}

}  // namespace inquest::app
