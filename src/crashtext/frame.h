// One line of a call trace, of any architecture.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crashtext/trace_context.h"

namespace inquest::crashtext {

// A call: the most recent one stands first in a kernel's trace.
struct Frame {
  std::string function;  // as printed ("__x64_sys_read", "foo.isra.0"), but without ppc64's leading dot; may be empty
  std::optional<uint64_t> offset;  // into the function, bytes
  std::optional<uint64_t> size;    // of the function, bytes
  std::optional<uint64_t> address;
  std::string module;    // empty: in the kernel itself, or not said
  std::string build_id;  // of the module, where printed
  bool reliable = true;  // false: "?", "(unreliable)", s390's parentheses: a word on the stack that may be a leftover
  bool inlined = false;  // "[inline]": no call of its own
  TraceContext context = TraceContext::Task;
  std::string file;  // of a trace with line numbers: "mm/slub.c"
  uint32_t line = 0;
  // 32-bit ARM prints "callee from caller+offset": this frame is the caller, and here is the callee.
  std::string callee;

  friend bool operator==(const Frame&, const Frame&) = default;
};

struct TraceLine {
  enum class Kind : uint8_t {
    Frame,     // a call
    Position,  // where the processor was: "RIP: 0010:f+0x1/0x2", "PC is at", "pc :", "NIP [..]", "epc :", "Krnl PSW :"
    Link,      // where it would have returned to: "LR is at", "lr :", "LR [..]", " ra :"
    Marker,    // "<IRQ>", "</TASK>" alone
    Heading,   // "Call Trace:", "Backtrace:", "Call trace:", "stack backtrace:"
  };
  Kind kind = Kind::Frame;
  std::optional<TraceMarker> marker;  // also before a frame in the same line: " <IRQ>  [<..>] f+0x1/0x2"
  Frame frame;                        // of Frame, Position and Link; its context is that of the marker, or Task
};

// What a line is to a call trace; nothing for any other line. `line` has no log prefix any more (no time stamp, no
// "[T12]"), and no line end. Kernels 2.6.32 to 7.x; x86, arm, arm64, riscv, ppc, s390, mips, sparc, loongarch, parisc,
// Xen:
//
//     [<ffffffff8105d660>] ? warn_slowpath_common+0x70/0xa0 [zfs]      func+0x1/0x2 [mod 3f2a..e1]   [inline] frames:
//     [c000000010f930b0] [c000000008068df8] .f+0x278/0x390 (unreliable)  ([<03ff8086d036>] f+0x36/0x1000 [m])
//     [<c0014558>] (show_stack) from [<c059798c>] (dump_stack+0x7c/0xc8)   f mm/slub.c:123 [inline]
//
// A position that is no kernel address (RIP: 0033:0x7f..) has the context User.
std::optional<TraceLine> parse_trace_line(std::string_view line);

// The function that begins the text: "f+0x1/0x2 [mod]", "f+0x12", "0xffffffffa0123456"; `length` (where wanted) is what
// was taken. Nothing where no offset and no address stands there.
std::optional<Frame> parse_symbol(std::string_view text, size_t* length = nullptr);

// The arguments' call, back as the kernel prints it: "f+0x1/0x2 [mod]", "f", "0xffffffffa0123456".
std::string to_string(const Frame& frame);

}  // namespace inquest::crashtext
