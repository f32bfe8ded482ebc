// slim: a small dump that answers the same questions.
#include "vmcore/slim.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/core_command.h"
#include "base/text.h"
#include "vmcore/kernel.h"
#include "vmcore/walk.h"

namespace inquest::app {
namespace {

// What drgn and crash read besides, which find tasks by the tree of PIDs and name states by the kernel's own table.
void read_for_others(vmcore::Kernel& kernel) {
  constexpr size_t kMost = 4'000'000;
  constexpr uint64_t kStates = 9;
  const auto names = kernel.symbol("task_state_array");
  for (uint64_t i = 0; names && i < kStates; ++i) {
    if (const auto name = kernel.space().pointer(*names + i * 8)) (void)kernel.space().cstring(*name, 64);
  }
  const auto pids = kernel.global("init_pid_ns", "pid_namespace");
  if (!pids) return;
  const auto tree = pids->at("idr.idr_rt");
  const uint64_t size = kernel.types().size("pid").value_or(0);
  if (!tree || size > 4096) return;
  for (const auto& entry : vmcore::walk_xarray(kernel.space(), kernel.types(), tree->address(), kMost).found) {
    (void)kernel.space().bytes(entry.value, size);
  }
}

// Asks all that can be asked without words, and what can be asked of every task: what is read for it is what has to be
// kept. A command that fails has read what there was.
void ask_everything(CoreSession& session) {
  for (const CoreCommand* command : core_commands()) {
    if (command->name == "slim") continue;
    (void)command->run(session, {});
    std::vector<std::string> besides;
    for (const std::string_view word : split_blanks(command->kept_words)) besides.emplace_back(word);
    if (command->per_task) besides.emplace_back("--every");
    if (!besides.empty()) (void)command->run(session, besides);
  }
  read_for_others(session.kernel);
  // Any address may be asked for by its symbol.
  const vmcore::Kallsyms* symbols = session.kernel.symbols();
  for (uint32_t i = 0; symbols != nullptr && i < symbols->size(); ++i) (void)symbols->address(i);
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  if (words.empty()) return fail(ErrorCode::Failed, "slim takes the name of the file to write");
  std::vector<const CoreCommand*> wanted;
  for (const std::string& word : words.subspan(1)) {
    const CoreCommand* command = find_core_command(word);
    if (command == nullptr || command->name == "slim") {
      return fail(ErrorCode::Failed, fmt::format("no command \"{}\" whose answer could be kept", printable(word)));
    }
    wanted.push_back(command);
  }
  vmcore::Dump& dump = session.kernel.dump();
  const vmcore::PageRecorder recorder(dump.memory());
  // A kernel of its own: what this session knows already would not be read again, and so be missed.
  vmcore::Kernel kernel(dump, session.kernel.debug_files().search());
  CoreSession everything{kernel, false};
  if (wanted.empty()) ask_everything(everything);
  for (const CoreCommand* command : wanted) (void)command->run(everything, {});
  const auto written = vmcore::write_slim(dump, recorder.pages(), words[0]);
  if (!written) return fail(written.error());
  CoreAnswer out;
  if (session.json) {
    out.text = fmt::format("{{\"path\":{},\"pages\":{},\"bytes\":{}}}\n", core_json_string(words[0]), written->pages,
                           written->bytes);
  } else {
    out.text =
        fmt::format("{}: {} pages, {} bytes\n", printable(words[0]), grouped(written->pages), grouped(written->bytes));
  }
  return out;
}

}  // namespace

extern const CoreCommand slim_core_command;
const CoreCommand slim_core_command = {
    .name = "slim",
    .other_names = "",
    .synopsis = "slim OUT [COMMAND]...",
    .summary = "writes a small dump that gives the same answers, without user memory: to all commands, or to these",
    .run = run};

}  // namespace inquest::app
