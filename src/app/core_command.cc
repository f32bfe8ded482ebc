#include "app/core_command.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::app {

const CoreCommand* find_core_command(std::string_view name) {
  for (const CoreCommand* command : core_commands()) {
    if (command->name == name) return command;
    for (const std::string_view other : split_blanks(command->other_names)) {
      if (other == name) return command;
    }
  }
  return nullptr;
}

std::string core_json_string(std::string_view text) {
  // Bytes of a dump need not be UTF-8, and JSON must be: what is none becomes U+FFFD, as on a terminal.
  std::string out = "\"";
  size_t from = 0;
  while (from <= text.size()) {
    const size_t end = std::min(text.find('\n', from), text.size());
    for (const char c : printable(text.substr(from, end - from))) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    if (end < text.size()) out += "\\n";
    from = end + 1;
  }
  return out + '"';
}

std::optional<uint64_t> core_number(std::string_view text) {
  if (text.starts_with("0x")) return parse_int<uint64_t>(text.substr(2), 16);
  if (const auto decimal = parse_int<uint64_t>(text)) return decimal;
  return parse_int<uint64_t>(text, 16);
}

std::optional<vmcore::VirtAddr> core_address(vmcore::Kernel& kernel, std::string_view text) {
  const size_t plus = text.find('+');
  const std::string_view base = text.substr(0, plus);
  std::optional<vmcore::VirtAddr> out;
  const std::string_view digits = base.starts_with("0x") ? base.substr(2) : base;
  if (const auto number = parse_int<uint64_t>(digits, 16)) {
    out = vmcore::VirtAddr{*number};
  } else {
    out = kernel.any_symbol(base);
  }
  if (!out || plus == std::string_view::npos) return out;
  const auto offset = core_number(text.substr(plus + 1));
  if (!offset) return std::nullopt;
  return *out + *offset;
}

void add_kernel_problems(const vmcore::Kernel& kernel, CoreAnswer& answer) {
  answer.problems.insert(answer.problems.end(), kernel.problems().begin(), kernel.problems().end());
}

}  // namespace inquest::app
