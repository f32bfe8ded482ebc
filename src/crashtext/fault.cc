#include "crashtext/fault.h"

#include <array>
#include <span>
#include <string>

#include <fmt/format.h>

#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

struct Numbered {
  uint32_t number;
  std::string_view text;
};

std::string_view look_up(std::span<const Numbered> table, uint32_t number, std::string_view otherwise) {
  for (const Numbered& entry : table) {
    if (entry.number == number) return entry.text;
  }
  return otherwise;
}

// arch/x86/include/asm/trap_pf.h
constexpr auto kPageFaultBits = std::to_array<Numbered>({
    {0, "PROT: a protection violation (the page is present)"},
    {1, "WRITE: a write"},
    {2, "USER: an access of user mode"},
    {3, "RSVD: a reserved bit is set in a page table"},
    {4, "INSTR: an instruction fetch"},
    {5, "PK: blocked by a protection key"},
    {6, "SHSTK: an access of the shadow stack"},
    {15, "SGX: a violation of an enclave's access control"},
    {31, "RMP: a violation of the reverse map of SEV-SNP"},
});

// ESR_ELx.EC, arch/arm64/include/asm/esr.h
constexpr auto kExceptionClasses = std::to_array<Numbered>({
    {0x00, "unknown reason (an undefined instruction as a rule)"},
    {0x01, "trapped WFI or WFE"},
    {0x07, "SVE, SIMD or floating point is not enabled"},
    {0x0d, "branch target exception (BTI)"},
    {0x0e, "illegal execution state"},
    {0x11, "SVC of AArch32"},
    {0x15, "SVC of AArch64: a system call"},
    {0x18, "trapped MSR, MRS or system instruction"},
    {0x1c, "pointer authentication failed (FPAC)"},
    {0x20, "instruction abort from user space"},
    {0x21, "instruction abort in the kernel"},
    {0x22, "misaligned PC"},
    {0x24, "data abort from user space"},
    {0x25, "data abort in the kernel"},
    {0x26, "misaligned stack pointer"},
    {0x28, "floating-point exception of AArch32"},
    {0x2c, "floating-point exception of AArch64"},
    {0x2f, "SError: an asynchronous error of the hardware"},
    {0x30, "hardware breakpoint from user space"},
    {0x31, "hardware breakpoint in the kernel"},
    {0x32, "single step from user space"},
    {0x33, "single step in the kernel"},
    {0x34, "watchpoint from user space"},
    {0x35, "watchpoint in the kernel"},
    {0x38, "BKPT of AArch32"},
    {0x3c, "BRK instruction"},
});

std::string fault_status(uint32_t status) {
  const uint32_t level = status & 3U;
  switch (status >> 2U) {
    case 0: return fmt::format("address size fault, level {}", level);
    case 1: return fmt::format("translation fault, level {}: nothing is mapped there", level);
    case 2: return fmt::format("access flag fault, level {}", level);
    case 3: return fmt::format("permission fault, level {}: mapped, but not for this access", level);
    case 5:
      return fmt::format(
          "synchronous external abort on a table walk, level {}: the memory or bus answered with an error", level);
    case 7: return fmt::format("parity or ECC error on a table walk, level {}", level);
    default: break;
  }
  switch (status) {
    case 0x10: return "synchronous external abort: the memory or a device answered with an error";
    case 0x11: return "synchronous tag check fault (MTE): the pointer's tag is not the memory's";
    case 0x18: return "synchronous parity or ECC error of memory";
    case 0x21: return "alignment fault";
    case 0x30: return "TLB conflict abort";
    case 0x35: return "unsupported exclusive or atomic access";
    default: return fmt::format("fault status 0x{:02x}", status);
  }
}

// arch/arm64/include/asm/brk-imm.h
std::string brk_meaning(uint32_t immediate) {
  if (immediate == 0x800) return "BUG() or WARN()";
  if ((immediate & 0xff00U) == 0x900) return "KASAN with software tags found a bad access";
  if ((immediate & 0xff00U) == 0x5500) return "UBSAN trapped";
  if ((immediate & 0x8000U) != 0) return "kCFI: an indirect call to a function of another type";
  if (immediate == 0x100) return "the kernel's fault instruction: an impossible place was reached";
  if (immediate >= 0x4 && immediate <= 0x7) return "kprobes or uprobes";
  if (immediate == 0x400 || immediate == 0x401) return "kgdb";
  return "";
}

