#include "vmcore/debug_info.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace inquest::vmcore {
namespace {

constexpr std::string_view kSource =
    "static inline __attribute__((always_inline)) int inner(volatile int *p) {\n"
    "  return *p + 1;\n"  // line 2
    "}\n"
    "int outer(volatile int *p) {\n"
    "  return inner(p);\n"  // line 5
    "}\n"
    "int _start(void) { return 0; }\n";

// Compiled as a kernel is, or as a module, which is not linked; skipped on machines without a compiler.
class DebugInfoTest : public ::testing::Test {
 protected:
  bool compile(const std::string& arguments) {
    folder_.write("src/thing.c", kSource);
    const std::string command =
        "cd '" + folder_.path("src") + "' && g++ -x c -g -O2 -fno-pie -fno-asynchronous-unwind-tables " + arguments;
    return std::system((command + " 2>/dev/null").c_str()) == 0;
  }
  TempFolder folder_;
};

void expect_inlined(const std::vector<SourceFrame>& frames) {
  ASSERT_EQ(frames.size(), 2);
  EXPECT_EQ(frames[0].function, "inner");
  EXPECT_EQ(frames[0].file, "thing.c");
  EXPECT_EQ(frames[0].line, 2);
  EXPECT_TRUE(frames[0].inlined);
  EXPECT_EQ(frames[1].function, "outer");
  EXPECT_EQ(frames[1].file, "thing.c");
  EXPECT_EQ(frames[1].line, 5);
  EXPECT_FALSE(frames[1].inlined);
}

TEST_F(DebugInfoTest, NamesInlinedFramesOfAKernelThatKaslrMoved) {
  if (!compile("-nostdlib -static -Wl,--build-id=0x00ff1122 -Wl,--section-start=.text=0x1000000 -o vmlinux thing.c")) {
    GTEST_SKIP() << "no compiler";
  }
  const std::string path = folder_.path("src/vmlinux");
  auto info = DebugInfo::open_kernel(path, 0x2c200000);
  ASSERT_TRUE(info) << info.error().text();
  expect_inlined(info->frames({0x1000000 + 0x2c200000}));
  EXPECT_TRUE(info->frames({0x1000000}).empty());
  EXPECT_EQ(build_id_of(path), "00ff1122");
}

TEST_F(DebugInfoTest, TellsTheSameOfOneUnitAmongMany) {
  folder_.write("src/before.c", "struct other { int x; } before_all; int before(void) { return 1; }\n");
  folder_.write("src/behind.c", "long behind(long x) { return x * 3; }\n");
  if (!compile("-nostdlib -static -Wl,--section-start=.text=0x1000000 -o vmlinux before.c thing.c behind.c")) {
    GTEST_SKIP() << "no compiler";
  }
  const auto info = DebugInfo::open_kernel(folder_.path("src/vmlinux"), 0);
  ASSERT_TRUE(info) << info.error().text();
  std::map<std::string, uint32_t> lines;
  for (uint64_t at = 0; at < 0x100; ++at) {
    for (const SourceFrame& one : info->frames({0x1000000 + at}))
      lines.emplace(one.file + ":" + one.function, one.line);
  }
  EXPECT_TRUE(lines.contains("before.c:before"));
  EXPECT_TRUE(lines.contains("thing.c:inner"));
  EXPECT_TRUE(lines.contains("thing.c:outer"));
  EXPECT_TRUE(lines.contains("behind.c:behind"));
}

TEST_F(DebugInfoTest, ReadsCompressedSectionsAsAWhole) {
  if (!compile("-nostdlib -static -gz=zlib -Wl,--compress-debug-sections=zlib -Wl,--section-start=.text=0x1000000 "
               "-o vmlinux thing.c")) {
    GTEST_SKIP() << "no compiler";
  }
  const auto info = DebugInfo::open_kernel(folder_.path("src/vmlinux"), 0);
  ASSERT_TRUE(info) << info.error().text();
  expect_inlined(info->frames({0x1000000}));
}

TEST_F(DebugInfoTest, DamagedFilesGivePartsOrNothing) {
  if (!compile("-nostdlib -static -Wl,--section-start=.text=0x1000000 -o vmlinux thing.c"))
    GTEST_SKIP() << "no compiler";
  std::ifstream in(folder_.path("src/vmlinux"), std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    std::string damaged = whole;
    if (round % 3 == 0) damaged.resize(random() % damaged.size());
    for (int i = 0; i < 8 && !damaged.empty(); ++i)
      damaged[random() % damaged.size()] ^= static_cast<char>(1 << random() % 8);
    const auto info = DebugInfo::open_kernel(folder_.write("damaged", damaged), 0);
    if (!info) continue;
    for (uint64_t at = 0; at < 16; ++at) {
      EXPECT_LE(info->frames({0x1000000 + at}).size(), 65U);
      FrameState frame;
      frame.registers.fill(0x1000000);
      frame.pc = {0x1000000 + at};
      const ReadNumber memory = [](VirtAddr address, uint64_t) { return address.value; };
      const EntryValue entry = [](size_t number) { return number; };
      EXPECT_LE(info->arguments(frame, memory, entry).size(), 300U);
      (void)info->caller_of(frame, memory);
      (void)info->passed(frame, frame.pc, "outer", 5, memory, entry);
    }
  }
}

TEST_F(DebugInfoTest, TellsArgumentsOutOfRegistersAndWhatWasKeptOfThem) {
  folder_.write(
      "src/args.c",
      "struct pair { long a, b; };\n"
      "int sum(unsigned char *text, short less, struct pair *pair) { return *text + less + (int)pair->b; }\n");
  if (!compile("-nostdlib -static -Wl,--section-start=.text=0x1000000 -o vmlinux args.c thing.c")) {
    GTEST_SKIP() << "no compiler";
  }
  const auto info = DebugInfo::open_kernel(folder_.path("src/vmlinux"), 0x2c200000);
  ASSERT_TRUE(info) << info.error().text();
  FrameState frame;
  frame.pc = {0x1000000 + 0x2c200000};
  frame.registers[5] = 0xffffffff81000000;  // di
  frame.registers[4] = 0x123400000000fffe;  // si: only 16 bits are of the argument
  frame.registers[7] = 0xffffc90000001000;  // sp
  const ReadNumber memory = [](VirtAddr address, uint64_t bytes) -> std::optional<uint64_t> {
    return address.value == 0xffffc90000001000 && bytes == 8 ? std::optional<uint64_t>(0xffffffff82000000)
                                                             : std::nullopt;
  };
  const auto all = info->arguments(frame, memory, {});
  ASSERT_EQ(all.size(), 1);
  ASSERT_EQ(all[0].size(), 3);
  EXPECT_EQ(all[0][0].name, "text");
  EXPECT_EQ(all[0][0].type, "unsigned char *");
  EXPECT_TRUE(all[0][0].is_text);
  EXPECT_EQ(all[0][0].value, 0xffffffff81000000);
  EXPECT_EQ(all[0][1].value, 0xfffe);
  EXPECT_TRUE(all[0][1].info.is_signed);
  EXPECT_EQ(all[0][2].type, "struct pair *");
  EXPECT_EQ(all[0][2].value, std::nullopt) << "nothing is known of dx";

  frame.registers[3] = 7;
  const auto caller = info->caller_of(frame, memory);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->registers[7], 0xffffc90000001008);
  EXPECT_EQ(caller->registers[16], 0xffffffff82000000) << "the return address is on the stack";
  EXPECT_EQ(caller->registers[3], 7) << "bx is kept by calls";
  EXPECT_EQ(caller->registers[5], std::nullopt) << "di is not";
}

