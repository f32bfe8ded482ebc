#include "crashtext/trace_context.h"

#include <array>

#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

struct Name {
  std::string_view text;
  TraceContext context;
};

// arch/x86/kernel/dumpstack_{32,64}.c: stack_type_name() and exception_stack_names, old and new; "EOI" and "EOE" ended
// an interrupt's and an exception's stack until v4.8 ("x86/dumpstack: Remove NULL task pointer convention" and its
// series).
constexpr auto kNames = std::to_array<Name>({
    {"IRQ", TraceContext::Irq},
    {"SOFTIRQ", TraceContext::SoftIrq},
    {"NMI", TraceContext::Nmi},
    {"NMI_EXCEPTION", TraceContext::Nmi},
    {"TASK", TraceContext::Task},
    {"EOI", TraceContext::Task},
    {"EOE", TraceContext::Task},
    {"#DF", TraceContext::DoubleFault},
    {"DOUBLEFAULT", TraceContext::DoubleFault},
    {"#DB", TraceContext::Debug},
    {"DEBUG", TraceContext::Debug},
    {"#MC", TraceContext::MachineCheck},
    {"MCE", TraceContext::MachineCheck},
    {"#VC", TraceContext::Hypervisor},
    {"#VC2", TraceContext::Hypervisor},
    {"ENTRY_TRAMPOLINE", TraceContext::Entry},
    {"SYSENTER", TraceContext::Entry},
    {"#OVF", TraceContext::Overflow},
    {"UNK", TraceContext::Unknown},
    {"UNKNOWN", TraceContext::Unknown},
});

}  // namespace

std::string_view to_string(TraceContext context) {
  switch (context) {
    case TraceContext::Task: return "task";
    case TraceContext::Irq: return "irq";
    case TraceContext::SoftIrq: return "softirq";
    case TraceContext::Nmi: return "nmi";
    case TraceContext::DoubleFault: return "double-fault";
    case TraceContext::Debug: return "debug";
    case TraceContext::MachineCheck: return "machine-check";
    case TraceContext::Hypervisor: return "hypervisor";
    case TraceContext::Entry: return "entry";
    case TraceContext::Overflow: return "overflow";
    case TraceContext::User: return "user";
    case TraceContext::Unknown: return "unknown";
  }
  return "unknown";
}

std::optional<TraceMarker> parse_trace_marker(std::string_view text) {
  Scan scan(text);
  if (!scan.take('<')) return std::nullopt;
  scan.take('<');
  const bool closing = scan.take('/');
  const std::string_view name =
      scan.take_while([](char c) { return (c >= 'A' && c <= 'Z') || c == '#' || c == '_' || Scan::digit(c); });
  if (!scan.take('>')) return std::nullopt;
  scan.take('>');
  for (const Name& known : kNames) {
    if (known.text != name) continue;
    const bool ends = closing || name == "EOI" || name == "EOE";
    // Below an exception's or interrupt's frames are those of what it interrupted.
    return TraceMarker{ends ? TraceContext::Task : known.context, ends, text.size() - scan.rest().size()};
  }
  return std::nullopt;
}

}  // namespace inquest::crashtext
