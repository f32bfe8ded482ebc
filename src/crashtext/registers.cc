#include "crashtext/registers.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr size_t kMostRegisters = 256;  // no architecture prints half as many

// Names that only one architecture has, by which it is known.
struct Sign {
  std::string_view name;
  Arch arch;
};
constexpr auto kSigns = std::to_array<Sign>({
    {"rax", Arch::X86_64},    {"rsp", Arch::X86_64},     {"rdi", Arch::X86_64},    {"eax", Arch::I386},
    {"esp", Arch::I386},      {"x29", Arch::Arm64},      {"x0", Arch::Arm64},      {"pstate", Arch::Arm64},
    {"psr", Arch::Arm},       {"ip", Arch::Arm},         {"badaddr", Arch::Riscv}, {"epc", Arch::Riscv},
    {"gpr00", Arch::Ppc64},   {"msr", Arch::Ppc64},      {"psw.mask", Arch::S390}, {"badva", Arch::Mips},
    {"prid", Arch::Mips},     {"hi", Arch::Mips},        {"tstate", Arch::Sparc},  {"tpc", Arch::Sparc},
    {"era", Arch::LoongArch}, {"crmd", Arch::LoongArch},
});

constexpr auto kNamed = std::to_array<std::string_view>({
    // x86
    "rax",
    "rbx",
    "rcx",
    "rdx",
    "rsi",
    "rdi",
    "rbp",
    "rsp",
    "rip",
    "eax",
    "ebx",
    "ecx",
    "edx",
    "esi",
    "edi",
    "ebp",
    "esp",
    "eip",
    "eflags",
    "orig_rax",
    "orig_eax",
    "cs",
    "ds",
    "es",
    "fs",
    "gs",
    "ss",
    "knlgs",
    "cr0",
    "cr2",
    "cr3",
    "cr4",
    "dr0",
    "dr1",
    "dr2",
    "dr3",
    "dr6",
    "dr7",
    "pkru",
    // arm, arm64
    "pc",
    "lr",
    "sp",
    "ip",
    "fp",
    "psr",
    "cpsr",
    "pstate",
    "control",
    "table",
    "dac",
    "pmr_save",
    // riscv
    "epc",
    "ra",
    "gp",
    "tp",
    "status",
    "badaddr",
    "cause",
    "orig_a0",
    // ppc
    "nip",
    "ctr",
    "msr",
    "cr",
    "xer",
    "cfar",
    "dar",
    "dsisr",
    "dear",
    "irqmask",
    "softe",
    "regs",
    "trap",
    "esr",
    // mips
    "hi",
    "lo",
    "acx",
    "badva",
    "prid",
    // sparc, loongarch
    "tstate",
    "tpc",
    "tnpc",
    "y",
    "era",
    "crmd",
    "prmd",
    "euen",
    "ecfg",
    "estat",
});

// "r10", "x29", "t0", "s11", "a7", "g1", "o0", "l0", "i7", "u0".
bool numbered(std::string_view name) {
  if (name.size() < 2 || name.size() > 3) return false;
  constexpr std::string_view kLetters = "rxtsagoliu";
  return kLetters.contains(name.front()) && std::ranges::all_of(name.substr(1), Scan::digit);
}

bool known(std::string_view name) { return numbered(name) || std::ranges::find(kNamed, name) != kNamed.end(); }

bool name_character(char c) { return Scan::letter(c) || Scan::digit(c) || c == '_'; }

std::optional<uint64_t> take_value(Scan& scan) {
  scan.blanks();
  // A selector or a hidden part stands before or behind: "RSP: 0018:ffffc90", "FS:  0000(0000)".
  Scan ahead = scan;
  if (const std::string_view selector = ahead.take_while(Scan::hex_digit); selector.size() == 4 && ahead.take(':'))
    scan = ahead;
  const bool bracketed = scan.take("[<") || scan.take('[');
  scan.take("0x");
  const auto value = scan.hex();
  if (!value) return std::nullopt;
  if (bracketed) {
    if (!scan.take(">]")) scan.take(']');
  }
  if (Scan base = scan; base.take('(')) {
    const std::string_view inner = base.take_while(Scan::hex_digit);
    if (!inner.empty() && base.take(')')) scan = base;
  }
  return scan.at_end() || Scan::blank(scan.peek()) || scan.peek() == ',' ? value : std::nullopt;
}

}  // namespace

void Registers::add(std::string name, uint64_t value) {
  if (registers_.size() >= kMostRegisters || find(name)) return;
  if (arch_ == Arch::Unknown) {
    const auto* sign = std::ranges::find(kSigns, name, &Sign::name);
    if (sign != kSigns.end()) arch_ = sign->arch;
  }
  registers_.push_back({std::move(name), value});
}