// Privileged specification, table of scause.
constexpr auto kCauses = std::to_array<Numbered>({
    {0, "instruction address misaligned"},
    {1, "instruction access fault: no memory answers there"},
    {2, "illegal instruction"},
    {3, "breakpoint: BUG() or WARN(), as a rule"},
    {4, "load address misaligned"},
    {5, "load access fault: the physical address does not answer, or PMP forbids it"},
    {6, "store or atomic address misaligned"},
    {7, "store or atomic access fault: the physical address does not answer, or PMP forbids it"},
    {8, "system call from user mode"},
    {9, "environment call from the kernel"},
    {12, "instruction page fault"},
    {13, "load page fault"},
    {15, "store or atomic page fault"},
    {18, "software check: control-flow integrity"},
    {19, "hardware error: data known to be damaged was used"},
});

constexpr auto kDsisr = std::to_array<Numbered>({
    {0x80000000, "direct store segment"},
    {0x40000000, "no translation found: nothing is mapped there"},
    {0x10000000, "no-execute or guarded page"},
    {0x08000000, "protection fault: mapped, but not for this access"},
    {0x04000000, "not allowed on cache-inhibited or write-through memory"},
    {0x02000000, "a store"},
    {0x00400000, "data address watchpoint (DABR)"},
    {0x00200000, "storage key fault"},
    {0x00080000, "bad table entry (radix)"},
    {0x00040000, "reference or change bit could not be set"},
});

constexpr auto kPpcTraps = std::to_array<Numbered>({
    {0x100, "system reset: an NMI, a soft NMI of the hypervisor, or the watchdog"},
    {0x200, "machine check"},
    {0x300, "data storage: a bad access (DAR holds the address, DSISR why)"},
    {0x380, "data segment: no SLB entry, the address lies outside of any region"},
    {0x400, "instruction storage: a jump to where nothing can be executed"},
    {0x480, "instruction segment"},
    {0x500, "external interrupt"},
    {0x600, "alignment"},
    {0x700, "program check: BUG() or WARN() (trap instruction), or an illegal one"},
    {0x800, "floating point unavailable"},
    {0x900, "decrementer: the timer's interrupt"},
    {0xa00, "directed doorbell"},
    {0xc00, "system call"},
    {0xd00, "single step"},
    {0xe40, "hypervisor emulation assistance: an illegal instruction"},
    {0xf00, "performance monitor"},
    {0xf20, "VMX unavailable"},
    {0xf60, "facility unavailable"},
    {0x3000, "system call vectored"},
});

// Principles of Operation; arch/s390/kernel/pgm_check.S.
constexpr auto kProgram = std::to_array<Numbered>({
    {0x01, "operation exception: an illegal instruction; BUG() and WARN() of older kernels"},
    {0x02, "privileged operation"},
    {0x03, "execute exception"},
    {0x04, "protection exception: write to a read-only page, or low-address protection (a NULL pointer)"},
    {0x05, "addressing exception: no such real address"},
    {0x06, "specification exception: misaligned or invalid operands"},
    {0x07, "data exception"},
    {0x08, "fixed-point overflow"},
    {0x09, "fixed-point divide: a division by zero"},
    {0x10, "segment translation: nothing is mapped there"},
    {0x11, "page translation: nothing is mapped there"},
    {0x12, "translation specification: a damaged page table"},
    {0x13, "special operation"},
    {0x38, "ASCE type: an address beyond the address space"},
    {0x39, "region first translation: nothing is mapped there"},
    {0x3a, "region second translation: nothing is mapped there"},
    {0x3b, "region third translation: nothing is mapped there"},
    {0x3d, "secure storage access"},
    {0x40, "monitor event: BUG() or WARN() of newer kernels"},
});

constexpr auto kX86Traps = std::to_array<Numbered>({
    {0, "divide error (#DE): a division by zero, or a quotient that does not fit"},
    {1, "debug (#DB)"},
    {2, "non-maskable interrupt"},
    {3, "breakpoint (#BP, int3): a debugger, kprobes, or a jump into padding"},
    {4, "overflow (#OF)"},
    {5, "bound range exceeded (#BR)"},
    {6,
     "invalid opcode (#UD): BUG() and WARN() use it (ud2); else damaged code or an instruction that the processor "
     "lacks"},
    {7, "device not available (#NM)"},
    {8, "double fault (#DF): an exception while another was being delivered; a stack overflow as a rule"},
    {10, "invalid TSS (#TS)"},
    {11, "segment not present (#NP)"},
    {12, "stack segment (#SS): a non-canonical address in RSP or RBP"},
    {13, "general protection (#GP): a non-canonical address as a rule, else a forbidden MSR or segment"},
    {14, "page fault (#PF)"},
    {16, "x87 floating point (#MF)"},
    {17, "alignment check (#AC): split locks are caught by it as well"},
    {18, "machine check (#MC): hardware has found an error"},
    {19, "SIMD floating point (#XM)"},
    {20, "virtualisation (#VE)"},
    {21, "control protection (#CP): a shadow stack or IBT violation"},
    {29, "VMM communication (#VC), of an encrypted guest"},
});

}  // namespace

