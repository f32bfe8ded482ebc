#include "crashtext/code.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <utility>

#include <capstone/capstone.h>
#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr size_t kMostBytes = 1024;  // kernels print 64 bytes or 16 words

bool big_endian(Arch arch) { return arch == Arch::S390 || arch == Arch::Sparc; }

struct Word {
  uint64_t value;
  unsigned digits;
  bool marked;
};

// "48", "<0f>", "(f9400674)"
std::optional<Word> parse_word(std::string_view text) {
  bool marked = false;
  if (text.size() > 2 && ((text.front() == '<' && text.back() == '>') || (text.front() == '(' && text.back() == ')'))) {
    marked = true;
    text = text.substr(1, text.size() - 2);
  }
  if (text.size() != 2 && text.size() != 4 && text.size() != 8) return std::nullopt;
  if (!std::ranges::all_of(text, Scan::hex_digit)) return std::nullopt;
  const auto value = parse_int<uint64_t>(text, 16);
  if (!value) return std::nullopt;
  return Word{*value, static_cast<unsigned>(text.size()), marked};
}

Arch guess(unsigned unit, char mark, std::span<const Word> words) {
  if (unit == 1) return Arch::X86_64;
  if (unit == 2) return mark == '(' ? Arch::Riscv : Arch::Unknown;
  // ppc, mips and sparc mark with "<..>", arm and arm64 with "(..)".
  if (mark == '<') return Arch::Ppc64;
  // Nearly everything that arm runs is executed "always", which is 14 in the first four bits; of arm64 little is there.
  const auto always = std::ranges::count_if(words, [](const Word& word) { return word.value >> 28 == 0xe; });
  return 5 * static_cast<size_t>(always) >= 3 * words.size() ? Arch::Arm : Arch::Arm64;
}

// Owns a capstone handle.
class Engine {
 public:
  static std::optional<Engine> open(Arch arch, unsigned unit) {
    cs_arch family{};
    int mode = 0;
    switch (arch) {
      case Arch::X86_64:
      case Arch::Unknown: family = CS_ARCH_X86, mode = CS_MODE_64; break;
      case Arch::I386: family = CS_ARCH_X86, mode = CS_MODE_32; break;
      case Arch::Arm64: family = CS_ARCH_ARM64, mode = CS_MODE_ARM; break;
      case Arch::Arm: family = CS_ARCH_ARM, mode = unit == 2 ? CS_MODE_THUMB : CS_MODE_ARM; break;
      case Arch::Ppc64: family = CS_ARCH_PPC, mode = CS_MODE_64; break;
      case Arch::Ppc: family = CS_ARCH_PPC, mode = CS_MODE_32; break;
      case Arch::S390: family = CS_ARCH_SYSZ, mode = CS_MODE_BIG_ENDIAN; break;
      case Arch::Mips: family = CS_ARCH_MIPS, mode = CS_MODE_MIPS64; break;
      case Arch::Sparc: family = CS_ARCH_SPARC, mode = static_cast<int>(CS_MODE_BIG_ENDIAN) | CS_MODE_V9; break;
      default: return std::nullopt;
    }
    Engine engine;
    if (cs_open(family, static_cast<cs_mode>(mode), &engine.handle_) != CS_ERR_OK) return std::nullopt;
    engine.open_ = true;
    (void)cs_option(engine.handle_, CS_OPT_DETAIL, CS_OPT_ON);
    return engine;
  }
  Engine(Engine&& other) noexcept : handle_(other.handle_), open_(std::exchange(other.open_, false)) {}
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  Engine& operator=(Engine&&) = delete;
  ~Engine() {
    if (open_) cs_close(&handle_);
  }

  using Decoded = std::unique_ptr<cs_insn, void (*)(cs_insn*)>;
  // The instruction that the bytes begin with; null where they are none.
  Decoded decode(std::span<const uint8_t> bytes, uint64_t address) const {
    cs_insn* found = nullptr;
    (void)cs_disasm(handle_, bytes.data(), bytes.size(), address, 1, &found);
    return {found, [](cs_insn* instruction) {
              if (instruction != nullptr) cs_free(instruction, 1);
            }};
  }
  const char* register_name(unsigned number) const { return cs_reg_name(handle_, number); }

