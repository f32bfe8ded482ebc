#include "vmcore/unwind.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include <fmt/format.h>

#include "vmcore/orc.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMaxFrames = 256;
constexpr uint64_t kScanned = uint64_t{16} << 10;  // bytes: THREAD_SIZE

// struct pt_regs of x86-64, in its order.
constexpr std::array<std::string_view, 21> kPtRegs = {"r15", "r14",     "r13", "r12", "bp",    "bx", "r11",
                                                      "r10", "r9",      "r8",  "ax",  "cx",    "dx", "si",
                                                      "di",  "orig_ax", "ip",  "cs",  "flags", "sp", "ss"};
constexpr size_t kIretFirst = 16;  // the five that the processor itself pushes: ip, cs, flags, sp, ss

class Unwinder {
 public:
  explicit Unwinder(Kernel& kernel)
      : kernel_(kernel), space_(kernel.space()), arm64_(kernel.dump().arch().machine == Machine::Arm64) {
    if (!arm64_) return;
    // The bits above an address may sign it (pointer authentication).
    const VmcoreInfo& info = kernel.dump().vmcoreinfo();
    const int64_t size = info.number("TCR_EL1_T1SZ").value_or(64 - info.number("VA_BITS").value_or(48));
    if (size > 0 && size < 32) signature_ = ~uint64_t{0} << (64 - size);
  }

  Stack run(const UnwindStart& start) {
    ip_ = start.ip;
    sp_ = start.sp;
    bp_ = start.bp;
    return_address_ = start.return_address;
    if (start.registers != nullptr) registers_ = *start.registers;
    stack_.start = registers_;
    FrameSource source = start.return_address ? FrameSource::Orc : FrameSource::Registers;
    while (stack_.frames.size() < kMaxFrames) {
      add(source, std::nullopt);
      // A frame above the last: a stack that leads back to itself would never end.
      if (!seen_.insert(sp_.value ^ (ip_.value << 1)).second) {
        stack_.problem = fmt::format("stopped at {:#x}: the stack leads back to itself", sp_.value);
        return std::move(stack_);
      }
      switch (step()) {
        case Step::Frame: source = next_source_; break;
        case Step::End: return std::move(stack_);
        case Step::Lost: return std::move(stack_);
      }
    }
    stack_.problem = fmt::format("stopped after {} frames", kMaxFrames);
    return std::move(stack_);
  }

 private:
  enum class Step : uint8_t { Frame, End, Lost };

  void add(FrameSource source, std::optional<Registers> registers) {
    Frame frame;
    frame.ip = ip_;
    frame.sp = sp_;
    frame.return_address = return_address_;
    frame.source = source;
    frame.registers = std::move(registers);
    frame.user = frame.registers && frame.registers->user;
    if (!frame.user) frame.location = kernel_.locate(ip_, return_address_);
    stack_.frames.push_back(std::move(frame));
  }

  Step lost(std::string reason) {
    stack_.problem = std::move(reason);
    return Step::Lost;
  }

  std::optional<OrcEntry> entry() {
    const VirtAddr wanted = return_address_ ? ip_ - 1 : ip_;
    const Orc* orc = kernel_.orc();
    if (orc == nullptr) return std::nullopt;
    if (const Module* module = kernel_.modules().at(wanted)) {
      if (module->orc.count == 0) return std::nullopt;
      return Orc(space_, module->orc, orc->version()).find(wanted);
    }
    return kernel_.is_text(wanted) ? orc->find(wanted) : std::nullopt;
  }

  std::optional<uint64_t> register_value(std::string_view name) const {
    return registers_ ? registers_->get(name) : std::nullopt;
  }

  // Where the caller's stack pointer stood before the call; nothing where memory or a register is missing.
  std::optional<VirtAddr> frame_address(const OrcEntry& orc) {
    const auto offset = static_cast<uint64_t>(int64_t{orc.sp_offset});
    const auto behind = [&](std::optional<uint64_t> base) {
      return base ? std::optional(VirtAddr{*base + offset}) : std::nullopt;
    };
    switch (orc.sp_register) {
      case OrcRegister::Sp: return sp_ + offset;
      case OrcRegister::Bp: return bp_ + offset;
      // The stack pointer that was saved on the stack switched to, and the offset behind it.
      case OrcRegister::SpIndirect: {
        const auto saved = space_.pointer(sp_);
        return saved ? std::optional(*saved + offset) : std::nullopt;
      }
      case OrcRegister::BpIndirect: {
        const auto saved = space_.pointer(bp_ + offset);
        return saved ? std::optional(*saved) : std::nullopt;
      }
      case OrcRegister::R10: return behind(register_value("r10"));
      case OrcRegister::R13: return behind(register_value("r13"));
      case OrcRegister::Di: return behind(register_value("di"));
      case OrcRegister::Dx: return behind(register_value("dx"));
      default: return std::nullopt;
    }
  }

