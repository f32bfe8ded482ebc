#include "decode/shell_prompt.h"

#include "base/text.h"

namespace inquest::decode {
namespace {

bool is_name(std::string_view text) {
  for (const char c : text) {
    const bool fits =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (!fits) return false;
  }
  return !text.empty();
}

std::string_view typed(std::string_view command) {
  command = trim(command);
  if (command.starts_with("sudo ")) command = trim(command.substr(5));
  return command;
}

}  // namespace

std::optional<ShellPrompt> parse_shell_prompt(std::string_view line) {
  line = trim(line);
  if (line.empty()) return std::nullopt;
  if (line[0] == '#' || line[0] == '$') {
    if (line.size() > 1 && line[1] != ' ') return std::nullopt;
    return ShellPrompt{{}, typed(line.substr(1))};
  }
  const bool bracket = line[0] == '[';
  std::string_view rest = bracket ? line.substr(1) : line;
  const size_t at = rest.find('@');
  if (at == std::string_view::npos || !is_name(rest.substr(0, at))) return std::nullopt;
  rest.remove_prefix(at + 1);
  const size_t host_end = rest.find(bracket ? ' ' : ':');
  if (host_end == std::string_view::npos || !is_name(rest.substr(0, host_end))) return std::nullopt;
  const std::string_view host = rest.substr(0, host_end);
  rest.remove_prefix(host_end + 1);
  if (bracket) {
    const size_t close = rest.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(close + 1);
  } else {
    const size_t sign = rest.find_first_of("#$ ");
    if (sign == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(sign);
  }
  if (rest.empty() || (rest[0] != '#' && rest[0] != '$')) return std::nullopt;
  return ShellPrompt{host.substr(0, host.find('.')), typed(rest.substr(1))};
}

}  // namespace inquest::decode
