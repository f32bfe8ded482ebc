#include "crashtext/mce.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crashtext/mca_code.h"
#include "crashtext/smca.h"

namespace inquest::crashtext {
namespace {

using ::testing::HasSubstr;

MceRecord record_of(std::initializer_list<std::string_view> lines) {
  MceRecord record;
  for (const std::string_view line : lines) EXPECT_TRUE(record.read(line)) << line;
  return record;
}

std::string field(const Reading& reading, std::string_view name) {
  const auto found = std::ranges::find(reading.fields, name, &Reading::Field::name);
  return found == reading.fields.end() ? std::string("-") : found->value;
}

TEST(McaCode, ReadsTheCompoundCodes) {
  struct Case {
    uint32_t code;
    std::string_view text;
  };
  constexpr auto kCases = std::to_array<Case>({
      {0x0000, "no error code"},
      {0x0005, "internal parity error"},
      {0x0400, "internal timer error"},
      {0x0e0b, "I/O error"},
      {0x0090, "memory controller: read error, channel 0"},
      {0x009f, "memory controller: read error, channel not given"},
      {0x00c2, "memory controller: scrubbing error, channel 2"},
      {0x0150, "cache error, instruction, L0/L1, instruction fetch"},
      {0x0134, "cache error, data, L0/L1, data read"},
      {0x1152, "cache error, instruction, L2, instruction fetch"},
      {0x0017, "TLB error, data, any level"},
      {0x0b0f,
       "bus or interconnect error: this processor answered, generic error, target other, any level, the request timed "
       "out"},
      {0x0408, "internal unclassified error 0x008"},
  });
  for (const Case& c : kCases) EXPECT_EQ(read_mca_code(c.code).text, c.text) << std::hex << c.code;
}

TEST(Mce, ReadsTheKernelsLines) {
  const MceRecord record = record_of({
      "mce: [Hardware Error]: CPU 3: Machine Check: 0 Bank 6: cc59214000041152",
      "mce: [Hardware Error]: TSC 0 ADDR 143200200 MISC 7022004086 ",
      "mce: [Hardware Error]: PROCESSOR 0:406e3 TIME 1702475172 SOCKET 0 APIC 3 microcode d6",
  });
  EXPECT_EQ(record.cpu, 3U);
  EXPECT_EQ(record.bank, 6U);
  EXPECT_EQ(record.addr, 0x143200200U);
  EXPECT_EQ(record.time, 1702475172U);
  EXPECT_EQ(record.microcode, 0xd6U);
  EXPECT_EQ(record.processor.vendor, CpuVendor::Intel);
  EXPECT_EQ(record.processor.model, 0x4eU);
  EXPECT_EQ(mce_severity(record), MceSeverity::Corrected);
  const Reading reading = read_mce(record);
  EXPECT_THAT(field(reading, "processor"), HasSubstr("Skylake"));
  EXPECT_EQ(field(reading, "corrected count"), "25733");
}

TEST(Mce, ReadsEdacOnAmd) {
  const MceRecord record = record_of({
      "[Hardware Error]: CPU:21 (19:21:0) MC5_STATUS[-|UE|MiscV|AddrV|PCC|TCC|SyndV|-|-|-]: 0xbea0000000000108",
      "[Hardware Error]: Error Addr: 0x01ffffffc080cb3a",
      "[Hardware Error]: IPID: 0x000500b000000000, Syndrome: 0x000000004d000000",
  });
  EXPECT_EQ(record.bank, 5U);
  EXPECT_EQ(record.cpu, 21U);
  EXPECT_EQ(record.addr, 0x01ffffffc080cb3aU);
  EXPECT_EQ(mce_severity(record), MceSeverity::Fatal);
  const Reading reading = read_mce(record);
  EXPECT_THAT(field(reading, "unit"), HasSubstr("execution unit (EX)"));
  EXPECT_THAT(field(reading, "extended code"), HasSubstr("0: watchdog timeout"));
  EXPECT_THAT(field(reading, "processor"), HasSubstr("Vermeer"));
}

TEST(Mce, ReadsOtherProgramsRecords) {
  const MceRecord mcelog =
      record_of({"CPU 0 2", "STATUS 1234", "TSC 3062652eaab", "RIP 3f:<5678>", "MCGSTATUS 0x123", "PROCESSOR 0:106a0"});
  EXPECT_EQ(mcelog.cpu, 0U);
  EXPECT_EQ(mcelog.bank, 2U);
  EXPECT_EQ(mcelog.status, 0x1234U);
  EXPECT_EQ(mcelog.mcg_status, 0x123U);
  EXPECT_EQ(mcelog.ip, 0x5678U);
  EXPECT_EQ(mcelog.processor.model, 0x1aU);
  const MceRecord xen = record_of({"(XEN) Bank 2: d400008000040150 at    182c480179cf0"});
  EXPECT_EQ(xen.bank, 2U);
  EXPECT_EQ(xen.status, 0xd400008000040150U);
  const MceRecord daemon =
      record_of({"bank=5, status= 8c00004000010090, cpu= 4, socketid= 1, addr= 0x12340, CPUID= 0"});
  EXPECT_EQ(daemon.bank, 5U);
  EXPECT_EQ(daemon.cpu, 4U);
  EXPECT_EQ(daemon.socket, 1U);
  EXPECT_EQ(daemon.addr, 0x12340U);
  const MceRecord printed = record_of({"CPUID Vendor Intel Family 6 Model 85", "MCGSTATUS 5"});
  EXPECT_EQ(printed.processor.model, 0x55U);
}

TEST(Mce, TellsTheSeverities) {
  const auto severity = [](uint64_t status, CpuVendor vendor) {
    MceRecord record;
    record.status = status;
    record.processor.vendor = vendor;
    return mce_severity(record);
  };
  EXPECT_EQ(severity(0x3e00000000800400, CpuVendor::Intel), MceSeverity::None);
  EXPECT_EQ(severity(0xbe00000000800400, CpuVendor::Intel), MceSeverity::Fatal);
  EXPECT_EQ(severity(0xbd80000000100134, CpuVendor::Intel), MceSeverity::ActionRequired);
  EXPECT_EQ(severity(0xbd000000001000c0, CpuVendor::Intel), MceSeverity::ActionOptional);
  EXPECT_EQ(severity(0xbc000000001000c0, CpuVendor::Intel), MceSeverity::NoAction);
  EXPECT_EQ(severity(0x8c00004000010090, CpuVendor::Intel), MceSeverity::Corrected);
  EXPECT_EQ(severity(0x9c20100000010137, CpuVendor::Amd), MceSeverity::Deferred);
  EXPECT_EQ(severity(0xbca0000000010137, CpuVendor::Amd), MceSeverity::ActionRequired);
  EXPECT_EQ(severity(0xbc00000000010137, CpuVendor::Unknown), MceSeverity::Uncorrected);
}

TEST(Mce, SaysThatATimeoutIsAWitness) {
  MceRecord record;
  record.status = 0xbe00000000800400;
  record.processor.vendor = CpuVendor::Intel;
  const Reading reading = read_mce(record);
  EXPECT_THAT(reading.meaning, HasSubstr("context is corrupt"));
  EXPECT_THAT(field(reading, "error"), HasSubstr("internal timer error"));
  EXPECT_EQ(field(reading, "flags"), "VAL UC EN MISCV ADDRV PCC");
  EXPECT_TRUE(std::ranges::any_of(reading.notes,
                                  [](const std::string& note) { return note.find("witness") != std::string::npos; }));
}

TEST(Mce, FindsSmcaBanks) {
  EXPECT_EQ(find_smca_bank(0x0001002e00000500)->name, "PIE");
  EXPECT_EQ(find_smca_bank(0x0000009600050f00)->name, "UMC");
  EXPECT_EQ(find_smca_bank(0xffffffffffffffff), nullptr);
  EXPECT_EQ(usual_smca_bank(0x17, 0x01, 0)->name, "LS");
  EXPECT_EQ(usual_smca_bank(0x19, 0x21, 0)->name, "LS_V2");
  EXPECT_EQ(usual_smca_bank(0x19, 0x21, 20), nullptr);
}

TEST(Mce, LeavesOtherLinesAlone) {
  MceRecord record;
  for (const char* line : {"", "usb 1-1: new device", "CPU", "STATUS", "STATUS zz", "Bank", "MC_STATUS[", "RIP"}) {
    EXPECT_FALSE(record.read(line)) << line;
  }
  EXPECT_THAT(read_mce(record).meaning, HasSubstr("missing"));
}

}  // namespace
}  // namespace inquest::crashtext
