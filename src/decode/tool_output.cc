#include "decode/tool_output.h"

#include <algorithm>

#include "base/text.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

bool runs(std::string_view command, auto&& programs) {
  // "LC_ALL=C free": settings for this one run.
  for (size_t blank = command.find(' '); blank != std::string_view::npos; blank = command.find(' ')) {
    if (command.substr(0, blank).find('=') == std::string_view::npos) break;
    command = trim(command.substr(blank));
  }
  std::string_view word = command.substr(0, command.find_first_of(" \t|;"));
  if (const size_t slash = word.rfind('/'); slash != std::string_view::npos) word.remove_prefix(slash + 1);
  return std::ranges::find(programs, word) != programs.end();
}

}  // namespace

std::optional<std::string_view> typed_command(std::string_view line, Programs programs) {
  const auto prompt = parse_shell_prompt(line);
  if (!prompt || !runs(prompt->command, programs)) return std::nullopt;
  return prompt->command;
}

std::optional<Field> split_field(std::string_view line, char separator) {
  const size_t at = line.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const Field field{trim(line.substr(0, at)), trim(line.substr(at + 1))};
  return field.key.empty() ? std::nullopt : std::optional(field);
}

std::string key_of(std::string_view words) {
  constexpr size_t kMost = 64;
  std::string out;
  for (const char c : words) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
    const bool capital = c >= 'A' && c <= 'Z';
    if (out.size() == kMost) break;
    if (letter || capital) {
      out += capital ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (out.ends_with('-') || out.ends_with('.')) out.pop_back();
  return out;
}

ToolHead tool_head(const Head& head, Programs programs, size_t at_most) {
  ToolHead out;
  bool typed = false;
  for (const std::string_view line : head.lines(at_most)) {
    if (trim(line).empty()) continue;
    const auto prompt = parse_shell_prompt(line);
    if (prompt && runs(prompt->command, programs)) {
      if (!typed && out.lines.empty()) out.asked = true;
      typed = true;
    } else if (prompt && !prompt->host.empty()) {
      // Another command in front: what follows is its output.
      if (!out.asked && !prompt->command.empty()) return {};
      if (!prompt->command.empty()) break;
    } else {
      out.lines.push_back(line);
    }
  }
  return out;
}

void ToolReader::line(std::string_view text, const Place& place) {
  const auto prompt = parse_shell_prompt(text);
  if (prompt && runs(prompt->command, programs_)) {
    foreign_ = false;
    if (!prompt->host.empty()) host_ = prompt->host;
    // Without a host "# dmidecode 3.4" is what a program printed.
    if (!prompt->host.empty()) fact("command", prompt->command.substr(0, 512), place);
    command(prompt->command, place);
    return;
  }
  // "# text" without a host may be a comment of what was printed.
  if (prompt && !prompt->host.empty()) {
    if (host_.empty()) host_ = prompt->host;
    foreign_ = !prompt->command.empty();
    if (foreign_) sink().problem(place, "another command, whose output was not read");
    return;
  }
  if (!foreign_) output(text, place);
}

}  // namespace inquest::decode
