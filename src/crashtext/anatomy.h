// The anatomy of one crash report: all that its lines say, taken apart.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crashtext/arch.h"
#include "crashtext/code.h"
#include "crashtext/culprit.h"
#include "crashtext/exit_status.h"
#include "crashtext/fault.h"
#include "crashtext/frame.h"
#include "crashtext/identity.h"
#include "crashtext/modules.h"
#include "crashtext/registers.h"

namespace inquest::crashtext {

// A call trace of a report, the most recent call first.
struct Trace {
  enum class Kind : uint8_t {
    Crash,    // of the context that the report is about, or of another task or processor
    History,  // how a piece of memory was allocated, freed or queued before; a lock taken earlier
  };
  Kind kind = Kind::Crash;
  std::string
      heading;  // the line that announced it: "Call Trace:", "Freed by task 42:"; empty where frames stood alone
  std::vector<Frame> frames;
  size_t line = 0;  // index, among the lines, of its first frame
};

// What is empty was not said.
struct Anatomy {
  Arch arch = Arch::Unknown;
  Identity identity;
  ModuleList modules;
  Registers registers;
  std::optional<Frame> position;  // where the processor was in the kernel; of several, the first
  std::string code;               // the "Code:" numbers as printed
  std::optional<OopsCode> oops;
  std::optional<uint64_t> fault_address;
  std::optional<ExitStatus> exit_status;
  std::vector<Trace> traces;
  std::optional<size_t> guilty;  // index of the trace that the report is about
  Culprit culprit;

  std::span<const Frame> frames() const {
    return guilty ? std::span<const Frame>(traces[*guilty].frames) : std::span<const Frame>();
  }
};

// Takes apart the lines of one report, without log prefixes and line ends. Linear in their length; keeps at most 4096
// frames.
//     BUG: kernel NULL pointer dereference, address: 0000000000000018
//     #PF: supervisor read access in kernel mode
//     Oops: 0000 [#1] SMP NOPTI
//     CPU: 1 PID: 42 Comm: zpool Tainted: P           O      6.1.0 #1
//     RIP: 0010:arc_evict+0x10/0x300 [zfs]
//     Code: .. <48> 8b 47 18 ..
//     Call Trace:
//      <TASK>
//      arc_reclaim+0x70/0x100 [zfs]
Anatomy dissect(std::span<const std::string_view> lines);

// The address in a line that announces a fault: "address: 0000000000000018", "at virtual address 0000000000000018",
// "paging request at ffff..", "non-canonical address 0xdead..", "Failing address: ..", "data at 0x..", "at addr
// ffff..". Nothing for other lines.
std::optional<uint64_t> find_fault_address(std::string_view line);

}  // namespace inquest::crashtext
