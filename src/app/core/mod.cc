// mod: loaded modules.
#include <algorithm>

#include <fmt/format.h>

#include "app/core_command.h"
#include "base/text.h"
#include "vmcore/modules.h"

namespace inquest::app {
namespace {

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  bool parameters = false;
  std::vector<std::string_view> wanted;
  for (const std::string& word : words) {
    if (word == "-p") {
      parameters = true;
    } else if (word.starts_with("-") && word != "-t") {
      return fail(ErrorCode::Failed, fmt::format("mod takes -p, -t and names of modules, not {}", word));
    } else if (word != "-t") {
      wanted.push_back(word);
    }
  }
  vmcore::Kernel& kernel = session.kernel;
  const vmcore::ModuleList& list = kernel.modules();
  CoreAnswer out;
  out.problems = list.problems;
  out.text =
      session.json ? "{\"modules\":[" : fmt::format("{:<16}  {:>9}  {:<6} {}\n", "BASE", "SIZE", "TAINT", "NAME");
  bool first = true;
  for (const vmcore::Module& module : list.modules) {
    if (!wanted.empty() && std::ranges::find(wanted, module.name) == wanted.end()) continue;
    const std::string taint = vmcore::module_taint_letters(module.taints);
    const auto values =
        parameters || session.json ? vmcore::parameters_of(kernel, module) : std::vector<vmcore::ModuleParameter>();
    if (!session.json) {
      out.text +=
          fmt::format("{:016x}  {:>9}  {:<6} {}{}\n", module.base.start.value, module.size, taint.empty() ? "-" : taint,
                      printable(module.name), module.state == "live" ? "" : " (" + module.state + ")");
      for (const auto& one : values) {
        out.text += fmt::format("{:>18}{}={}\n", "", printable(one.name), printable(one.value));
      }
      continue;
    }
    out.text +=
        fmt::format("{}\n{{\"name\":{},\"base\":\"{:#x}\",\"size\":{},\"taint\":{},\"state\":{},\"parameters\":{{",
                    first ? "" : ",", core_json_string(module.name), module.base.start.value, module.size,
                    core_json_string(taint), core_json_string(module.state));
    for (size_t i = 0; i < values.size(); ++i) {
      out.text += fmt::format("{}{}:{}", i == 0 ? "" : ",", core_json_string(values[i].name),
                              core_json_string(values[i].value));
    }
    out.text += "}}";
    first = false;
  }
  if (session.json) out.text += "]}\n";
  add_kernel_problems(kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand mod_core_command;
const CoreCommand mod_core_command = {.name = "mod",
                                      .other_names = "lsmod modules",
                                      .synopsis = "mod [-p] [NAME]...",
                                      .summary = "loaded modules with address, size and taint; -p with parameters",
                                      .run = run};

}  // namespace inquest::app