std::optional<uint64_t> Registers::find(std::string_view name) const {
  const auto found = std::ranges::find(registers_, name, &Register::name);
  return found == registers_.end() ? std::nullopt : std::optional(found->value);
}

bool Registers::read(std::string_view line) {
  line = trim(line);
  if (line.empty() || line.size() > 512) {
    next_s390_ = -1;
    return false;
  }
  return read_psw(line) || read_rows(line) || read_pairs(line);
}

// "Krnl PSW : 0704f00180000000 000003ff8086d03a (f+0x3a/0x1000)"
bool Registers::read_psw(std::string_view line) {
  Scan scan(line);
  if (!scan.take("Krnl PSW") && !scan.take("User PSW")) return false;
  scan.blanks();
  if (!scan.take(':')) return false;
  scan.blanks();
  const auto mask = scan.hex();
  scan.blanks();
  const auto address = scan.hex();
  if (!mask || !address) return false;
  add("psw.mask", *mask);
  add("psw.addr", *address);
  return true;
}

// Rows of values behind the number of the first one: ppc's "GPR04: a b c d", mips' "$ 4   : a b c d", s390's "Krnl
// GPRS: a b" and its continuation lines.
bool Registers::read_rows(std::string_view line) {
  Scan scan(line);
  int first = -1;
  std::string_view prefix;
  if (scan.take("GPR")) {
    const auto number = scan.decimal();
    if (!number || *number > 31 || !scan.take(':')) return false;
    first = static_cast<int>(*number);
    prefix = "gpr";
  } else if (scan.take('$')) {
    scan.blanks();
    const auto number = scan.decimal();
    scan.blanks();
    if (!number || *number > 31 || !scan.take(':')) return false;
    first = static_cast<int>(*number);
    prefix = "$";
    if (arch_ == Arch::Unknown) arch_ = Arch::Mips;
  } else if (scan.take("Krnl GPRS:") || scan.take("User GPRS:")) {
    first = 0;
    prefix = "r";
    arch_ = Arch::S390;
  } else if (next_s390_ >= 0) {
    first = next_s390_;
    prefix = "r";
  } else {
    return false;
  }
  const bool s390 = prefix == "r";
  std::vector<Register> row;
  for (int i = 0; i < 8; ++i) {
    scan.blanks();
    Scan word = scan;
    const std::string_view digits = word.take_while(Scan::hex_digit);
    if (digits.size() < 8 || digits.size() > 16 || !(word.at_end() || Scan::blank(word.peek()))) break;
    const std::string name =
        prefix == "gpr" ? fmt::format("gpr{:02}", first + i) : fmt::format("{}{}", prefix, first + i);
    row.push_back({name, parse_int<uint64_t>(digits, 16).value_or(0)});
    scan = word;
  }
  scan.blanks();
  next_s390_ = -1;
  if (row.empty() || (s390 && !scan.at_end())) return false;
  for (Register& entry : row) add(std::move(entry.name), entry.value);
  if (s390 && first + static_cast<int>(row.size()) < 16) next_s390_ = first + static_cast<int>(row.size());
  return true;
}

// "NAME: value NAME : value ..", where every name is a register's.
bool Registers::read_pairs(std::string_view line) {
  Scan scan(line);
  std::vector<Register> pairs;
  while (!scan.blanks().at_end() && pairs.size() < 16) {
    Scan ahead = scan;
    const std::string name = lower(ahead.take_while(name_character));
    ahead.blanks();
    if (name.empty() || !ahead.take(':') || !known(name)) break;
    const auto value = take_value(ahead);
    if (!value) break;
    pairs.push_back({name, *value});
    scan = ahead;
    scan.take(',');
    // "MSR: 8000000000029032 <SF,EE,ME>", "pstate: 60400005 (nZCv daif +PAN)", "Status: 1000a403 KERNEL EXL IE".
    scan.blanks();
    if (scan.peek() == '<') (void)scan.until('>');
    if (scan.peek() == '(') (void)scan.until(')');
  }
  if (pairs.empty()) return false;
  // One short name before a number is no proof ("a1: 5", "status: 0").
  const bool telling = pairs.size() > 1 || std::ranges::find(kSigns, pairs.front().name, &Sign::name) != kSigns.end() ||
                       arch_ != Arch::Unknown || pairs.front().name.starts_with("cr") || pairs.front().name == "pkru";
  if (!telling) return false;
  for (Register& pair : pairs) add(std::move(pair.name), pair.value);
  return true;
}

}  // namespace inquest::crashtext
