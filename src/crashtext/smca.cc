#include "crashtext/smca.h"

#include <algorithm>
#include <array>

namespace inquest::crashtext {
namespace {

constexpr auto kLs = std::to_array<std::string_view>({
    "load queue parity",
    "store queue parity",
    "miss address buffer payload parity",
    "L1 TLB parity",
    "data cache tag error type 5",
    "data cache tag error type 6",
    "data cache tag error type 1",
    "internal error type 1",
    "internal error type 2",
    "system read data error, thread 0",
    "system read data error, thread 1",
    "data cache tag error type 2",
    "data cache data error type 1, poison consumption",
    "data cache data error type 2",
    "data cache data error type 3",
    "data cache tag error type 4",
    "L2 TLB parity",
    "page directory cache parity",
    "data cache tag error type 3",
    "data cache tag error type 5",
    "L2 fill data error",
});

constexpr auto kLsV2 = std::to_array<std::string_view>({
    "ECC error on a data cache read by a probe or victimisation",
    "ECC error or L2 poison on a data cache read by a load",
    "ECC error on a data cache read-modify-write by a store",
    "ECC error or poison mismatch on a tag read by a probe or victimisation",
    "ECC error or poison mismatch on a tag read by a load",
    "ECC error or poison mismatch on a tag read by a store",
    "ECC error on an EMEM read by a load",
    "ECC error on an EMEM read-modify-write by a store",
    "parity error in an L1 TLB entry",
    "parity error in an L2 TLB entry",
    "parity error in a page walk cache entry",
    "parity error in a store queue entry",
    "parity error in a load queue entry",
    "parity error in a miss address buffer entry",
    "parity error in the state of a store coalescing buffer entry",
    "parity error in the address of a store coalescing buffer entry",
    "parity error in the data of a store coalescing buffer entry",
    "parity error in a write combining buffer entry",
    "poisoned line in a store coalescing buffer entry",
    "system read data error returned from L2 for a load",
    "system read data error returned from L2 for a store",
    "system read data error returned from L2 for a write combining store",
    "hardware assertion",
    "parity error in store-to-load forwarding or store data",
});

constexpr auto kIf = std::to_array<std::string_view>({
    "microtag probe port parity",
    "microtag or full tag multi-hit",
    "full tag parity",
    "instruction cache data array parity",
    "prefetch request queue parity",
    "L0 ITLB parity",
    "L1 ITLB parity",
    "L2 ITLB parity",
    "branch prediction queue snoop parity, thread 0",
    "branch prediction queue snoop parity, thread 1",
    "L1 BTB multi-hit",
    "L2 BTB multi-hit",
    "L2 cache response poison",
    "system read data error",
    "hardware assertion",
    "L1 TLB multi-hit",
    "L2 TLB multi-hit",
    "BSR parity",
    "CT MCE",
});

constexpr auto kL2 = std::to_array<std::string_view>({
    "tag multiple-way hit",
    "tag or state array ECC error",
    "data array ECC error",
    "hardware assertion",
    "SDP read response parity",
});

constexpr auto kDe = std::to_array<std::string_view>({
    "micro-op cache tag parity",
    "micro-op cache data parity",
    "instruction buffer parity",
    "micro-op queue parity",
    "instruction dispatch queue parity",
    "fetch address FIFO parity",
    "patch RAM data parity",
    "patch RAM sequencer parity",
    "micro-op buffer parity",
    "hardware assertion",
});

constexpr auto kEx = std::to_array<std::string_view>({
    "watchdog timeout: no instruction was retired for a long time",
    "physical register file parity",
    "flag register file parity",
    "immediate displacement register file parity",
    "address generator payload parity",
    "execution payload parity",
    "checkpoint queue parity",
    "retire dispatch queue parity",
    "retire status queue parity",
    "scheduler queue parity",
    "branch buffer queue parity",
    "hardware assertion",
    "speculative map parity",
    "retire map parity",
});

constexpr auto kFp = std::to_array<std::string_view>({
    "physical register file parity",
    "freelist parity",
    "schedule queue parity",
    "non-schedulable queue parity",
    "retire queue parity",
    "status register file parity",
    "hardware assertion",
    "mask register file parity",
});

constexpr auto kL3 = std::to_array<std::string_view>({
    "shadow tag macro ECC error",
    "shadow tag macro multi-way hit",
    "tag ECC error",
    "tag multi-way hit",
    "data ECC error",
    "SDP parity error from XI",
    "victim queue data fabric error",
    "hardware assertion",
    "XI write combining buffer parity, poison created",
});

constexpr auto kCs = std::to_array<std::string_view>({
    "illegal request",
    "address violation",
    "security violation",
    "illegal response",
    "unexpected response",
    "request or probe parity",
    "read response parity",
    "atomic request parity",
    "probe filter ECC error",
});

constexpr auto kCsV2 = std::to_array<std::string_view>({
    "illegal request",
    "address violation",
    "security violation",
    "illegal response",
    "unexpected response",
    "request or probe parity",
    "read response parity",
    "atomic request parity",
    "read response had no match in the queue",
    "probe filter protocol error",
    "probe filter ECC error",
    "read response had an unexpected retry",
    "counter overflow",
    "counter underflow",
    "illegal request on the no-data channel",
    "address violation on the no-data channel",
    "security violation on the no-data channel",
    "hardware assertion",
});

constexpr auto kPie = std::to_array<std::string_view>({
    "hardware assertion",
    "register security violation",
    "link error",
    "poison data consumption",
    "deferred error in the data fabric",
    "watchdog timeout",
    "SRAM ECC error in the CNLI block",
    "register access during a C-state of the fabric",
});

constexpr auto kUmc = std::to_array<std::string_view>({
    "DRAM ECC error",
    "data poison error",
    "SDP parity error",
    "advanced peripheral bus error",
    "address or command parity error",
    "write data CRC error",
    "DCQ SRAM ECC error",
    "AES SRAM ECC error",
    "ECS row error",
    "ECS error",
    "throttling error",
    "read CRC error",
});

constexpr auto kUmcV2 = std::to_array<std::string_view>({
    "DRAM ECC error",
    "data poison error",
    "SDP parity error",
    "reserved",
    "address or command parity error",
    "write data parity error",
    "DCQ SRAM ECC error",
    "reserved",
    "read data parity error",
    "rdb SRAM ECC error",
    "rdRsp SRAM ECC error",
    "LM32 MP errors",
});

constexpr auto kMall = std::to_array<std::string_view>({
    "counter overflow",
    "counter underflow",
    "write data parity",
    "read response parity",
    "tag ECC error, macro 0",
    "tag ECC error, macro 1",
    "data ECC error",
});

constexpr auto kPb = std::to_array<std::string_view>({
    "ECC error in the parameter block RAM",
});

constexpr auto kPsp = std::to_array<std::string_view>({
    "ECC or parity error in a RAM of the security processor",
});

constexpr auto kPspV2 = std::to_array<std::string_view>({
    "high SRAM ECC or parity error",
    "low SRAM ECC or parity error",
    "instruction cache bank 0 ECC or parity error",
    "instruction cache bank 1 ECC or parity error",
    "instruction tag RAM 0 parity",
    "instruction tag RAM 1 parity",
    "data cache bank 0 ECC or parity error",
    "data cache bank 1 ECC or parity error",
    "data cache bank 2 ECC or parity error",
    "data cache bank 3 ECC or parity error",
});

constexpr auto kSmu = std::to_array<std::string_view>({
    "ECC or parity error in a RAM of the management unit",
});

constexpr auto kSmuV2 = std::to_array<std::string_view>({
    "high SRAM ECC or parity error",
    "low SRAM ECC or parity error",
    "data cache bank A ECC or parity error",
    "data cache bank B ECC or parity error",
    "data tag cache bank A ECC or parity error",
    "data tag cache bank B ECC or parity error",
    "instruction cache bank A ECC or parity error",
    "instruction cache bank B ECC or parity error",
    "instruction tag cache bank A ECC or parity error",
    "instruction tag cache bank B ECC or parity error",
    "system hub read buffer ECC or parity error",
});

constexpr auto kMp5 = std::to_array<std::string_view>({
    "high SRAM ECC or parity error",
    "low SRAM ECC or parity error",
});

constexpr auto kNbio = std::to_array<std::string_view>({
    "ECC or parity error",
    "PCIe error",
    "external SDP error event",
    "SDP egress poison error",
    "internal poison error",
    "internal system fatal error event",
});

constexpr auto kPcie = std::to_array<std::string_view>({
    "CCIX protocol error message logged",
    "CCIX read response: non-data error",
    "CCIX write response: non-data error",
    "CCIX read response: data error",
    "CCIX write response: data error",
});

constexpr auto kPcieV2 = std::to_array<std::string_view>({
    "SDP parity error logged",
});

// arch/x86/kernel/cpu/mce/amd.c, smca_hwid_mcatypes[]; the errors' names are those of AMD's Processor Programming
// References.
constexpr auto kBanks = std::to_array<SmcaBank>({
    {"LS", "load-store unit", 0xb0, 0x0, kLs},
    {"LS_V2", "load-store unit", 0xb0, 0x10, kLsV2},
    {"IF", "instruction fetch unit", 0xb0, 0x1, kIf},
    {"L2", "L2 cache", 0xb0, 0x2, kL2},
    {"DE", "decode unit", 0xb0, 0x3, kDe},
    {"EX", "execution unit", 0xb0, 0x5, kEx},
    {"FP", "floating-point unit", 0xb0, 0x6, kFp},
    {"L3", "L3 cache", 0xb0, 0x7, kL3},
    {"CS", "coherent station of the data fabric", 0x2e, 0x0, kCs},
    {"PIE", "power, interrupts and the rest of the data fabric", 0x2e, 0x1, kPie},
    {"CS_V2", "coherent station of the data fabric", 0x2e, 0x2, kCsV2},
    {"MALL", "memory-attached last-level cache", 0x2e, 0x4, kMall},
    {"UMC", "memory controller", 0x96, 0x0, kUmc},
    {"UMC_V2", "memory controller", 0x96, 0x1, kUmcV2},
    {"PB", "parameter block", 0x5, 0x0, kPb},
    {"PSP", "security processor", 0xff, 0x0, kPsp},
    {"PSP_V2", "security processor", 0xff, 0x1, kPspV2},
    {"SMU", "system management unit", 0x1, 0x0, kSmu},
    {"SMU_V2", "system management unit", 0x1, 0x1, kSmuV2},
    {"MP5", "microprocessor 5", 0x1, 0x2, kMp5},
    {"MPDMA", "MPDMA unit", 0x1, 0x3, {}},
    {"NBIO", "northbridge I/O unit", 0x18, 0x0, kNbio},
    {"PCIE", "PCIe root port", 0x46, 0x0, kPcie},
    {"PCIE_V2", "PCIe root port", 0x46, 0x1, kPcieV2},
    {"XGMI_PCS", "link between sockets (xGMI)", 0x50, 0x0, {}},
    {"NBIF", "NBIF unit", 0x6c, 0x0, {}},
    {"SHUB", "system hub", 0x80, 0x0, {}},
    {"SATA", "SATA unit", 0xa8, 0x0, {}},
    {"USB", "USB unit", 0xaa, 0x0, {}},
    {"USR_DP", "ultra short reach data plane", 0x170, 0x0, {}},
    {"USR_CP", "ultra short reach control plane", 0x180, 0x0, {}},
    {"GMI_PCS", "link between dies (GMI)", 0x241, 0x0, {}},
    {"XGMI_PHY", "PHY of the link between sockets", 0x259, 0x0, {}},
    {"WAFL_PHY", "WAFL PHY", 0x267, 0x0, {}},
    {"GMI_PHY", "PHY of the link between dies", 0x269, 0x0, {}},
});

}  // namespace

const SmcaBank* find_smca_bank(uint64_t ipid) {
  const auto hwid = static_cast<uint32_t>(ipid >> 32U & 0xfffU);
  const auto type = static_cast<uint32_t>(ipid >> 48U & 0xffffU);
  const auto* found =
      std::ranges::find_if(kBanks, [&](const SmcaBank& bank) { return bank.hwid == hwid && bank.type == type; });
  return found == kBanks.end() ? nullptr : found;
}

const SmcaBank* find_smca_bank(std::string_view name) {
  const auto* found = std::ranges::find(kBanks, name, &SmcaBank::name);
  return found == kBanks.end() ? nullptr : found;
}

const SmcaBank* usual_smca_bank(uint32_t family, uint32_t model, uint64_t bank) {
  // The load-store unit's error codes changed with Zen 2.
  const bool zen1 = family == 0x17 && model < 0x30;
  switch (bank) {
    case 0: return find_smca_bank(zen1 ? "LS" : "LS_V2");
    case 1: return find_smca_bank("IF");
    case 2: return find_smca_bank("L2");
    case 3: return find_smca_bank("DE");
    case 5: return find_smca_bank("EX");
    case 6: return find_smca_bank("FP");
    default: return nullptr;
  }
}

}  // namespace inquest::crashtext
