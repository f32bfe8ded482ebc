// sym: a name for an address, an address for a name.
#include <fmt/format.h>

#include "app/core_command.h"
#include "base/text.h"

namespace inquest::app {
namespace {

struct Found {
  vmcore::VirtAddr address;
  char type = '?';
  std::string text, module;
};

std::vector<Found> look_up(vmcore::Kernel& kernel, const std::string& word) {
  std::vector<Found> out;
  const vmcore::Kallsyms* symbols = kernel.symbols();
  for (const uint32_t index : symbols != nullptr ? symbols->find_all(word) : std::vector<uint32_t>()) {
    const vmcore::Symbol one = symbols->symbol(index);
    out.push_back({one.address, one.type, one.name, {}});
  }
  for (const vmcore::Module& module : kernel.modules().modules) {
    if (const auto one = module.symbols.find(kernel.space(), word)) {
      out.push_back({one->address, one->type, one->name, module.name});
    }
  }
  const auto address = out.empty() ? core_address(kernel, word) : std::nullopt;
  if (!address) return out;
  const auto with_offset = [&](const vmcore::Symbol& symbol) {
    const uint64_t offset = *address - symbol.address;
    return symbol.name + (offset == 0 ? "" : fmt::format("+{:#x}", offset));
  };
  if (const vmcore::Module* module = kernel.modules().at(*address)) {
    if (const auto one = module->symbols.at(kernel.space(), *address)) {
      out.push_back({*address, one->type, with_offset(*one), module->name});
    }
  } else if (const auto one = symbols != nullptr ? symbols->at(*address) : std::nullopt) {
    out.push_back({*address, one->type, with_offset(*one), {}});
  }
  return out;
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  if (words.empty()) return fail(ErrorCode::Failed, "sym takes names and addresses");
  CoreAnswer out;
  if (session.json) out.text = "{\"symbols\":[";
  bool first = true;
  for (const std::string& word : words) {
    const auto found = look_up(session.kernel, word);
    if (found.empty()) out.problems.push_back(fmt::format("no symbol {}", word));
    for (const Found& one : found) {
      if (session.json) {
        out.text += fmt::format("{}\n{{\"address\":\"{:#x}\",\"type\":{},\"name\":{},\"module\":{}}}", first ? "" : ",",
                                one.address.value, core_json_string(std::string(1, one.type)),
                                core_json_string(one.text), one.module.empty() ? "null" : core_json_string(one.module));
      } else {
        out.text += fmt::format("{:016x} ({}) {}{}\n", one.address.value, printable(std::string(1, one.type)),
                                printable(one.text), one.module.empty() ? "" : " [" + printable(one.module) + "]");
      }
      first = false;
    }
  }
  if (session.json) out.text += "]}\n";
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand sym_core_command;
const CoreCommand sym_core_command = {.name = "sym",
                                      .other_names = "symbol",
                                      .synopsis = "sym NAME|ADDRESS...",
                                      .summary = "addresses of symbols, and symbols at addresses",
                                      .run = run};

}  // namespace inquest::app
