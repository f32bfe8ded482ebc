// Stacks of the dead kernel: from one frame to its caller's, across interrupts and exceptions, up to user space.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vmcore/address.h"
#include "vmcore/kernel.h"
#include "vmcore/registers.h"

namespace inquest::vmcore {

// How sure a frame is, which is how it was found.
enum class FrameSource : uint8_t {
  Registers,  // where a CPU was
  Orc,
  FramePointer,
  Call,  // the first on the stack behind a call to the frame before it, which has no rules
  Scan,  // a number on the stack that looks like a return address: may be left over from an earlier call
};

struct Frame {
  VirtAddr ip, sp;
  bool return_address = false;  // ip is behind a call, which may end the function
  FrameSource source = FrameSource::Registers;
  Location location;
  // Of an interrupt or exception that came at this place; also of the entry from user space, where ip lies there.
  std::optional<Registers> registers;
  bool user = false;

  bool reliable() const { return source != FrameSource::Scan; }
};

struct Stack {
  std::vector<Frame> frames;       // the innermost first
  std::optional<Registers> start;  // at the first frame; of a task that sleeps those that calls preserve
  std::string problem;  // why it ends before the beginning of the stack, with the address; empty where it does not
};

struct UnwindStart {
  VirtAddr ip, sp, bp;
  bool return_address = false;
  const Registers* registers = nullptr;  // all of them, where they are known
};

// At most 256 frames. Ends at user space, or where the stack begins.
Stack unwind(Kernel& kernel, const UnwindStart& start);
// A task that sleeps: from where it was switched away. `task` is its struct task_struct.
Stack unwind_sleeping(Kernel& kernel, const Object& task);

// The name of what interrupted there, by the entry function: "exception", "interrupt", "NMI",
// "system call".
std::string_view entry_kind(std::string_view function);

}  // namespace inquest::vmcore
