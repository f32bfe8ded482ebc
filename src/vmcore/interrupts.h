// Interrupts: who handles them, how often each CPU took them, and where they may go.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vmcore/kernel.h"

namespace inquest::vmcore {

struct InterruptAction {
  std::string name;  // "virtio0-input.0"
  VirtAddr handler;
  Location location;   // of the handler, or of what its thread runs
  std::string thread;  // the name of the thread that handles it; empty for none
};

struct Interrupt {
  uint32_t number = 0;
  VirtAddr address;  // of its struct irq_desc
  std::string chip;  // "IO-APIC"
  std::string flow;  // "edge"; empty: not named
  uint64_t hardware_number = 0;
  std::vector<uint64_t> counts;  // by CPU, as Interrupts::cpus has them
  std::vector<uint32_t> affinity, effective;
  uint64_t disabled = 0;  // how often it was disabled; 0: enabled. 1 for one that nobody asked for
  bool in_progress = false;
  std::vector<InterruptAction> actions;
};

// An interrupt without a number, which each CPU has: "__nmi_count", "apic_timer_irqs".
struct CpuInterrupt {
  std::string name;
  std::vector<uint64_t> counts;
};

struct Interrupts {
  std::vector<uint32_t> cpus;
  std::vector<Interrupt> interrupts;  // by number
  std::vector<CpuInterrupt> per_cpu;
  std::vector<CpuInterrupt> soft;  // soft interrupts: "TIMER", "NET_RX"
  std::vector<std::string> problems;
};

Interrupts read_interrupts(Kernel& kernel);

}  // namespace inquest::vmcore