 private:
  Engine() = default;
  csh handle_ = 0;
  bool open_ = false;
};

std::string show_bytes(std::span<const uint8_t> bytes) {
  std::string text;
  for (const uint8_t byte : bytes) text += fmt::format("{}{:02x}", text.empty() ? "" : " ", byte);
  return text;
}

uint32_t word_at(const CodeBytes& code, size_t at) {
  uint32_t word = 0;
  for (size_t i = 0; i < 4 && at + i < code.bytes.size(); ++i) {
    const size_t shift = big_endian(code.arch) ? 24 - 8 * i : 8 * i;
    word |= static_cast<uint32_t>(code.bytes[at + i]) << shift;
  }
  return word;
}

std::string x86_trap(std::span<const uint8_t> at) {
  const auto is = [&](std::initializer_list<uint8_t> wanted) {
    return at.size() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), at.begin());
  };
  if (is({0x0f, 0x0b})) return "ud2: BUG() or WARN(), or a place that the compiler holds for unreachable";
  if (is({0x0f, 0xff})) return "ud0: WARN() of v4.11 to v4.13";
  if (is({0x67, 0x0f, 0xb9}) || is({0x0f, 0xb9})) return "ud1: a check of UBSAN (array bounds as a rule) or of kCFI";
  if (is({0xcc})) return "int3: a breakpoint, kprobes, or a jump into padding";
  if (is({0xf4})) return "hlt: the idle loop, or the end of a panic";
  return {};
}

// arch/*/include/asm/bug.h
std::string word_trap(const CodeBytes& code, size_t at) {
  const uint32_t word = word_at(code, at);
  switch (code.arch) {
    case Arch::Arm64:
      if ((word & 0xffe0001fU) != 0xd4200000U) return {};
      if (const uint32_t immediate = word >> 5U & 0xffffU; immediate == 0x800)
        return "brk #0x800: BUG() or WARN()";
      else if ((immediate & 0xff00U) == 0x5500)
        return fmt::format("brk #0x{:x}: a check of UBSAN", immediate);
      else if ((immediate & 0xff00U) == 0x900)
        return fmt::format("brk #0x{:x}: a check of KASAN", immediate);
      else if ((immediate & 0x8000U) != 0)
        return fmt::format("brk #0x{:x}: kCFI, an indirect call to a function of another type", immediate);
      else
        return fmt::format("brk #0x{:x}", immediate);
    case Arch::Arm:
      if (word == 0xe7f001f2U || (code.unit == 2 && (word & 0xffffU) == 0xde02U)) return "udf: BUG() or WARN()";
      return {};
    case Arch::Riscv:
      if ((word & 0xffffU) == 0x9002U || word == 0x00100073U) return "ebreak: BUG() or WARN()";
      return {};
    case Arch::Ppc:
    case Arch::Ppc64:
      if (word == 0x0fe00000U) return "twui: BUG() or WARN()";
      if ((word & 0xffe0ffffU) == 0x0b000000U || (word & 0xffe0ffffU) == 0x0f000000U)
        return "conditional trap: WARN_ON() or BUG_ON()";
      return {};
    case Arch::S390:
      if (word == 0xa7f40001U || (word & 0xff000000U) == 0xaf000000U) return "BUG() or WARN()";
      return {};
    case Arch::Mips:
      if (word == 0x0200000dU || word == 0x000c000dU) return "break: BUG()";
      if ((word & 0xfc00003fU) == 0x00000036U) return "tne: BUG_ON()";
      return {};
    case Arch::LoongArch:
      if ((word & 0xffff8000U) != 0x002a0000U) return {};
      // asm/break.h: BRK_BUG, BRK_OVERFLOW, BRK_DIVZERO
      switch (word & 0x7fffU) {
        case 1: return "break 1: BUG() or WARN()";
        case 6: return "break 6: an overflow";
        case 7: return "break 7: a division by zero";
        default: return fmt::format("break {}", word & 0x7fffU);
      }
    case Arch::Sparc: return word == 0x91d02005U ? "ta 5: BUG()" : "";
    default: return {};
  }
}

