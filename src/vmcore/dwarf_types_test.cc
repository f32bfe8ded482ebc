#include "vmcore/dwarf_types.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "vmcore/debug_info.h"

namespace inquest::vmcore {
namespace {

// In two files: the first only declares what the second has complete.
constexpr std::string_view kFirst =
    "typedef unsigned char u8;\n"
    "enum color { RED = -2, GREEN = 200 };\n"
    "struct hidden;\n"
    "typedef struct { int counter; } atomic_t;\n"
    "struct thing {\n"
    "  char name[16];\n"
    "  unsigned low : 3, high : 7;\n"
    "  union { long number; void *pointer; };\n"
    "  struct hidden *behind;\n"
    "  atomic_t users;\n"
    "  const volatile int matrix[3][4];\n"
    "  enum color color;\n"
    "  int (*call)(struct thing *);\n"
    "  u8 tail[];\n"
    "};\n"
    "struct thing *things[5];\n"
    "static long counter_of_things;\n"
    "int use(struct thing *t) { things[0] = t; counter_of_things++; return t->low + (int)t->color + t->matrix[0][0]; "
    "}\n"
    "int _start(void) { return 0; }\n";
constexpr std::string_view kSecond =
    "struct hidden { long a, b; short secret; };\n"
    "long look(struct hidden *h) { return h->b + h->secret; }\n";

class DwarfTypesTest : public ::testing::TestWithParam<const char*> {
 protected:
  // False on machines without a compiler.
  bool compile() {
    folder_.write("first.c", kFirst);
    folder_.write("second.c", kSecond);
    const std::string command = "cd '" + folder_.path("") + "' && g++ -x c -O1 -fno-pie -nostdlib -static " +
                                std::string(GetParam()) + " -o vmlinux first.c second.c 2>/dev/null";
    return std::system(command.c_str()) == 0;
  }
  TempFolder folder_;
};

TEST_P(DwarfTypesTest, TellWhatTheSourceSays) {
  if (!compile()) GTEST_SKIP() << "no compiler";
  const auto info = DebugInfo::open_kernel(folder_.path("vmlinux"), 0);
  ASSERT_TRUE(info) << info.error().text();
  Types types;
  types.add(info->types());

  EXPECT_EQ(types.offset("thing", "name"), 0);
  const auto high = types.field("thing", "high");
  ASSERT_TRUE(high);
  EXPECT_EQ(high->offset * 8 + high->bit_offset, 16 * 8 + 3);
  EXPECT_EQ(high->bit_size, 7);
  EXPECT_EQ(types.offset("thing", "pointer"), 24);
  EXPECT_EQ(types.offset("thing", "users.counter"), 40);
  EXPECT_EQ(types.offset("thing", "matrix[2][3]"), 44 + 4 * 11);
  EXPECT_FALSE(types.offset("thing", "matrix[3]"));
  EXPECT_FALSE(types.offset("thing", "absent"));
  EXPECT_EQ(type_name(types.field("thing", "matrix")->type), "int [3][4]");
  EXPECT_EQ(type_name(types.field("thing", "behind")->type), "struct hidden *");
  EXPECT_EQ(info_of(types.field("thing", "tail")->type).count, 0);
  EXPECT_EQ(info_of(types.field("thing", "call")->type).kind, TypeKind::Pointer);
  EXPECT_TRUE(info_of(types.find("u8")).is_char);
  EXPECT_EQ(types.enumerator("color", "RED"), -2);
  EXPECT_EQ(types.enumerator("color", "GREEN"), 200);
  EXPECT_TRUE(info_of(types.find("enum color")).is_signed);
  EXPECT_FALSE(types.find("struct absent"));
  EXPECT_FALSE(types.find("use"));
}

TEST_P(DwarfTypesTest, FindElsewhereWhatOneFileOnlyDeclares) {
  if (!compile()) GTEST_SKIP() << "no compiler";
  const auto info = DebugInfo::open_kernel(folder_.path("vmlinux"), 0);
  ASSERT_TRUE(info) << info.error().text();
  Types types;
  types.add(info->types());
  const Type behind = info_of(types.field("thing", "behind")->type).target;
  EXPECT_EQ(info_of(behind).kind, TypeKind::Incomplete);
  const auto secret = types.field(behind, "secret");
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->offset, 16);
  EXPECT_EQ(types.size("hidden"), 24);
}

TEST_P(DwarfTypesTest, KnowVariables) {
  if (!compile()) GTEST_SKIP() << "no compiler";
  const auto info = DebugInfo::open_kernel(folder_.path("vmlinux"), 0);
  ASSERT_TRUE(info) << info.error().text();
  Types types;
  types.add(info->types());
  const Type things = types.variable("things");
  EXPECT_EQ(type_name(things), "struct thing *[5]");
  EXPECT_EQ(type_name(types.variable("counter_of_things")), "long int");
  EXPECT_FALSE(types.variable("thing"));
}

TEST_P(DwarfTypesTest, DamagedFilesGivePartsOrNothing) {
  if (!compile()) GTEST_SKIP() << "no compiler";
  std::ifstream in(folder_.path("vmlinux"), std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  std::mt19937 random(6);
  for (int round = 0; round < 100; ++round) {
    std::string damaged = whole;
    if (round % 5 == 0) damaged.resize(random() % damaged.size());
    for (int i = 0; i < 8 && !damaged.empty(); ++i)
      damaged[random() % damaged.size()] ^= static_cast<char>(1 << random() % 8);
    const auto info = DebugInfo::open_kernel(folder_.write("damaged", damaged), 0);
    auto source = info ? info->types() : nullptr;
    if (!source) continue;
    Types types;
    types.add(std::move(source));
    for (const std::string& name : types.names("", 100)) {
      const Type type = types.find(name);
      EXPECT_LT(type_name(type).size(), 10'000U);
      if (!type) continue;
      for (const Member& member : type.source->members(type.id)) (void)types.field(type, member.name + ".x");
      (void)type.source->enumerators(type.id);
    }
    (void)types.variable("things");
  }
}

// As distributions link their kernels, in older DWARF, and in a form that is read as a whole.
INSTANTIATE_TEST_SUITE_P(Forms, DwarfTypesTest,
                         ::testing::Values("-gdwarf-5", "-gdwarf-4", "-gdwarf-3",
                                           "-g -Wl,--compress-debug-sections=zlib"));

}  // namespace
}  // namespace inquest::vmcore
