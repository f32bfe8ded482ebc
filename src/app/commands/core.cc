// inquest core: asks a kernel dump.
#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/choice.h"
#include "app/command.h"
#include "app/core_command.h"
#include "app/core_prompt.h"
#include "app/message.h"
#include "app/output.h"
#include "base/text.h"
#include "vmcore/dump.h"
#include "vmcore/kernel.h"

namespace inquest::app {
namespace {

constexpr std::string_view kName = "core";

struct Given {
  std::string format = "text";
  std::vector<std::string> debug;
  bool no_debug = false;
  bool no_btf = false;
  bool debuginfod = false;
};

// Debug information is looked for where people and distributions put it, and on the network only when asked.
vmcore::DebugSearch debug_search(const Given& given, const std::string& dump) {
  vmcore::DebugSearch out;
  out.ignore_btf = given.no_btf;
  if (given.no_debug) return out;
  out.given = given.debug;
  const std::string folder = std::filesystem::path(dump).parent_path().string();
  out.folder = folder.empty() ? "." : folder;
  out.root = "/usr/lib/debug";
  out.debuginfod = given.debuginfod;
  return out;
}

std::string list_of_commands() {
  std::string out;
  for (const CoreCommand* command : core_commands()) {
    out += fmt::format("{:<44} {}\n", command->synopsis, command->summary);
  }
  return out;
}

std::string help_of(const std::string& name) {
  const CoreCommand* command = find_core_command(name);
  if (command == nullptr) return fmt::format("no command \"{}\"\n", printable(name));
  return fmt::format("{}\n    {}\n{}", command->synopsis, command->summary,
                     command->other_names.empty() ? "" : fmt::format("    also: {}\n", command->other_names));
}

// One command with its words. Gives the exit status: what could not be followed is said, and is no failure.
ExitStatus run_line(CoreSession& session, std::string_view line, bool titled) {
  std::vector<std::string> words;
  for (const std::string_view word : split_blanks(line)) words.emplace_back(word);
  if (words.empty()) return ExitStatus::Done;
  if (words[0] == "help" || words[0] == "?") return print(words.size() > 1 ? help_of(words[1]) : list_of_commands());
  const CoreCommand* command = find_core_command(words[0]);
  if (command == nullptr) return usage_error(fmt::format("no command \"{}\"; \"help\" lists them", words[0]), kName);
  const auto answer = command->run(session, std::span(words).subspan(1));
  if (!answer) {
    complain(fmt::format("{}: {}", words[0], answer.error().text()));
    return answer.error().code == ErrorCode::Failed ? ExitStatus::Usage : ExitStatus::NothingReadable;
  }
  std::string text;
  if (titled && !session.json) text = fmt::format("== {}\n", printable(line));
  text += answer->text;
  const ExitStatus status = print(text);
  for (const std::string& problem : answer->problems) complain(fmt::format("{}: {}", words[0], problem));
  return status;
}

// Whether it is a file that begins as a dump does: further parts of a split one stand behind the first.
bool is_dump(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  const auto file = vmcore::FileBytes::open(path);
  std::array<std::byte, 64> head{};
  return file && file->read(0, head) && vmcore::Dump::sniff(head);
}

ExitStatus core(const Given& given, std::span<const std::string> arguments) {
  if (const auto wrong = wrong_choice("--format", given.format, {"text", "json"}); !wrong.empty()) {
    return usage_error(wrong, kName);
  }
  if (arguments.empty()) return usage_error("a dump is needed", kName);
  std::vector<std::string> paths = {arguments[0]};
  while (paths.size() < arguments.size() && is_dump(arguments[paths.size()])) paths.push_back(arguments[paths.size()]);
  const std::span<const std::string> lines = arguments.subspan(paths.size());
  auto dump = vmcore::Dump::open(paths);
  if (!dump) {
    complain(dump.error().text());
    return ExitStatus::NothingReadable;
  }
  vmcore::Kernel kernel(*dump, debug_search(given, arguments[0]));
  CoreSession session{kernel, given.format == "json"};
  ExitStatus status = ExitStatus::Done;
  if (lines.empty()) {
    if (isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0 && !session.json) {
      return core_prompt(session, [&](std::string_view line) { return run_line(session, line, false); });
    }
    const auto all = core_lines(stdin, [&](std::string_view line) { return run_line(session, line, true); });
    return all ? *all : usage_error("a command is needed, or some on standard input", kName);
  }
  for (const std::string& line : lines) {
    const ExitStatus one = run_line(session, line, lines.size() > 1);
    if (one != ExitStatus::Done) status = one;
  }
  return status;
}

Run define(CLI::App& options) {
  const auto given = std::make_shared<Given>();
  options.add_option("--format", given->format, "text (the default) or json: one object a command")
      ->type_name("FORMAT");
  options
      .add_option("--debug", given->debug,
                  "debug information: a vmlinux, a module's file, or a folder like /usr/lib/debug, which is looked "
                  "into anyway, as the dump's own folder is; may be given several times")
      ->type_name("PATH")
      ->allow_extra_args(false);
  options.add_flag("--no-debug", given->no_debug, "use no debug information, wherever it is");
  options.add_flag("--no-btf", given->no_btf, "take types from debug information, as of kernels without BTF");
  options.add_flag("--debuginfod", given->debuginfod, "ask the servers in $DEBUGINFOD_URLS for debug information");
  return [given](std::span<const std::string> arguments) { return core(*given, arguments); };
}

constexpr std::array kArguments = {
    Argument{"VMCORE...", "a kernel dump: kdump-compressed, ELF, or flattened; of a split one all parts, in any order"},
    Argument{"COMMAND...",
             "each one command with its words, in quotes where it has several; help lists them; without "
             "any they are asked for, or read from a pipe"},
};

constexpr std::array kExamples = {
    Example{"What crashed, and where:", "inquest core vmcore sys bt"},
    Example{"The stacks of all CPUs, then the log:", "inquest core vmcore \"bt -a\" log"},
    Example{"Who hangs, and who has the lock:", "inquest core vmcore blocked"},
};

}  // namespace

extern const Command core_command;
const Command core_command = {
    .name = kName,
    .summary = "asks a kernel dump: tasks, stacks, log, memory",
    .description =
        "Reads a kernel's memory dump with what it carries itself (VMCOREINFO, kallsyms, BTF, ORC); no debug "
        "symbols are needed. Commands have the names that they have in crash.\n\n"
        "What is damaged or missing in the dump is said on standard error, with its address; the rest is "
        "answered.",
    .arguments = kArguments,
    .examples = kExamples,
    .define = define,
};

}  // namespace inquest::app