// The memory operand of an x86 instruction, with the value of its registers.
void find_operand(const Engine& engine, const cs_insn& instruction, const Registers& registers, uint64_t end,
                  Disassembly& out) {
  if (instruction.detail == nullptr || instruction.id == X86_INS_LEA || instruction.id == X86_INS_NOP) return;
  const cs_x86& x86 = instruction.detail->x86;
  for (const cs_x86_op& operand : std::span(x86.operands).first(std::min<size_t>(x86.op_count, 8))) {
    if (operand.type != X86_OP_MEM) continue;
    const x86_op_mem& memory = operand.mem;
    // FS and GS add a base that the report prints, but what is per CPU says more by its offset.
    if (memory.segment == X86_REG_GS || memory.segment == X86_REG_FS) return;
    std::string text;
    uint64_t address = static_cast<uint64_t>(memory.disp);
    bool known = true;
    const auto add = [&](x86_reg number, uint64_t scale) {
      if (number == X86_REG_INVALID) return;
      const char* name = engine.register_name(number);
      if (name == nullptr) return;
      text += fmt::format("{}{}{}", text.empty() ? "" : " + ", name, scale == 1 ? "" : fmt::format(" * {}", scale));
      const auto value = number == X86_REG_RIP ? std::optional(end) : registers.find(name);
      known = known && value.has_value() && number != X86_REG_RIP;
      address += value.value_or(0) * scale;
    };
    add(memory.base, 1);
    add(memory.index, static_cast<uint64_t>(memory.scale));
    if (memory.disp < 0) {
      text += fmt::format("{}-0x{:x}", text.empty() ? "" : " ", uint64_t{0} - static_cast<uint64_t>(memory.disp));
    } else if (memory.disp > 0 || text.empty()) {
      text += fmt::format("{}0x{:x}", text.empty() ? "" : " + ", memory.disp);
    }
    out.operand = "[" + text + "]";
    if (known && (memory.base != X86_REG_INVALID || memory.index != X86_REG_INVALID)) out.operand_address = address;
    return;
  }
}

// The size of an instruction that capstone does not know. RISC-V's is in its lowest bits: 2 bytes unless both are set.
size_t plain_size(const CodeBytes& code, size_t at) {
  const bool whole = code.arch == Arch::Riscv && code.unit == 2 && (word_at(code, at) & 3U) == 3;
  return std::min<size_t>(whole ? 4 : code.unit, code.bytes.size() - at);
}

// Where to begin so that an instruction begins at the fault. x86 code finds into step by itself after a few wrong
// instructions, so the earliest beginning that arrives there has the most right ones.
size_t aligned_start(const Engine& engine, const CodeBytes& code, size_t fault) {
  for (size_t start = 0; start < std::min<size_t>(fault, 16); ++start) {
    size_t at = start;
    while (at < fault) {
      const auto instruction = engine.decode(std::span(code.bytes).subspan(at), at);
      if (!instruction) break;
      at += instruction->size;
    }
    if (at == fault) return start;
  }
  return fault;
}

}  // namespace

std::optional<CodeBytes> parse_code(std::string_view text, Arch arch) {
  text = trim(text);
  for (const std::string_view heading :
       {std::string_view("Code:"), std::string_view("code:"), std::string_view("Instruction dump:"),
        std::string_view("Instruction DUMP:")}) {
    if (const size_t at = text.find(heading); at != std::string_view::npos && at < 64) {
      text = trim(text.substr(at + heading.size()));
      break;
    }
  }
  CodeBytes code;
  unsigned digits = 0;
  char mark = 0;
  std::vector<Word> words;
  for (const std::string_view part : split_blanks(text)) {
    const auto word = parse_word(part);
    if (!word || (digits != 0 && word->digits != digits)) break;  // a cut number, or another line's text
    digits = word->digits;
    if (word->marked) mark = part.front();
    words.push_back(*word);
    if (words.size() * digits / 2 >= kMostBytes) break;
  }
  if (words.empty()) return std::nullopt;
  code.unit = digits / 2;
  code.arch = arch == Arch::Unknown ? guess(code.unit, mark, words) : arch;
  for (const Word& word : words) {
    if (word.marked && !code.fault) code.fault = code.bytes.size();
    for (unsigned i = 0; i < code.unit; ++i) {
      const unsigned shift = big_endian(code.arch) ? 8 * (code.unit - 1 - i) : 8 * i;
      code.bytes.push_back(static_cast<uint8_t>(word.value >> shift));
    }
  }
  return code;
}

