#include "vmcore/disassembly.h"

#include <algorithm>
#include <memory>
#include <span>

#include <capstone/capstone.h>
#include <fmt/format.h>

#include "vmcore/tasks.h"
#include "vmcore/waiting.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kLongest = 15;  // bytes of an x86 instruction
constexpr size_t kPiece = 4096;  // bytes read at once

struct Engine {
  csh handle = 0;
  cs_insn* instruction = nullptr;
  bool open = false;
  bool x86 = true;

  explicit Engine(Machine machine) : x86(machine == Machine::X86_64) {
    const bool known = x86 || machine == Machine::Arm64;
    if (!known || cs_open(x86 ? CS_ARCH_X86 : CS_ARCH_ARM64, x86 ? CS_MODE_64 : CS_MODE_ARM, &handle) != CS_ERR_OK) {
      return;
    }
    open = true;
    (void)cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON);
    instruction = cs_malloc(handle);
  }
  ~Engine() {
    if (instruction != nullptr) cs_free(instruction, 1);
    if (open) (void)cs_close(&handle);
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  size_t step() const { return x86 ? 1 : 4; }  // over bytes that are no instruction

  std::optional<VirtAddr> target() const {
    const cs_detail* detail = instruction->detail;
    if (detail == nullptr) return std::nullopt;
    const std::span groups(detail->groups, detail->groups_count);
    const bool branch = std::ranges::any_of(
        groups, [](uint8_t one) { return one == CS_GRP_JUMP || one == CS_GRP_CALL || one == CS_GRP_BRANCH_RELATIVE; });
    if (x86) {
      const cs_x86& it = detail->x86;
      for (size_t i = 0; i < it.op_count && i < std::size(it.operands); ++i) {
        const cs_x86_op& operand = it.operands[i];
        if (branch && operand.type == X86_OP_IMM) return VirtAddr{static_cast<uint64_t>(operand.imm)};
        if (operand.type == X86_OP_MEM && operand.mem.base == X86_REG_RIP) {
          return VirtAddr{instruction->address + instruction->size + static_cast<uint64_t>(operand.mem.disp)};
        }
        // The kernel's image lies in the last 2 GiB, whose addresses fit an immediate or a displacement.
        const auto fits = [](int64_t value) { return value < 0 && value >= -(int64_t{1} << 31); };
        if (operand.type == X86_OP_IMM && fits(operand.imm)) return VirtAddr{static_cast<uint64_t>(operand.imm)};
        if (operand.type == X86_OP_MEM && fits(operand.mem.disp)) {
          return VirtAddr{static_cast<uint64_t>(operand.mem.disp)};
        }
      }
      return std::nullopt;
    }
    const cs_arm64& it = detail->arm64;
    const bool page = instruction->id == ARM64_INS_ADR || instruction->id == ARM64_INS_ADRP;
    for (size_t i = 0; i < it.op_count && i < std::size(it.operands); ++i) {
      if ((branch || page) && it.operands[i].type == ARM64_OP_IMM) {
        return VirtAddr{static_cast<uint64_t>(it.operands[i].imm)};
      }
    }
    return std::nullopt;
  }
};

// A text that a message is made of, in quotes.
std::string literal_at(Kernel& kernel, VirtAddr address) {
  const auto start = kernel.symbol("__start_rodata");
  const auto end = kernel.symbol("__end_rodata");
  if (!start || !end || address < *start || address >= *end) return {};
  constexpr size_t kShortest = 3;
  constexpr size_t kLongestLiteral = 60;
  auto text = kernel.space().cstring(address, kLongestLiteral);
  if (!text) return {};
  // Messages begin with SOH and their level, and end with a newline.
  if (text->starts_with('\x01') && text->size() > 2) text->erase(0, 2);
  if (text->ends_with('\n')) text->pop_back();
  const bool readable = std::ranges::all_of(*text, [](char c) { return c >= ' ' && c < 0x7f; });
  return readable && text->size() >= kShortest ? fmt::format("\"{}\"", *text) : std::string();
}

