// What the platform's own numbers and lines mean: AER, resets, NMI, Xid, NVMe, disks, APEI, the BMC, ZFS and Proxmox
// VE.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crashtext/aer.h"
#include "crashtext/cper.h"
#include "crashtext/disk_status.h"
#include "crashtext/nmi.h"
#include "crashtext/nvme_status.h"
#include "crashtext/reset_reason.h"
#include "crashtext/sel_entry.h"
#include "crashtext/upid.h"
#include "crashtext/xid.h"
#include "crashtext/zed_event.h"

namespace inquest::crashtext {
namespace {

using ::testing::HasSubstr;

std::string field(const Reading& reading, std::string_view name) {
  const auto found = std::ranges::find(reading.fields, name, &Reading::Field::name);
  return found == reading.fields.end() ? std::string("-") : found->value;
}

TEST(Aer, NamesTheBitsAndTheirSeverity) {
  const Reading gone = read_aer_uncorrectable(0x00000020);
  EXPECT_THAT(gone.meaning, HasSubstr("surprise down"));
  EXPECT_THAT(field(gone, "bit 5 SDES"), HasSubstr("fatal by default"));
  const Reading unsupported = read_aer_uncorrectable(0x00100000, 0x000ef030);
  EXPECT_THAT(field(unsupported, "bit 20 UnsupReq"), HasSubstr("non-fatal"));
  EXPECT_THAT(read_aer_uncorrectable(0).meaning, HasSubstr("no error bit"));
  EXPECT_THAT(read_aer_correctable(0x00000040).meaning, HasSubstr("bad packet"));
}

TEST(Aer, ReadsTheKernelsLines) {
  EXPECT_THAT(read_aer_line("aer_uncor_status: 0x00100000, aer_uncor_mask: 0x00018000")->meaning,
              HasSubstr("unsupported request"));
  EXPECT_THAT(read_aer_line("pcieport 0000:00:1c.0:   device [8086:9d15] error status/mask=00000001/00002000")->meaning,
              HasSubstr("receiver error"));
  EXPECT_THAT(read_aer_line("  device [10de:2204] error status/mask=00004000/00400000")->meaning,
              HasSubstr("completion timeout"));
  const auto packet = read_aer_line("TLP Header: 40000001 0000000f 90028090 00000000");
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->meaning, "memory write at 0x90028090");
  EXPECT_FALSE(read_aer_line("TLP Header: 40000001"));
  EXPECT_FALSE(read_aer_line("something else"));
}

TEST(ResetReason, NamesTheBits) {
  EXPECT_THAT(read_reset_reason(0x08000800).meaning, HasSubstr("data fabric sync flood"));
  EXPECT_THAT(read_reset_reason(0x00080800).meaning, HasSubstr("0x6"));
  EXPECT_THAT(read_reset_reason(0x02000800).meaning, HasSubstr("watchdog"));
  EXPECT_THAT(read_reset_reason(0xffffffff).meaning, HasSubstr("not there"));
  EXPECT_THAT(read_reset_reason(0x800).meaning, HasSubstr("cut of power"));
  EXPECT_EQ(find_reset_reason("x86/amd: Previous system reset reason [0x08000800]: x"), 0x08000800U);
  EXPECT_FALSE(find_reset_reason("x86/amd: Previous system reset reason: x"));
}

TEST(Nmi, DoesNotReadMoreThanThereIs) {
  EXPECT_THAT(read_nmi_reason(0x3d).meaning, HasSubstr("does not tell"));
  EXPECT_THAT(read_nmi_reason(0xb1).meaning, HasSubstr("SERR#"));
  EXPECT_THAT(read_nmi_reason(0x71).meaning, HasSubstr("IOCHK#"));
  EXPECT_EQ(find_nmi_reason("Uhhuh. NMI received for unknown reason 3d on CPU 0."), 0x3d);
  EXPECT_FALSE(find_nmi_reason("no reason at all"));
}

TEST(Xid, KnowsTheCatalogue) {
  EXPECT_THAT(read_xid(79).meaning, HasSubstr("fallen off the bus"));
  EXPECT_THAT(field(read_xid(31), "blame"), HasSubstr("program"));
  EXPECT_THAT(read_xid(9999).meaning, HasSubstr("not in the table"));
  EXPECT_EQ(find_xid_number("NVRM: Xid (PCI:0000:01:00): 79, pid=1234, GPU has fallen off the bus."), 79U);
  EXPECT_FALSE(find_xid_number("NVRM: GPU at PCI:0000:01:00"));
  std::set<uint32_t> numbers;
  for (const Xid& xid : xids()) EXPECT_TRUE(numbers.insert(xid.number).second) << xid.number;
}

TEST(Nvme, ReadsStatusAndController) {
  EXPECT_THAT(read_nvme_line("nvme0n1: I/O Cmd(0x2) @ LBA 1, 8 blocks, I/O Error (sct 0x2 / sc 0x81) DNR")->meaning,
              HasSubstr("unrecovered read error"));
  EXPECT_THAT(read_nvme_line("nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0xffff")->meaning,
              HasSubstr("does not answer"));
  EXPECT_THAT(read_nvme_csts(3).meaning, HasSubstr("has failed"));
  EXPECT_THAT(read_nvme_status(0x371).meaning, HasSubstr("aborted by the host"));
  EXPECT_THAT(field(read_nvme_status(0x4002), "do not retry"), HasSubstr("yes"));
  EXPECT_FALSE(read_nvme_line("status: 0x2"));
}

TEST(Disk, ReadsAtaAndScsi) {
  EXPECT_THAT(read_disk_line("         res 51/40:08:00:00:00/00:00:00:00:00/00 Emask 0x9 (media error)")->meaning,
              HasSubstr("uncorrectable"));
  EXPECT_THAT(read_disk_line("ata1.00: exception Emask 0x10 SAct 0x1 SErr 0x400000 action 0x6 frozen")->meaning,
              HasSubstr("link had errors"));
  EXPECT_THAT(read_disk_line("sd 0:0:0:0: [sda] Sense Key : Medium Error [current]")->meaning,
              HasSubstr("medium error"));
  EXPECT_THAT(read_sense(3, 0x11, 0).meaning, HasSubstr("unrecovered read error"));
  EXPECT_THAT(read_ata(0x51, 0x84).meaning, HasSubstr("cable"));
  EXPECT_THAT(read_ata(0xff, 0).meaning, HasSubstr("not there"));
  EXPECT_FALSE(read_disk_line("nothing"));
}

TEST(Cper, ReadsSectionsAndSeverities) {
  EXPECT_THAT(read_cper("{1}[Hardware Error]:   section_type: PCIe error")->what, HasSubstr("PCIe error"));
  EXPECT_THAT(read_cper("{1}[Hardware Error]: event severity: fatal")->meaning, HasSubstr("panics"));
  EXPECT_THAT(read_cper("[Hardware Error]:   error_type: 3, multi-bit ECC")->meaning, HasSubstr("replace the DIMM"));
  EXPECT_THAT(read_cper("A5BC1114-6F64-4EDE-B863-3E83ED7C83B1")->what, HasSubstr("memory error"));
  EXPECT_THAT(read_cper("2")->what, HasSubstr("corrected"));
  EXPECT_FALSE(read_cper("section_type: unheard of"));
  EXPECT_FALSE(read_cper(""));
}

TEST(Sel, ReadsLinesAndRawRecords) {
  const auto line = parse_sel_entry("   1a | 02/09/2026 | 15:54:50 | Memory #0x53 | Uncorrectable ECC | Asserted");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->id, 0x1aU);
  EXPECT_EQ(format_utc({*line->time, Precision::Second}), "2026-02-09T15:54:50Z");
  EXPECT_EQ(line->sensor, "Memory #0x53");
  EXPECT_EQ(line->asserted, true);
  EXPECT_THAT(read_sel_entry(*line).meaning, HasSubstr("could not repair"));
  EXPECT_THAT(field(read_sel_entry(*line), "time"), HasSubstr("2026-02-09T15:54:50 by the BMC's clock"));

