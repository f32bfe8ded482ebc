// What a kernel's log states of its host outright: facts, whatever else the message is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inquest::decode {

struct KernelFact {
  std::string_view key;
  std::string value;
};

// "Memory: 32685296K/33464932K available (20480K kernel code, ...)" is memory.total, 34268090368 (bytes; the second
// figure: all that the kernel manages); "crashkernel reservation failed - No suitable area found." is
// crashkernel.failed, in the kernel's words; "vfio_pci: add [10de:27b0[...]] ..." is vfio.ids, 10de:27b0; firmware that could not be loaded is
// firmware.missing, its file, for whom and why. The message may begin with the kernel's own time. Nothing for all others.
// Sources: mm/mm_init.c, mem_init_print_info(); kernel/crash_reserve.c; arch/x86/kernel/setup.c before v6.9.
std::optional<KernelFact> find_kernel_fact(std::string_view message);

}  // namespace inquest::decode