Disassembly disassemble(const CodeBytes& code, const Registers& registers) {
  Disassembly out;
  const std::span<const uint8_t> bytes = code.bytes;
  const size_t fault = std::min(code.fault.value_or(0), bytes.size());
  const bool x86 = code.arch == Arch::X86_64 || code.arch == Arch::I386 || code.arch == Arch::Unknown;
  if (code.fault && fault < bytes.size()) out.trap = x86 ? x86_trap(bytes.subspan(fault)) : word_trap(code, fault);

  const auto engine = Engine::open(code.arch, code.unit);
  size_t at = 0;
  if (engine && x86 && code.fault) {
    at = aligned_start(*engine, code, fault);
    out.aligned = at < fault;
  }
  // A dump of RISC-V may begin in the middle of an instruction, too.
  if (code.arch == Arch::Riscv && code.unit == 2 && code.fault) {
    size_t end = 0;
    while (end < fault) end += plain_size(code, end);
    if (end != fault && fault >= 2) at = 2;
  }
  const uint64_t base = uint64_t{0} - fault;
  while (at < bytes.size()) {
    const auto decoded =
        engine ? engine->decode(bytes.subspan(at), base + at) : Engine::Decoded{nullptr, [](cs_insn*) {}};
    Instruction instruction;
    instruction.offset = static_cast<int64_t>(at) - static_cast<int64_t>(fault);
    instruction.faulting = code.fault && at == fault;
    size_t size = plain_size(code, at);
    if (decoded) {
      size = decoded->size;
      instruction.text = decoded->op_str[0] == '\0' ? std::string(decoded->mnemonic)
                                                    : fmt::format("{} {}", decoded->mnemonic, decoded->op_str);
      if (instruction.faulting && x86) find_operand(*engine, *decoded, registers, base + at + size, out);
    } else {
      instruction.text =
          code.unit == 1
              ? fmt::format(".byte 0x{:02x}", bytes[at])
              : fmt::format(".inst 0x{:0{}x}", size == 2 ? word_at(code, at) & 0xffffU : word_at(code, at), size * 2);
    }
    instruction.bytes = show_bytes(bytes.subspan(at, size));
    out.instructions.push_back(std::move(instruction));
    at += std::max<size_t>(size, 1);
  }
  return out;
}

Reading read_code(const CodeBytes& code, const Registers& registers) {
  constexpr int64_t kAround = 24;  // bytes shown before and behind the fault
  Reading reading;
  const Disassembly out = disassemble(code, registers);
  reading.what = fmt::format("{} bytes of {} code", code.bytes.size(), to_string(code.arch));
  const auto fault = std::ranges::find(out.instructions, true, &Instruction::faulting);
  if (fault == out.instructions.end()) {
    reading.meaning = "no byte is marked with <..> or (..): where the fault was is not known";
  } else {
    reading.meaning = fmt::format("the fault was at: {}", fault->text);
    if (!out.trap.empty()) reading.meaning += fmt::format(" ({})", out.trap);
  }
  for (const Instruction& instruction : out.instructions) {
    if (instruction.offset < -kAround || instruction.offset > kAround) continue;
    reading.field(fmt::format("{}{:+}", instruction.faulting ? "=> " : "", instruction.offset),
                  fmt::format("{:<24} {}", instruction.bytes, instruction.text));
  }
  if (!out.operand.empty()) {
    reading.note(
        out.operand_address
            ? fmt::format("It used the memory at {} = 0x{:x}.", out.operand, *out.operand_address)
            : fmt::format("It used the memory at {}: the registers of the report give the address.", out.operand));
  }
  if (!out.trap.empty())
    reading.note(
        "A trap on purpose: the kernel checked something and found it broken. The line above the report (BUG at, "
        "WARNING at, UBSAN) says what.");
  if (out.aligned)
    reading.note("Instructions before the fault were found by aligning on it; the first ones may be others.");
  return reading;
}

}  // namespace inquest::crashtext
