// The error codes that processors give with an exception.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "crashtext/arch.h"
#include "crashtext/reading.h"

namespace inquest::crashtext {

// x86: the error code of a page fault, as "error_code(0x0002)" and "Oops: 0002" print it (Intel SDM vol. 3, 4.7).
Reading read_page_fault(uint32_t error_code);
// arm64: ESR_EL1 (Arm ARM, D17.2.37), with the fault status of aborts and the immediate of BRK.
Reading read_esr(uint64_t esr);
// riscv: scause.
Reading read_scause(uint64_t cause);
// ppc: DSISR of a data storage interrupt, and the interrupt vector ("TRAP: 0300").
Reading read_dsisr(uint32_t dsisr);
Reading read_ppc_trap(uint32_t vector);
// s390: program interruption code ("Oops: 0004 ilc:2").
Reading read_program_interruption(uint32_t code);
// x86: a trap by its number ("divide error: 0000" is trap 0).
Reading read_x86_trap(uint32_t vector);

// The number of "Oops: 0002 [#1] SMP", whose meaning depends on the architecture; nothing where the line has none.
struct OopsCode {
  uint32_t code = 0;
  std::optional<uint32_t> count;  // "[#1]": which oops of this boot
};
std::optional<OopsCode> find_oops_code(std::string_view line);
Reading read_oops_code(uint32_t code, Arch arch);

}  // namespace inquest::crashtext
