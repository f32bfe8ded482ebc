#include "decode/apt_date.h"

#include <string>

#include "base/text.h"

namespace inquest::decode {

std::optional<Ns> parse_apt_date(std::string_view line, std::string_view label) {
  if (!line.starts_with(label)) return std::nullopt;
  line = trim(line.substr(label.size()));
  if (line.size() < 19 || line.size() > 24 || line[10] != ' ') return std::nullopt;
  const std::string joined = std::string(line.substr(0, 10)) + " " + std::string(trim(line.substr(11)));
  const auto time = parse_iso_time(joined);
  if (!time || time->length != joined.size() || time->offset) return std::nullopt;
  return time->local;
}

}  // namespace inquest::decode
