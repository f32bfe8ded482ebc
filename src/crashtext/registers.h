// The processor's registers as a report prints them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crashtext/arch.h"

namespace inquest::crashtext {

struct Register {
  std::string
      name;  // in lower case, as the architecture calls it: "rax", "x29", "r10", "gpr00", "psw.mask", "cr2", "esr"
  uint64_t value = 0;
  friend bool operator==(const Register&, const Register&) = default;
};

// The registers of one report, line by line. The first value of a name wins: behind the faulting context, x86 prints
// the registers of the system call that led there.
//
//     RAX: 0000000000000000 RBX: ffff88022259da58       RSP: 0018:ffffc900 EFLAGS: 00010246       CR2: 0000000000000018
//     CR3: .. x29: ffff80000a5fbd20 x28: ffff0000c1c3d940       sp : c0a01f80  ip : 00000000  fp : c0a01f9c   pc :
//     [<c01>] lr : [<c01>] psr: 6 GPR00: c000000008068df8 c000000010f930b0 ..       NIP: c0.. LR: c0.. CTR: 00..   MSR:
//     8000000000029032 <SF,EE> CR: 48228222 Krnl GPRS: 0000000000010000 070000000020db8e      Krnl PSW :
//     0704f00180000000 000003ff8086d03a (f+0x3a/0x1000) $ 0   : 00000000 1000a400 ..    epc : ffffffff80003e64 ra : ..
//     status: 0000000200000120 badaddr: 0.. cause: 000000000000000d
class Registers {
 public:
  // True where the line is one of registers; other lines that hold one ("CPU: 0 EFLAGS: 00010246") too.
  bool read(std::string_view line);

  const std::vector<Register>& all() const { return registers_; }
  std::optional<uint64_t> find(std::string_view name) const;
  bool empty() const { return registers_.empty(); }
  // Of the names seen.
  Arch arch() const { return arch_; }

 private:
  bool read_pairs(std::string_view line);
  bool read_rows(std::string_view line);
  bool read_psw(std::string_view line);
  void add(std::string name, uint64_t value);

  std::vector<Register> registers_;
  Arch arch_ = Arch::Unknown;
  int next_s390_ = -1;  // the general register that a continuation line begins with; negative: none is awaited
};

}  // namespace inquest::crashtext
