#include "vmcore/arguments.h"

#include <array>
#include <string_view>

namespace inquest::vmcore {
namespace {

constexpr size_t kMostHops = 16;  // along values that a caller was passed by its own caller

// The kernel's names of the registers, in DWARF's order.
constexpr std::array<std::string_view, 16> kNames = {"ax", "dx", "cx",  "bx",  "si",  "di",  "bp",  "sp",
                                                     "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"};

class Arguments {
 public:
  Arguments(Kernel& kernel, const Stack& stack) : kernel_(kernel), stack_(stack) {
    read_ = [&space = kernel.space()](VirtAddr address, uint64_t bytes) -> std::optional<uint64_t> {
      uint64_t value = 0;
      const auto done = space.read(address, std::as_writable_bytes(std::span(&value, 1)).first(bytes));
      return done ? std::optional(value) : std::nullopt;
    };
    follow();
  }

  std::vector<std::vector<std::vector<Argument>>> all() {
    std::vector<std::vector<std::vector<Argument>>> out(stack_.frames.size());
    for (size_t i = 0; i < stack_.frames.size(); ++i) {
      const DebugInfo* const info = info_of_frame(i);
      if (info == nullptr) continue;
      out[i] = info->arguments(states_[i], read_, [this, i](size_t number) { return entry_value(i, number, 0); });
    }
    return out;
  }

 private:
  const DebugInfo* info_of_frame(size_t i) {
    return stack_.frames[i].user ? nullptr : kernel_.debug_info_of(states_[i].pc);
  }

  static FrameState state_of(const Registers& registers) {
    FrameState out;
    for (size_t i = 0; i < kNames.size(); ++i) out.registers[i] = registers.get(kNames[i]);
    return out;
  }

  // The registers of each frame out of those of the one before.
  void follow() {
    states_.resize(stack_.frames.size());
    for (size_t i = 0; i < stack_.frames.size(); ++i) {
      const Frame& frame = stack_.frames[i];
      FrameState& state = states_[i];
      const Frame* const before = i == 0 ? nullptr : &stack_.frames[i - 1];
      if (i == 0) {
        if (stack_.start) state = state_of(*stack_.start);
      } else if (before->registers) {
        state = state_of(*before->registers);
      } else if (frame.source == FrameSource::Orc || frame.source == FrameSource::FramePointer) {
        const DebugInfo* const info = info_of_frame(i - 1);
        const auto caller = info == nullptr ? std::nullopt : info->caller_of(states_[i - 1], read_);
        states_[i - 1].cfa = frame.sp.value;
        if (caller && caller->registers[7] == frame.sp.value) state = *caller;
      }
      state.pc = frame.return_address ? frame.ip - 1 : frame.ip;
      state.registers[7] = frame.sp.value;
    }
  }

  // What the caller of frame `i` says that it passed in that register.
  std::optional<uint64_t> entry_value(size_t i, size_t number, size_t hops) {
    if (i + 1 >= states_.size() || hops > kMostHops || !stack_.frames[i + 1].return_address) return std::nullopt;
    const DebugInfo* const info = info_of_frame(i + 1);
    if (info == nullptr) return std::nullopt;
    const Location& callee = stack_.frames[i].location;
    const VirtAddr start = stack_.frames[i].ip - callee.offset;
    return info->passed(states_[i + 1], start, callee.function, number, read_,
                        [this, i, hops](size_t other) { return entry_value(i + 1, other, hops + 1); });
  }

  Kernel& kernel_;
  const Stack& stack_;
  ReadNumber read_;
  std::vector<FrameState> states_;
};

}  // namespace

std::vector<std::vector<std::vector<Argument>>> arguments_of(Kernel& kernel, const Stack& stack) {
  if (kernel.dump().header().machine != Machine::X86_64)
    return {stack.frames.size(), std::vector<std::vector<Argument>>{}};
  return Arguments(kernel, stack).all();
}

}  // namespace inquest::vmcore
