// dis: machine code.
#include <algorithm>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "base/text.h"
#include "vmcore/disassembly.h"

namespace inquest::app {
namespace {

using vmcore::Instruction;
using vmcore::VirtAddr;

struct Wish {
  VirtAddr from;
  std::optional<VirtAddr> end;
  size_t count = vmcore::Disassembly::kMost;
  std::optional<VirtAddr> mark;
};

// The function around an address; nothing where no symbol with a size is there.
std::optional<std::pair<VirtAddr, VirtAddr>> function_at(vmcore::Kernel& kernel, VirtAddr address) {
  const vmcore::Location at = kernel.locate(address);
  if (at.function.empty() || at.size == 0) return std::nullopt;
  const VirtAddr start = address - at.offset;
  return std::pair{start, start + at.size};
}

Result<Wish> parse(vmcore::Kernel& kernel, std::span<const std::string> words) {
  bool reverse = false;
  bool forward = false;
  std::vector<std::string_view> rest;
  for (const std::string& word : words) {
    if (word == "-r") {
      reverse = true;
    } else if (word == "-f") {
      forward = true;
    } else {
      rest.push_back(word);
    }
  }
  if (rest.size() > 2) return fail(ErrorCode::Failed, "dis takes a symbol or an address, and a count");
  Wish out;
  out.mark = vmcore::faulting_address(kernel);
  VirtAddr address;
  if (rest.empty()) {
    if (!out.mark) return fail(ErrorCode::NotFound, "no CPU crashed: dis takes a symbol or an address");
    address = *out.mark;
    reverse = !forward;
  } else {
    const auto named = core_address(kernel, rest[0]);
    if (!named) return fail(ErrorCode::Failed, fmt::format("dis: {} is no address and no symbol", rest[0]));
    address = *named;
  }
  const auto function = function_at(kernel, address);
  if (rest.size() == 2) {
    const auto count = core_number(rest[1]);
    if (!count || *count == 0 || *count > vmcore::Disassembly::kMost) {
      return fail(ErrorCode::Failed, fmt::format("dis: the count is from 1 to {}", vmcore::Disassembly::kMost));
    }
    out.count = *count;
  }
  out.from = address;
  if (reverse) {
    if (!function) return fail(ErrorCode::NotFound, fmt::format("no function is known around {:#x}", address.value));
    out.from = function->first;
    out.end = address + 1;
  } else if (function && (forward || function->first == address)) {
    out.end = function->second;
    if (rest.size() == 2) out.end.reset();
  } else if (rest.size() < 2) {
    out.count = 1;
  }
  return out;
}

std::string place_of(vmcore::Kernel& kernel, VirtAddr address) {
  const vmcore::Location at = kernel.locate(address);
  if (at.function.empty()) return {};
  return fmt::format("<{}+{}>", at.function, at.offset);
}

std::string hex(const std::vector<std::byte>& bytes) {
  std::string out;
  for (const std::byte one : bytes) out += fmt::format("{:02x}", static_cast<unsigned>(one));
  return out;
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  const auto wish = parse(session.kernel, words);
  if (!wish) return fail(wish.error());
  // Up to an address, the last ones are wanted.
  constexpr size_t kAll = vmcore::Disassembly::kMost;
  auto code = vmcore::disassemble(session.kernel, wish->from, wish->end ? kAll : wish->count, wish->end);
  if (!code) return fail(code.error());
  if (wish->count < code->instructions.size()) {
    code->instructions.erase(code->instructions.begin(),
                             code->instructions.end() - static_cast<std::ptrdiff_t>(wish->count));
  }
  CoreAnswer out;
  if (!code->problem.empty()) out.problems.push_back(code->problem);
  const auto marked = [&](const Instruction& one) {
    return wish->mark && *wish->mark - one.address < one.bytes.size();
  };
  if (session.json) {
    const auto make = [&](const Instruction& one) {
      JsonObject json;
      json.add("address", one.address).add("bytes", hex(one.bytes)).add("text", one.text).add("target", one.target);
      json.add("symbol", one.symbol.empty() ? std::optional<std::string>() : std::optional(one.symbol));
      return json.raw("fault", marked(one) ? "true" : "false").text();
    };
    out.text = JsonObject().raw("instructions", json_array(code->instructions, make)).text() + "\n";
    return out;
  }
  for (const Instruction& one : code->instructions) {
    out.text += fmt::format("{} {:#x} {}: {}{}\n", marked(one) ? "=>" : "  ", one.address.value,
                            printable(place_of(session.kernel, one.address)), one.text,
                            one.symbol.empty() ? "" : fmt::format("  <{}>", printable(one.symbol)));
  }
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand dis_core_command;
const CoreCommand dis_core_command = {
    .name = "dis",
    .other_names = "disassemble",
    .synopsis = "dis [-r|-f] [SYMBOL|ADDRESS [COUNT]]",
    .summary = "machine code: a function, or from an address; -r from the function's start to it; => where it crashed",
    .run = run};

}  // namespace inquest::app
