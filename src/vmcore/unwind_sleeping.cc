// Where a stack begins whose task sleeps.
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "vmcore/unwind.h"

namespace inquest::vmcore {
namespace {

// What the switch to another task saved of one that sleeps; `problem` where that cannot be read.
struct Saved {
  Registers registers;
  bool return_address = false;  // where it goes on
  std::string problem;
};

// x86-64: __switch_to_asm pushes these (struct inactive_task_frame, whose type comes late among thousands), above them
// the return address, and a few kernels around v5.1 the flags below.
Saved saved_x86(Kernel& kernel, VirtAddr sp) {
  static constexpr std::array<std::string_view, 6> kPushed = {"r15", "r14", "r13", "r12", "bx", "bp"};
  Saved out;
  std::array<uint64_t, kPushed.size() + 2> raw{};
  AddressSpace& space = kernel.space();
  const auto words = std::as_writable_bytes(std::span(raw));
  if (auto done = space.read(sp, words.first(words.size() - 8)); !done) {
    out.problem = "the stack cannot be read: " + done.error().text();
    return out;
  }
  raw.back() = space.u64(sp + (raw.size() - 1) * 8).value_or(0);
  const bool with_flags = !kernel.is_text({raw[kPushed.size()]}) && kernel.is_text({raw.back()});
  const size_t first = with_flags ? 1 : 0;
  for (size_t i = 0; i < kPushed.size(); ++i) out.registers.all.push_back({kPushed[i], raw[first + i]});
  out.registers.ip = {raw[first + kPushed.size()]};
  out.registers.sp = sp + (first + kPushed.size() + 1) * 8;
  out.registers.bp = {raw[first + kPushed.size() - 1]};
  out.return_address = true;
  return out;
}

// arm64: struct cpu_context.
Saved saved_arm64(const Object& task) {
  static constexpr std::array<std::string_view, 10> kKept = {"x19", "x20", "x21", "x22", "x23",
                                                             "x24", "x25", "x26", "x27", "x28"};
  Saved out;
  const auto ip = task.pointer("thread.cpu_context.pc");
  const auto sp = task.pointer("thread.cpu_context.sp");
  const auto fp = task.pointer("thread.cpu_context.fp");
  if (!ip || !sp || !fp) {
    out.problem = (!ip ? ip : !sp ? sp : fp).error().text();
    return out;
  }
  for (const std::string_view name : kKept) {
    if (const auto value = task.number(fmt::format("thread.cpu_context.{}", name))) {
      out.registers.all.push_back({name, *value});
    }
  }
  out.registers.ip = *ip;
  out.registers.sp = *sp;
  out.registers.bp = *fp;
  out.return_address = true;
  return out;
}

}  // namespace

Stack unwind_sleeping(Kernel& kernel, const Object& task) {
  Stack out;
  Saved saved;
  if (kernel.dump().arch().machine == Machine::Arm64) {
    saved = saved_arm64(task);
  } else if (const auto sp = task.pointer("thread.sp")) {
    saved = saved_x86(kernel, *sp);
  } else {
    saved.problem = sp.error().text();
  }
  if (!saved.problem.empty()) {
    out.problem = std::move(saved.problem);
    return out;
  }
  const Registers& registers = saved.registers;
  if (!kernel.is_text(registers.ip)) {
    out.problem =
        fmt::format("the stack at {:#x} holds no frame: {:#x} is no code", registers.sp.value, registers.ip.value);
    return out;
  }
  Stack stack = unwind(kernel, {registers.ip, registers.sp, registers.bp, saved.return_address, nullptr});
  stack.start = std::move(saved.registers);
  return stack;
}

}  // namespace inquest::vmcore