TEST_F(DebugInfoTest, TellsWhatACallerPassed) {
  folder_.write("src/call.c",
                "__attribute__((noinline, noipa)) int callee(long number) { return (int)number; }\n"
                "int caller(long kept) { return callee(kept + 3) + callee(42) + (int)kept; }\n");
  if (!compile("-nostdlib -static -Wl,--section-start=.text=0x1000000 -o vmlinux call.c thing.c")) {
    GTEST_SKIP() << "no compiler";
  }
  const auto info = DebugInfo::open_kernel(folder_.path("src/vmlinux"), 0);
  ASSERT_TRUE(info) << info.error().text();
  const ReadNumber nothing = [](VirtAddr, uint64_t) { return std::nullopt; };
  std::vector<uint64_t> passed;
  for (uint64_t at = 0x1000000; at < 0x1000100; ++at) {
    FrameState frame;
    frame.pc = {at};
    for (const size_t kept : {3, 6, 12}) frame.registers[kept] = 1000;  // wherever gcc keeps it across calls
    EXPECT_FALSE(info->passed(frame, {0x1000000}, "another", 5, nothing, {}));
    EXPECT_FALSE(info->passed(frame, {0x1000000}, "callee", 4, nothing, {}));
    if (const auto value = info->passed(frame, {0x1000000}, "callee.isra.0", 5, nothing, {})) passed.push_back(*value);
  }
  ASSERT_EQ(passed.size(), 2);
  EXPECT_TRUE(passed[1] == 42 || passed[0] == 42);
}

