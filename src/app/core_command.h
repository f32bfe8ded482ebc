// What a command of `inquest core` is. A new one is a new file in app/core/ that defines
// `extern const CoreCommand NAME_core_command`. They live in app, and not in vmcore, because all they do is to put what
// vmcore knows into tables and JSON.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "vmcore/kernel.h"

namespace inquest::app {

// One dump, and what answers are to look like.
struct CoreSession {
  vmcore::Kernel& kernel;
  bool json = false;
};

struct CoreAnswer {
  std::string text;                   // whole lines; with `json`, one object and a line end
  std::vector<std::string> problems;  // what could not be followed, and at which address: shown beside the answer
};

// The words behind the command's name. An error is one about the words, or says that nothing can be answered at all.
using CoreRun = Result<CoreAnswer> (*)(CoreSession& session, std::span<const std::string> words);

struct CoreCommand {
  std::string_view name;
  std::string_view other_names;  // of crash, separated by blanks
  std::string_view synopsis;     // "bt [-a] [PID|ADDRESS]..."
  std::string_view summary;
  // It is about tasks: `foreach` may pass their addresses behind its other words, or "--every" for all.
  bool per_task = false;
  // Words with which `slim` asks it besides, so that a small dump can answer that too.
  std::string_view kept_words = {};
  CoreRun run;
};

// All commands, sorted by name: a table generated from the files in app/core/.
std::span<const CoreCommand* const> core_commands();
// By one of its names; null where there is none.
const CoreCommand* find_core_command(std::string_view name);

// A JSON string, in quotes.
std::string core_json_string(std::string_view text);
// A number as people write it at the prompt: decimal, or hexadecimal with or without 0x where it can be nothing else.
std::optional<uint64_t> core_number(std::string_view text);
// An address: hexadecimal, a symbol, or a symbol and an offset ("jiffies+0x10").
std::optional<vmcore::VirtAddr> core_address(vmcore::Kernel& kernel, std::string_view text);
// Appends what the kernel could not be made to tell, so that an empty answer is not mistaken for one.
void add_kernel_problems(const vmcore::Kernel& kernel, CoreAnswer& answer);

}  // namespace inquest::app
