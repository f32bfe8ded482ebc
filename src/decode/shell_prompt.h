// Prompts in the terminal transcripts that people paste into files.
#pragma once

#include <optional>
#include <string_view>

namespace inquest::decode {

struct ShellPrompt {
  std::string_view host;     // without its domain; empty where the prompt does not say
  std::string_view command;  // what was typed, trimmed, without "sudo "; may be empty
};

// "root@pve1:~# ls /sys/fs/pstore", "[ann@pve1 ~]$ uname -r", "$ date", "# ls". A comment ("# see below") has the shape
// of the last: the caller knows which commands it expects. Nothing for a line without a prompt. Views into the line.
std::optional<ShellPrompt> parse_shell_prompt(std::string_view line);

}  // namespace inquest::decode
