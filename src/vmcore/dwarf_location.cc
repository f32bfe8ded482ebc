#include "vmcore/dwarf_location.h"

#include <utility>
#include <vector>

#include <dwarf.h>

namespace inquest::vmcore {
namespace {

constexpr size_t kMostOperations = 1000;
constexpr size_t kDeepest = 64;

class Machine {
 public:
  Machine(Dwarf_Attribute* attribute, const LocationContext& context) : attribute_(attribute), context_(context) {}

  std::optional<Located> run(std::span<const Dwarf_Op> operations) {
    if (operations.empty() || operations.size() > kMostOperations) return std::nullopt;
    bool is_value = false;
    for (const Dwarf_Op& one : operations) {
      // Whatever says that it is a value ends the expression; what follows would describe another piece.
      if (is_value || stack_.size() > kDeepest) return std::nullopt;
      if (one.atom == DW_OP_stack_value) {
        is_value = true;
      } else if (one.atom >= DW_OP_reg0 && one.atom <= DW_OP_reg31) {
        is_value = push(reg(one.atom - DW_OP_reg0));
      } else if (one.atom == DW_OP_regx) {
        is_value = push(reg(one.number));
      } else if (!step(one)) {
        return std::nullopt;
      }
    }
    return stack_.empty() ? std::nullopt : std::optional(Located{is_value, stack_.back()});
  }

 private:
  // An operation that cannot be done leaves nothing to go on with.
  bool push(std::optional<uint64_t> value) {
    if (!value) {
      stack_.clear();
      return false;
    }
    stack_.push_back(*value);
    return true;
  }

  std::optional<uint64_t> reg(uint64_t number) const {
    return number < FrameState::kRegisters ? context_.frame.registers[number] : std::nullopt;
  }

  static std::optional<uint64_t> sum(std::optional<uint64_t> base, uint64_t offset) {
    return base ? std::optional(*base + offset) : std::nullopt;
  }

  std::optional<uint64_t> pop() {
    if (stack_.empty()) return std::nullopt;
    const uint64_t out = stack_.back();
    stack_.pop_back();
    return out;
  }

  bool step(const Dwarf_Op& one) {
    if (one.atom >= DW_OP_lit0 && one.atom <= DW_OP_lit31) return push(one.atom - DW_OP_lit0);
    if (one.atom >= DW_OP_breg0 && one.atom <= DW_OP_breg31) return push(sum(reg(one.atom - DW_OP_breg0), one.number));
    switch (one.atom) {
      case DW_OP_nop: return true;
      case DW_OP_addr: return push(one.number + context_.offset);
      case DW_OP_const1u:
      case DW_OP_const1s:
      case DW_OP_const2u:
      case DW_OP_const2s:
      case DW_OP_const4u:
      case DW_OP_const4s:
      case DW_OP_const8u:
      case DW_OP_const8s:
      case DW_OP_constu:
      case DW_OP_consts: return push(one.number);
      case DW_OP_bregx: return push(sum(reg(one.number), one.number2));
      case DW_OP_fbreg: return push(sum(context_.frame_base, one.number));
      case DW_OP_call_frame_cfa: return push(context_.frame.cfa);
      case DW_OP_entry_value:
      case DW_OP_GNU_entry_value: return entry_value(one);
      case DW_OP_dup: return !stack_.empty() && push(stack_.back());
      case DW_OP_over: return stack_.size() > 1 && push(stack_[stack_.size() - 2]);
      case DW_OP_pick: return one.number < stack_.size() && push(stack_[stack_.size() - 1 - one.number]);
      case DW_OP_drop: return pop().has_value();
      case DW_OP_swap:
        if (stack_.size() < 2) return false;
        std::swap(stack_.back(), stack_[stack_.size() - 2]);
        return true;
      case DW_OP_deref: return dereference(8);
      case DW_OP_deref_size: return dereference(one.number);
      default: return arithmetic(one);
    }
  }

  bool dereference(uint64_t bytes) {
    const auto at = pop();
    return at && bytes > 0 && bytes <= 8 && push(context_.read(VirtAddr{*at}, bytes));
  }

  // Of one register: compilers write nothing else.
  bool entry_value(const Dwarf_Op& one) {
    Dwarf_Attribute inner;
    Dwarf_Op* operations = nullptr;
    size_t count = 0;
    if (attribute_ == nullptr || !context_.entry_value || dwarf_getlocation_attr(attribute_, &one, &inner) != 0 ||
        dwarf_getlocation(&inner, &operations, &count) != 0 || count != 1) {
      return false;
    }
    if (operations[0].atom < DW_OP_reg0 || operations[0].atom > DW_OP_reg31) return false;
    return push(context_.entry_value(operations[0].atom - DW_OP_reg0));
  }

  bool arithmetic(const Dwarf_Op& one) {
    const auto top = pop();
    if (!top) return false;
    switch (one.atom) {
      case DW_OP_plus_uconst: return push(*top + one.number);
      case DW_OP_neg: return push(0 - *top);
      case DW_OP_not: return push(~*top);
      case DW_OP_abs: return push(static_cast<int64_t>(*top) < 0 ? 0 - *top : *top);
      default: break;
    }
    const auto below = pop();
    if (!below) return false;
    const auto a = static_cast<int64_t>(*below);
    const auto b = static_cast<int64_t>(*top);
    switch (one.atom) {
      case DW_OP_plus: return push(*below + *top);
      case DW_OP_minus: return push(*below - *top);
      case DW_OP_mul: return push(*below * *top);
      case DW_OP_and: return push(*below & *top);
      case DW_OP_or: return push(*below | *top);
      case DW_OP_xor: return push(*below ^ *top);
      case DW_OP_div: return b != 0 && !(b == -1 && a == INT64_MIN) && push(static_cast<uint64_t>(a / b));
      case DW_OP_mod: return *top != 0 && push(*below % *top);
      case DW_OP_shl: return push(*top < 64 ? *below << *top : 0);
      case DW_OP_shr: return push(*top < 64 ? *below >> *top : 0);
      case DW_OP_shra: return push(static_cast<uint64_t>(a >> (*top < 64 ? *top : 63)));
      case DW_OP_eq: return push(a == b ? 1 : 0);
      case DW_OP_ne: return push(a != b ? 1 : 0);
      case DW_OP_lt: return push(a < b ? 1 : 0);
      case DW_OP_le: return push(a <= b ? 1 : 0);
      case DW_OP_gt: return push(a > b ? 1 : 0);
      case DW_OP_ge: return push(a >= b ? 1 : 0);
      default: return false;
    }
  }

  Dwarf_Attribute* attribute_;
  const LocationContext& context_;
  std::vector<uint64_t> stack_;
};

}  // namespace

std::optional<Located> evaluate_location(std::span<const Dwarf_Op> operations, Dwarf_Attribute* attribute,
                                         const LocationContext& context) {
  return Machine(attribute, context).run(operations);
}

}  // namespace inquest::vmcore
