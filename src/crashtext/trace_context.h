// On which stack, and so in which context, a piece of a call trace ran.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace inquest::crashtext {

enum class TraceContext : uint8_t {
  Task,          // process context: the task's own stack
  Irq,           // hard interrupt
  SoftIrq,       // bottom half on its own stack
  Nmi,           // non-maskable interrupt
  DoubleFault,   // x86 #DF
  Debug,         // x86 #DB
  MachineCheck,  // x86 #MC
  Hypervisor,    // x86 #VC, the exception of an encrypted guest
  Entry,         // on the way into the kernel (entry trampoline, SYSENTER)
  Overflow,      // the stack that a kernel stack overflow is handled on
  User,          // not the kernel at all
  Unknown,
};

// "task", "irq", "softirq", "nmi", "double-fault", "debug", "machine-check", "hypervisor", "entry", "overflow", "user",
// "unknown": names of the JSON output.
std::string_view to_string(TraceContext context);

// A marker between frames, as x86 prints them ("<IRQ>", "</TASK>", "<EOI>", "<<EOE>>", "<#DF>").
struct TraceMarker {
  TraceContext context;  // which context the frames below it ran in: of "<EOI>" and "</IRQ>" it is Task
  bool ends;             // it closes one: "</TASK>", "<EOI>", "<<EOE>>"
  size_t length;         // characters
};

// The marker that the text begins with; nothing for other text in angle brackets.
std::optional<TraceMarker> parse_trace_marker(std::string_view text);

}  // namespace inquest::crashtext