TEST_F(DebugInfoTest, PlacesAModuleWhereItsSectionsWereLoaded) {
  if (!compile("-ffunction-sections -c -o thing.ko thing.c")) GTEST_SKIP() << "no compiler";
  auto info = DebugInfo::open_module(folder_.path("src/thing.ko"), {{".text.outer", VirtAddr{0xffffffffc0100000}},
                                                                    {".text._start", VirtAddr{0xffffffffc0200000}}});
  ASSERT_TRUE(info) << info.error().text();
  expect_inlined(info->frames({0xffffffffc0100000}));
  const auto other = info->frames({0xffffffffc0200000});
  ASSERT_EQ(other.size(), 1);
  EXPECT_EQ(other[0].function, "_start");
  EXPECT_EQ(other[0].line, 7);
  EXPECT_TRUE(info->frames({0xffffffffc0300000}).empty());
}

TEST_F(DebugInfoTest, RefusesWhatIsNoElfFile) {
  const auto info = DebugInfo::open_kernel(folder_.write("vmlinux", "no ELF file at all"), 0);
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().code, ErrorCode::Unsupported);
  EXPECT_FALSE(DebugInfo::open_kernel(folder_.path("absent"), 0));
}

TEST_F(DebugInfoTest, FindsTheKernelsOwnFileAndNoOther) {
  if (!compile("-nostdlib -static -Wl,--build-id=0x00ff1122 -o vmlinux thing.c")) GTEST_SKIP() << "no compiler";
  const auto info = VmcoreInfo::parse("OSRELEASE=6.1.0-test\nBUILD-ID=00ff1122\n");
  const auto other = VmcoreInfo::parse("OSRELEASE=6.1.0-test\nBUILD-ID=1234\n");
  const std::string nowhere = folder_.path("nowhere");
  EXPECT_EQ(find_kernel_debug_info(info, folder_.path("src"), nowhere), folder_.path("src/vmlinux"));
  EXPECT_EQ(find_kernel_debug_info(other, folder_.path("src"), nowhere), std::nullopt);

  std::filesystem::create_directories(folder_.path("root/.build-id/00"));
  std::filesystem::copy(folder_.path("src/vmlinux"), folder_.path("root/.build-id/00/ff1122.debug"));
  EXPECT_EQ(find_kernel_debug_info(info, nowhere, folder_.path("root")),
            folder_.path("root/.build-id/00/ff1122.debug"));
}

TEST_F(DebugInfoTest, FindsModulesHoweverTheirNamesAreSpelled) {
  const std::string path = folder_.write("root/lib/modules/6.1.0-test/kernel/net/nf-thing.ko.debug", "x");
  const auto info = VmcoreInfo::parse("OSRELEASE=6.1.0-test\n");
  const std::string nowhere = folder_.path("nowhere");
  EXPECT_EQ(find_module_debug_info(info, "nf_thing", "", nowhere, folder_.path("root")), path);
  EXPECT_EQ(find_module_debug_info(info, "thing", "", nowhere, folder_.path("root")), std::nullopt);
  EXPECT_EQ(find_module_debug_info(info, "../nf_thing", "", nowhere, folder_.path("root")), std::nullopt);
}

}  // namespace
}  // namespace inquest::vmcore