  Step step() {
    if (const auto orc = entry()) {
      if (orc->kind == OrcKind::EndOfStack) return Step::End;
      // A place without a rule, where the older formats also end their stacks.
      if (orc->kind == OrcKind::Undefined || orc->sp_register == OrcRegister::Undefined) {
        if (const auto back = caller_on_stack()) return go(back->ip, back->sp, true, FrameSource::Call);
        return kernel_.orc()->version() == OrcVersion::V1 ? Step::End : by_frame_pointer();
      }
      const auto frame = frame_address(*orc);
      if (!frame) return lost(fmt::format("stopped at sp {:#x}: the stack cannot be read on", sp_.value));
      switch (orc->kind) {
        case OrcKind::Call: return call(*orc, *frame);
        case OrcKind::Regs: return trap(*frame, 0);
        case OrcKind::RegsPartial: return trap(*frame, kIretFirst);
        default: return Step::End;
      }
    }
    return by_frame_pointer();
  }

  Step call(const OrcEntry& orc, VirtAddr frame) {
    const auto back = space_.pointer(frame - 8);
    if (!back) return lost("stopped: " + back.error().text());
    if (orc.bp_register == OrcRegister::PrevSp || orc.bp_register == OrcRegister::Bp) {
      const VirtAddr base = orc.bp_register == OrcRegister::PrevSp ? frame : bp_;
      const auto saved = space_.pointer(base + static_cast<uint64_t>(int64_t{orc.bp_offset}));
      if (!saved) return lost("stopped: " + saved.error().text());
      bp_ = *saved;
    }
    return go(*back, frame, true, FrameSource::Orc);
  }

  // An interrupt or exception pushed registers there: the CPU was at their ip.
  Step trap(VirtAddr at, size_t first) {
    std::array<uint64_t, kPtRegs.size()> raw{};
    const std::span wanted = std::span(raw).subspan(first);
    if (auto done = space_.read(at, std::as_writable_bytes(wanted)); !done)
      return lost("stopped: " + done.error().text());
    Registers saved;
    for (size_t i = first; i < raw.size(); ++i) saved.all.push_back({kPtRegs[i], raw[i]});
    saved.ip = {raw[16]};
    saved.sp = {raw[19]};
    saved.bp = first == 0 ? VirtAddr{raw[4]} : bp_;
    saved.flags = raw[18];
    saved.user = (raw[17] & 3) == 3;
    ip_ = saved.ip;
    sp_ = saved.sp;
    bp_ = saved.bp;
    return_address_ = false;
    registers_ = saved;
    if (saved.user) {
      add(FrameSource::Registers, std::move(saved));
      return Step::End;
    }
    stack_.frames.back().registers = std::move(saved);
    if (ip_.null() && sp_.null()) {
      // A kernel thread's entry, where no program was ever started.
      stack_.frames.back().registers.reset();
      return Step::End;
    }
    if (!kernel_.is_text(ip_)) return wild_call();
    next_source_ = FrameSource::Registers;
    return Step::Frame;
  }

  // The kernel jumped through a bad pointer: what called it lies on top of the stack.
  Step wild_call() {
    const auto back = space_.pointer(sp_);
    if (!back || !kernel_.is_text(*back)) {
      return lost(fmt::format("stopped: no code is at {:#x}", ip_.value));
    }
    add(FrameSource::Registers, std::nullopt);
    return go(*back, sp_ + 8, true, FrameSource::Orc);
  }

  Step go(VirtAddr ip, VirtAddr sp, bool return_address, FrameSource source) {
    if (ip.null()) return Step::End;
    if (!kernel_.is_text(return_address ? ip - 1 : ip)) {
      return lost(fmt::format("stopped at {:#x}: {:#x} is no code", sp.value, ip.value));
    }
    ip_ = ip;
    sp_ = sp;
    return_address_ = return_address;
    next_source_ = source;
    return Step::Frame;
  }