Reading read_page_fault(uint32_t code) {
  Reading reading;
  reading.what = fmt::format("x86 page-fault error code 0x{:x}", code);
  const bool present = (code & 1U) != 0;
  const bool write = (code & 2U) != 0;
  const bool user = (code & 4U) != 0;
  const bool fetch = (code & 0x10U) != 0;
  reading.meaning = fmt::format("{} {} {} that is {}", user ? "user mode" : "the kernel",
                                fetch   ? "tried to execute"
                                : write ? "wrote to"
                                        : "read from",
                                "a page", present ? "present, but does not allow it" : "not present");
  uint32_t rest = code;
  for (const Numbered& bit : kPageFaultBits) {
    if ((code >> bit.number & 1U) == 0) continue;
    reading.field(fmt::format("bit {}", bit.number), std::string(bit.text));
    rest &= ~(1U << bit.number);
  }
  if (rest != 0) reading.field("other bits", fmt::format("0x{:x}", rest));
  if ((code & 8U) != 0) {
    reading.note(
        "A reserved bit in a page table is set: the table itself is damaged (wild write, DMA or RAM). Not a wrong "
        "pointer.");
  } else if (!user && fetch) {
    reading.note(
        "The kernel jumped to data or to user space: a damaged function pointer or return address; RIP and the fault "
        "address are the same.");
  } else if (!user && present && write) {
    reading.note("A write to read-only memory: constants, code, or a page under copy-on-write.");
  } else if (!user && !present) {
    reading.note("What the pointer was is told by the address in CR2: `inquest decode address CR2`.");
  }
  if (user) reading.note("\"Supervisor\" or \"user\" is the processor's mode at the access, not whose memory it is.");
  return reading;
}

Reading read_esr(uint64_t esr) {
  Reading reading;
  const auto ec = static_cast<uint32_t>(esr >> 26U & 0x3fU);
  const auto iss = static_cast<uint32_t>(esr & 0x1ffffffU);
  reading.what = fmt::format("arm64 ESR 0x{:x}", esr);
  reading.meaning = std::string(look_up(kExceptionClasses, ec, "an exception class that is not known here"));
  reading.field("EC", fmt::format("0x{:02x}: {}", ec, reading.meaning));
  reading.field("IL", (esr >> 25U & 1U) != 0 ? "32-bit instruction" : "16-bit instruction");
  const bool data = ec == 0x24 || ec == 0x25;
  const bool fetch = ec == 0x20 || ec == 0x21;
  if (data || fetch) {
    const std::string status = fault_status(iss & 0x3fU);
    reading.meaning +=
        fmt::format("{}: {}", data ? ((iss >> 6U & 1U) != 0 ? ", on a write" : ", on a read") : "", status);
    reading.field(data ? "DFSC" : "IFSC", fmt::format("0x{:02x}: {}", iss & 0x3fU, status));
    if (data) reading.field("WnR", (iss >> 6U & 1U) != 0 ? "1: a write" : "0: a read");
    if (data && (iss >> 8U & 1U) != 0)
      reading.field("CM", "1: a cache maintenance instruction, which counts as a write");
    if ((iss >> 10U & 1U) != 0) reading.field("FnV", "1: FAR does not hold the address");
    if ((iss >> 9U & 1U) != 0) reading.field("EA", "1: an external abort");
    const uint32_t kind = iss & 0x3fU;
    if (kind == 0x10 || kind == 0x18 || (kind >> 2U) == 5 || (kind >> 2U) == 7) {
      reading.note(
          "An error from outside of the core: look at APEI/GHES, EDAC and the firmware's log. Not an ordinary bad "
          "pointer.");
    } else {
      reading.note("FAR holds the address: `inquest decode address FAR --arch arm64`.");
    }
  } else if (ec == 0x3c) {
    const std::string meaning = brk_meaning(iss & 0xffffU);
    reading.field("immediate", fmt::format("0x{:x}{}{}", iss & 0xffffU, meaning.empty() ? "" : ": ", meaning));
    if (!meaning.empty()) reading.meaning = fmt::format("BRK 0x{:x}: {}", iss & 0xffffU, meaning);
  } else if (ec == 0x2f) {
    reading.field("ISS", fmt::format("0x{:x}", iss));
    reading.note(
        "Asynchronous: the program counter stands where the error was noticed, not where it was caused; the frames are "
        "no culprit.");
  } else {
    reading.field("ISS", fmt::format("0x{:x}", iss));
  }
  return reading;
}