  const auto raw = parse_sel_entry("01 00 02 0a 05 8a 69 20 00 04 0c 53 6f 01 ff ff");
  ASSERT_TRUE(raw);
  EXPECT_EQ(raw->sensor, "Memory #0x53");
  EXPECT_EQ(raw->event, "Uncorrectable ECC");
  EXPECT_EQ(format_utc({*raw->time, Precision::Second}), "2026-02-09T16:02:18Z");

  EXPECT_FALSE(parse_sel_entry("01 00 02"));
  EXPECT_FALSE(parse_sel_entry("a | b"));
  EXPECT_FALSE(parse_sel_entry(""));
}

TEST(Zed, ReadsEvents) {
  const auto event = parse_zed_event("zed[9864]: eid=11 class=data pool='tank' priority=0 err=52 flags=0x8081");
  ASSERT_TRUE(event);
  const Reading reading = read_zed_event(*event);
  EXPECT_THAT(reading.meaning, HasSubstr("beyond repair"));
  EXPECT_THAT(field(reading, "err"), HasSubstr("ECKSUM"));
  EXPECT_THAT(field(reading, "priority"), HasSubstr("synchronous read"));
  EXPECT_THAT(reading.notes.back(), HasSubstr("zpool events -v"));
  EXPECT_THAT(field(read_zed_event(*parse_zed_event("eid=1 class=checksum size=16384 offset=3557686005760")), "offset"),
              HasSubstr("3.24 TiB"));
  EXPECT_FALSE(parse_zed_event("eid=1"));
}

TEST(Upid, GivesTheTimeOfTheBoot) {
  const auto upid = parse_upid("starting task UPID:node1:00001234:000186A0:65A0B0C0:qmstart:101:root@pam:");
  ASSERT_TRUE(upid);
  EXPECT_EQ(upid->pid, 0x1234U);
  EXPECT_EQ(upid->uptime, 1000 * kSecond);
  EXPECT_EQ(format_utc({upid->started, Precision::Second}), "2024-01-12T03:23:44Z");
  EXPECT_EQ(format_utc({upid->booted(), Precision::Second}), "2024-01-12T03:07:04Z");
  EXPECT_EQ(field(read_upid(*upid), "uptime"), "1000.00 s");
  for (const char* bad : {"", "UPID:", "UPID:n:x:y:z:t:i:u:", "UPID:n:1:FFFFFFFFFFFFFF:1:t:i:u:"})
    EXPECT_FALSE(parse_upid(bad)) << bad;
}

}  // namespace
}  // namespace inquest::crashtext