std::string symbol_at(Kernel& kernel, VirtAddr address) {
  // Through gs, a variable of each CPU, whose symbol is its offset there.
  const auto end = kernel.symbol("__per_cpu_end");
  if (const auto start = kernel.symbol("__per_cpu_start"); start && end && address >= *start && address < *end) {
    const auto found = kernel.symbols() != nullptr ? kernel.symbols()->at(address) : std::nullopt;
    if (!found) return {};
    const uint64_t offset = address - found->address;
    return found->name + (offset != 0 ? fmt::format("+{:#x}", offset) : "") + " of this CPU";
  }
  if (!kernel.is_text(address)) {
    std::string out = data_symbol(kernel, address);
    if (out.empty()) out = literal_at(kernel, address);
    return out;
  }
  const Location at = kernel.locate(address);
  if (at.function.empty()) return {};
  return at.function + (at.offset != 0 ? fmt::format("+{:#x}", at.offset) : "") +
         (at.module.empty() ? "" : " [" + at.module + "]");
}

}  // namespace

Result<Disassembly> disassemble(Kernel& kernel, VirtAddr from, size_t count, std::optional<VirtAddr> end) {
  const Engine engine(kernel.dump().arch().machine);
  if (!engine.open || engine.instruction == nullptr) {
    return fail(ErrorCode::Unsupported, "the instructions of this processor are not known");
  }
  Disassembly out;
  std::vector<std::byte> bytes;
  size_t place = 0;
  VirtAddr at = from;
  count = std::min(count, Disassembly::kMost);
  while (out.instructions.size() < count && (!end || at < *end)) {
    if (bytes.size() - place < kLongest) {
      bytes.resize(kPiece);
      bytes.resize(kernel.space().read_some(at, bytes));
      place = 0;
    }
    if (bytes.size() - place < engine.step()) {
      out.problem = fmt::format("stopped at {:#x}: {}", at.value, kernel.space().u8(at).error().text());
      break;
    }
    const std::span rest = std::span(bytes).subspan(place);
    const auto* code = reinterpret_cast<const uint8_t*>(rest.data());
    size_t left = rest.size();
    uint64_t address = at.value;
    Instruction one;
    one.address = at;
    size_t size = engine.step();
    if (cs_disasm_iter(engine.handle, &code, &left, &address, engine.instruction)) {
      size = engine.instruction->size;
      one.text = fmt::format("{:<7} {}", engine.instruction->mnemonic, engine.instruction->op_str);
      one.text.erase(one.text.find_last_not_of(' ') + 1);
      one.target = engine.target();
      if (one.target) one.symbol = symbol_at(kernel, *one.target);
    } else {
      one.text = "(bad)";
    }
    one.bytes.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
    out.instructions.push_back(std::move(one));
    place += size;
    at = at + size;
  }
  return out;
}

std::optional<VirtAddr> faulting_address(Kernel& kernel) {
  const auto cpu = crashing_cpu(kernel);
  const auto task = cpu ? current_task(kernel, *cpu) : std::nullopt;
  if (!task) return std::nullopt;
  const Stack stack = stack_of(kernel, *task);
  for (size_t i = 0; i + 1 < stack.frames.size(); ++i) {
    const Frame& frame = stack.frames[i];
    if (frame.registers && !frame.user && entry_kind(frame.location.function) == "exception" &&
        !stack.frames[i + 1].user) {
      return stack.frames[i + 1].ip;
    }
  }
  // Nothing was interrupted: something called panic(), and what it returns to is behind that call.
  for (size_t i = 0; i + 1 < stack.frames.size(); ++i) {
    const std::string& function = stack.frames[i].location.function;
    if (function != "panic" && function != "vpanic") continue;
    if (stack.frames[i + 1].location.function == "panic") continue;
    return stack.frames[i + 1].ip - 1;
  }
  if (stack.frames.empty() || stack.frames[0].user) return std::nullopt;
  return stack.frames[0].ip;
}

}  // namespace inquest::vmcore