  struct Back {
    VirtAddr ip, sp;
  };

  // Functions that objtool leaves out (STACK_FRAME_NON_STANDARD) have no rules, and one of them, __crash_kexec, is
  // where every CPU that takes a dump with kdump stands. What called it is the first number on the stack that lies
  // behind a call instruction to just this function.
  std::optional<Back> caller_on_stack() {
    constexpr uint64_t kLargestFrame = 2048;
    constexpr uint64_t kCall = 5;  // bytes: e8, and how far it goes
    const Location& here = stack_.frames.back().location;
    if (here.function.empty() || sp_.value % 8 != 0) return std::nullopt;
    const VirtAddr function = ip_ - here.offset;
    for (VirtAddr at = sp_; at - sp_ < kLargestFrame; at = at + 8) {
      const auto back = space_.pointer(at);
      if (!back) return std::nullopt;
      if (!kernel_.is_text(*back - kCall) || space_.u8(*back - kCall).value_or(0) != 0xe8) continue;
      const auto distance = space_.number<int32_t>(*back - 4);
      if (distance && *back + static_cast<uint64_t>(int64_t{*distance}) == function) return Back{*back, at + 8};
    }
    return std::nullopt;
  }

  // Without rules: bp points to the caller's bp, and its return address above it. On arm64 a record of zeros ends it.
  Step by_frame_pointer() {
    if (arm64_ && bp_.null()) return Step::End;
    // There an interrupt's stack is left by the same chain, and memory that is no stack holds no address of code.
    if ((arm64_ || (bp_ > sp_ && bp_ - sp_ < kScanned)) && bp_.value % 8 == 0) {
      const auto next = space_.pointer(bp_);
      auto back = space_.pointer(bp_ + 8);
      if (arm64_ && next && back && next->null() && back->null()) return Step::End;
      if (back && !back->null()) back->value |= signature_;
      if (next && back && kernel_.is_text(*back - 1)) {
        const VirtAddr frame = bp_ + 16;
        bp_ = *next;
        return go(*back, frame, true, FrameSource::FramePointer);
      }
    }
    if (!kernel_.is_text(ip_) && stack_.frames.size() == 1) return wild_call();
    return scan();
  }

  // The last resort: everything on the rest of the stack that looks like a return address, marked as such.
  Step scan() {
    const uint64_t end = (sp_.value | (kScanned - 1)) + 1;
    std::vector<std::byte> bytes(end - sp_.value / 8 * 8);
    const VirtAddr from{sp_.value / 8 * 8};
    const size_t got = space_.read_some(from, bytes);
    const size_t before = stack_.frames.size();
    for (size_t at = 0; at + 8 <= got && stack_.frames.size() < kMaxFrames; at += 8) {
      uint64_t value = 0;
      std::copy_n(bytes.data() + at, 8, std::as_writable_bytes(std::span(&value, 1)).data());
      if (!kernel_.is_text({value - 1})) continue;
      ip_ = {value};
      sp_ = from + at;
      return_address_ = true;
      add(FrameSource::Scan, std::nullopt);
    }
    if (stack_.frames.size() == before) return lost(fmt::format("stopped at sp {:#x}: nothing leads on", from.value));
    return lost("the frames marked ? were found by looking through the stack: some may be left over");
  }

  Kernel& kernel_;
  AddressSpace& space_;
  bool arm64_;
  uint64_t signature_ = 0;  // bits of a return address that are set in every address of the kernel
  Stack stack_;
  std::unordered_set<uint64_t> seen_;
  VirtAddr ip_, sp_, bp_;
  bool return_address_ = false;
  FrameSource next_source_ = FrameSource::Orc;
  std::optional<Registers> registers_;
};

}  // namespace

Stack unwind(Kernel& kernel, const UnwindStart& start) { return Unwinder(kernel).run(start); }

std::string_view entry_kind(std::string_view function) {
  if (function.find("SYSCALL") != std::string_view::npos || function.find("SYSENTER") != std::string_view::npos ||
      function.find("int80") != std::string_view::npos) {
    return "system call";
  }
  if (function.find("nmi") != std::string_view::npos) return "NMI";
  if (function.find("interrupt") != std::string_view::npos || function.find("sysvec") != std::string_view::npos) {
    return "interrupt";
  }
  return "exception";
}

}  // namespace inquest::vmcore
