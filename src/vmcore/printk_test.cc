// The log buffer of kernels before v5.10. That of later ones is tested on dumps of kernels that really died.
#include "vmcore/printk.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/dump_builder.h"

namespace inquest::vmcore {
namespace {

using testing::Bytes;
using testing::open_dump;
using testing::SyntheticMachine;

constexpr uint64_t kVariables = SyntheticMachine::kKernelMap + 0x100000;
constexpr uint64_t kBuffer = SyntheticMachine::kKernelMap + 0x110000;
constexpr uint32_t kHeader = 16;

void put_number(std::string& out, uint64_t value, size_t width) {
  out.append(reinterpret_cast<const char*>(&value), width);
}

// struct printk_log and its text, filled up to a multiple of 8.
std::string record(uint64_t time_ns, int level, std::string_view text) {
  std::string out;
  const size_t length = (kHeader + text.size() + 7) / 8 * 8;
  put_number(out, time_ns, 8);
  put_number(out, length, 2);
  put_number(out, text.size(), 2);
  put_number(out, 0, 3);                                  // dict_len, facility
  put_number(out, static_cast<uint64_t>(level) << 5, 1);  // flags:5, level:3
  out += text;
  out.resize(length);
  return out;
}

std::string description() {
  return fmt::format(
      "SYMBOL(log_buf)={:x}\nSYMBOL(log_buf_len)={:x}\nSYMBOL(log_first_idx)={:x}\nSYMBOL(log_next_idx)={:x}\n"
      "SIZE(printk_log)=16\nOFFSET(printk_log.ts_nsec)=0\nOFFSET(printk_log.len)=8\nOFFSET(printk_log.text_len)=10\n"
      "OFFSET(printk_log.dict_len)=12\n",
      kVariables, kVariables + 8, kVariables + 12, kVariables + 16);
}

// The answer for a buffer of that size with these bytes in it.
Result<KernelLog> log_of(const std::string& buffer, uint32_t size, uint32_t first, uint32_t next) {
  SyntheticMachine machine;
  std::string variables;
  put_number(variables, kBuffer, 8);
  put_number(variables, size, 4);
  put_number(variables, first, 4);
  put_number(variables, next, 4);
  machine.write(machine.image(kVariables), variables);
  machine.write(machine.image(kBuffer), buffer);
  const Bytes file = testing::elf_of(machine);
  auto dump = open_dump({&file});
  if (!dump) return fail(dump.error());
  return read_log(dump->kernel(), VmcoreInfo::parse(description()));
}

TEST(Printk, ReadsTheRecordsOfKernelsBefore510) {
  const std::string buffer = record(1'500'000, 6, "Linux version 4.19.0") + record(8'133'271'000, 0, "Kernel panic");
  const auto log = log_of(buffer, 4096, 0, static_cast<uint32_t>(buffer.size()));
  ASSERT_TRUE(log) << log.error().text();
  ASSERT_EQ(log->records.size(), 2);
  EXPECT_EQ(log_line(log->records[0]), "[    0.001500] Linux version 4.19.0\n");
  EXPECT_EQ(log_line(log->records[1]), "[    8.133271] Kernel panic\n");
  EXPECT_EQ(log->records[0].level, 6);
  EXPECT_EQ(log->records[1].level, 0);
  EXPECT_TRUE(log->problems.empty());
}

TEST(Printk, GoesOnAtTheStartWhereTheBufferIsFull) {
  const std::string newest = record(3'000'000'000, 4, "third");
  const std::string middle = record(1'000'000'000, 4, "first") + record(2'000'000'000, 4, "second");
  std::string buffer = newest;
  buffer.resize(256);
  buffer += middle;
  buffer += std::string(kHeader, '\0');  // a length of zero: the next is at the start
  const auto log = log_of(buffer, 4096, 256, static_cast<uint32_t>(newest.size()));
  ASSERT_TRUE(log) << log.error().text();
  ASSERT_EQ(log->records.size(), 3);
  EXPECT_EQ(log->records[0].text, "first");
  EXPECT_EQ(log->records[1].text, "second");
  EXPECT_EQ(log->records[2].text, "third");
}

TEST(Printk, KeepsWhatCameBeforeARecordThatCannotBe) {
  std::string buffer = record(1'000'000'000, 4, "before") + record(2'000'000'000, 4, "damaged");
  buffer[32 + 8] = '\x01';  // a record shorter than its header leads nowhere
  buffer[32 + 9] = '\0';
  const auto log = log_of(buffer, 64, 0, 48);
  ASSERT_TRUE(log) << log.error().text();
  ASSERT_FALSE(log->records.empty());
  EXPECT_EQ(log->records[0].text, "before");
  EXPECT_LT(log->records.size(), 100U);
}

TEST(Printk, SaysWhatTheNoteDoesNotTell) {
  SyntheticMachine machine;
  const Bytes file = testing::elf_of(machine);
  auto dump = open_dump({&file});
  ASSERT_TRUE(dump) << dump.error().text();
  const auto log = read_log(dump->kernel(), VmcoreInfo());
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace inquest::vmcore
