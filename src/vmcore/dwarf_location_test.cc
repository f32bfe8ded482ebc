#include "vmcore/dwarf_location.h"

#include <vector>

#include <dwarf.h>

#include <gtest/gtest.h>

namespace inquest::vmcore {
namespace {

struct Row {
  const char* what;
  std::vector<Dwarf_Op> operations;
  std::optional<uint64_t> number;
  bool is_value = false;
};

std::optional<Located> evaluate(const std::vector<Dwarf_Op>& operations) {
  FrameState frame;
  frame.registers[3] = 100;
  frame.registers[7] = 0x1000;
  frame.cfa = 0x1010;
  const ReadNumber read = [](VirtAddr address, uint64_t bytes) -> std::optional<uint64_t> {
    return address.value < 0x2000 ? std::optional(address.value * 10 + bytes) : std::nullopt;
  };
  return evaluate_location(operations, nullptr, {frame, read, 0x1008, {}, 0x40});
}

TEST(DwarfLocation, ComputesPlacesAndValues) {
  constexpr auto kMinus8 = static_cast<Dwarf_Word>(-8);
  const std::vector<Row> rows = {
      {"a register holds it", {{DW_OP_reg3, 0, 0, 0}}, 100, true},
      {"beside the stack pointer", {{DW_OP_breg7, kMinus8, 0, 0}}, 0xff8},
      {"in the frame", {{DW_OP_fbreg, kMinus8, 0, 0}}, 0x1000},
      {"below the frame", {{DW_OP_call_frame_cfa, 0, 0, 0}, {DW_OP_lit16, 0, 0, 0}, {DW_OP_minus, 0, 0, 0}}, 0x1000},
      {"a variable of the kernel, which was moved", {{DW_OP_addr, 0x1000, 0, 0}}, 0x1040},
      {"along a pointer", {{DW_OP_breg3, 0, 0, 0}, {DW_OP_deref, 0, 0, 0}, {DW_OP_plus_uconst, 4, 0, 0}}, 1012},
      {"computed",
       {{DW_OP_breg3, 0, 0, 0}, {DW_OP_lit2, 0, 0, 0}, {DW_OP_shl, 0, 0, 0}, {DW_OP_stack_value, 0, 0, 0}},
       400,
       true},
  };
  for (const Row& row : rows) {
    const auto found = evaluate(row.operations);
    ASSERT_TRUE(found) << row.what;
    EXPECT_EQ(found->number, row.number) << row.what;
    EXPECT_EQ(found->is_value, row.is_value) << row.what;
  }
}

TEST(DwarfLocation, KnowsNothingWhereSomethingIsMissing) {
  const std::vector<Row> rows = {
      {"no operations", {}, {}},
      {"a register that was lost", {{DW_OP_reg5, 0, 0, 0}}, {}},
      {"a register that there is not", {{DW_OP_regx, 4000, 0, 0}}, {}},
      {"beside a register that was lost", {{DW_OP_breg5, 8, 0, 0}, {DW_OP_stack_value, 0, 0, 0}}, {}},
      {"memory that is not there", {{DW_OP_addr, 0x9000, 0, 0}, {DW_OP_deref, 0, 0, 0}}, {}},
      {"pieces", {{DW_OP_reg3, 0, 0, 0}, {DW_OP_piece, 8, 0, 0}}, {}},
      {"too few operands", {{DW_OP_lit1, 0, 0, 0}, {DW_OP_plus, 0, 0, 0}}, {}},
      {"division by zero", {{DW_OP_lit1, 0, 0, 0}, {DW_OP_lit0, 0, 0, 0}, {DW_OP_div, 0, 0, 0}}, {}},
      {"a number that means nothing", {{0xff, 0, 0, 0}}, {}},
      {"endless", std::vector<Dwarf_Op>(500, Dwarf_Op{DW_OP_lit1, 0, 0, 0}), {}},
  };
  for (const Row& row : rows) EXPECT_FALSE(evaluate(row.operations)) << row.what;
}

}  // namespace
}  // namespace inquest::vmcore