Reading read_scause(uint64_t cause) {
  Reading reading;
  reading.what = fmt::format("riscv scause 0x{:x}", cause);
  if (cause >> 63U != 0) {
    reading.meaning = fmt::format("interrupt {}", cause & 0x7fffffffffffffffU);
    return reading;
  }
  reading.meaning = std::string(look_up(kCauses, cause > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(cause),
                                        "a cause that is not known here"));
  if (cause == 12 || cause == 13 || cause == 15)
    reading.note("badaddr (stval) holds the address: `inquest decode address BADADDR --arch riscv`.");
  return reading;
}

Reading read_dsisr(uint32_t dsisr) {
  Reading reading;
  reading.what = fmt::format("ppc DSISR 0x{:08x}", dsisr);
  for (const Numbered& bit : kDsisr) {
    if ((dsisr & bit.number) == 0) continue;
    reading.field(fmt::format("0x{:08x}", bit.number), std::string(bit.text));
    reading.meaning += fmt::format("{}{}", reading.meaning.empty() ? "" : "; ", bit.text);
  }
  if (reading.meaning.empty()) reading.meaning = "no bit that is known here";
  if ((dsisr & 0x02000000U) == 0) reading.note("No store bit: a load.");
  return reading;
}

Reading read_ppc_trap(uint32_t vector) {
  Reading reading;
  reading.what = fmt::format("ppc interrupt 0x{:x}", vector);
  // The low bit says that not all registers were saved.
  reading.meaning = std::string(look_up(kPpcTraps, vector & ~0xfU, "a vector that is not known here"));
  return reading;
}

Reading read_program_interruption(uint32_t code) {
  Reading reading;
  reading.what = fmt::format("s390 program interruption code 0x{:04x}", code);
  reading.meaning = std::string(look_up(kProgram, code & 0xffU & ~0x80U, "a code that is not known here"));
  if ((code & 0x80U) != 0) reading.note("With a PER event (0x80): tracing was on.");
  return reading;
}

Reading read_x86_trap(uint32_t vector) {
  Reading reading;
  reading.what = fmt::format("x86 trap {}", vector);
  reading.meaning =
      std::string(look_up(kX86Traps, vector, vector < 32 ? "reserved" : "an interrupt, not an exception"));
  return reading;
}

std::optional<OopsCode> find_oops_code(std::string_view line) {
  // "Oops: 0002 [#1] SMP", "Oops: general protection fault, ...: 0000 [#1]", "general protection fault: 0000 [#1]",
  // "Internal error: Oops: 96000004 [#1]", "Oops: Kernel access of bad area, sig: 11 [#1]".
  const size_t count_at = line.find(" [#");
  if (count_at == std::string_view::npos) return std::nullopt;
  OopsCode found;
  Scan count(line.substr(count_at + 3));
  if (const auto number = count.decimal(); number && *number <= UINT32_MAX)
    found.count = static_cast<uint32_t>(*number);
  std::string_view head = line.substr(0, count_at);
  if (const size_t ilc = head.find(" ilc:"); ilc != std::string_view::npos) head = head.substr(0, ilc);  // s390
  const size_t blank = head.find_last_of(' ');
  if (blank == std::string_view::npos || blank == 0 || head[blank - 1] != ':') return std::nullopt;
  if (head.substr(0, blank).ends_with("sig:")) return std::nullopt;  // ppc's, which is a signal
  Scan code(head.substr(blank + 1));
  code.take("0x");
  const auto value = code.hex();
  if (!value || !code.at_end() || *value > UINT32_MAX) return std::nullopt;
  found.code = static_cast<uint32_t>(*value);
  return found;
}

Reading read_oops_code(uint32_t code, Arch arch) {
  switch (arch) {
    case Arch::Arm64: return read_esr(code);
    case Arch::S390: return read_program_interruption(code);
    case Arch::Riscv: return read_scause(code);
    case Arch::Ppc:
    case Arch::Ppc64: return read_dsisr(code);
    case Arch::Unknown:
      // No error code of x86 is that large, and every ESR is.
      if (code >= 0x02000000U) return read_esr(code);
      [[fallthrough]];
    default: return read_page_fault(code);
  }
}

}  // namespace inquest::crashtext
