#include "vmcore/orc.h"

#include <algorithm>
#include <array>

namespace inquest::vmcore {

namespace {

// What V4 calls 0 to 10. It has AX besides, which no code of a kernel's before used; it stays without a meaning.
constexpr std::array<OrcRegister, 11> kV4Registers = {
    OrcRegister::Undefined, OrcRegister::Undefined,  OrcRegister::Dx,        OrcRegister::Sp,
    OrcRegister::Bp,        OrcRegister::Di,         OrcRegister::R10,       OrcRegister::R13,
    OrcRegister::PrevSp,    OrcRegister::SpIndirect, OrcRegister::BpIndirect};

std::optional<OrcRegister> decode_register(uint64_t number, OrcVersion version) {
  if (version == OrcVersion::V4) {
    if (number >= kV4Registers.size()) return std::nullopt;
    return kV4Registers[number];
  }
  if (number > static_cast<uint64_t>(OrcRegister::SpIndirect)) return std::nullopt;
  return static_cast<OrcRegister>(number);
}

// Of the first entries of a table, how many have that number in these bits of their flags.
uint64_t sampled(AddressSpace& space, const OrcTable& table, unsigned shift, unsigned mask, unsigned number) {
  constexpr uint64_t kSample = 512;
  uint64_t found = 0;
  for (uint64_t i = 0; i < std::min(kSample, table.count); ++i) {
    const auto flags = space.u16(table.entries + i * 6 + 4);
    if (!flags) break;
    if ((*flags >> shift & mask) == number) ++found;
  }
  return found;
}

}  // namespace

OrcVersion orc_version(const Types& types, AddressSpace& space, const OrcTable& table) {
  const auto count = [&](unsigned shift, unsigned mask, unsigned number) {
    return sampled(space, table, shift, mask, number);
  };
  const auto kind = types.field("orc_entry", "type");
  // Most entries are for calls, which are 0 before V3, and then 2.
  const bool new_kinds = kind ? kind->bit_size == 3 : count(8, 7, 2) > count(8, 7, 0);
  // And relative to the stack pointer.
  if (new_kinds) return count(0, 0xf, 3) > count(0, 0xf, 5) ? OrcVersion::V4 : OrcVersion::V3;
  // Bit 11 is the end of a stack in V2, and nothing in V1.
  const bool has_signal = kind ? types.field("orc_entry", "signal").has_value() : count(11, 1, 1) > 0;
  return has_signal ? OrcVersion::V2 : OrcVersion::V1;
}

std::optional<OrcEntry> decode_orc(uint64_t six_bytes, OrcVersion version) {
  const uint64_t flags = six_bytes >> 32;
  OrcEntry out;
  out.sp_offset = static_cast<int16_t>(six_bytes & 0xffff);
  out.bp_offset = static_cast<int16_t>(six_bytes >> 16 & 0xffff);
  const auto sp = decode_register(flags & 0xf, version);
  const auto bp = decode_register(flags >> 4 & 0xf, version);
  if (!sp || !bp) return std::nullopt;
  out.sp_register = *sp;
  out.bp_register = *bp;
  if (version == OrcVersion::V3 || version == OrcVersion::V4) {
    const uint64_t kind = flags >> 8 & 7;
    if (kind > static_cast<uint64_t>(OrcKind::RegsPartial)) return std::nullopt;
    out.kind = static_cast<OrcKind>(kind);
    return out;
  }
  // CALL, REGS and REGS_PARTIAL were 0 to 2, and a bit said that the stack ends: 10 in V1, 11 in V2.
  const uint64_t kind = flags >> 8 & 3;
  const bool end = (flags >> (version == OrcVersion::V2 ? 11 : 10) & 1) != 0;
  if (kind > 2) return std::nullopt;
  if (out.sp_register == OrcRegister::Undefined) {
    out.kind = end ? OrcKind::EndOfStack : OrcKind::Undefined;
    return out;
  }
  out.kind = static_cast<OrcKind>(kind + static_cast<uint64_t>(OrcKind::Call));
  return out;
}

std::optional<OrcEntry> Orc::find(VirtAddr ip) const {
  const auto address = [&](uint64_t index) -> std::optional<VirtAddr> {
    const VirtAddr place = table_.ip + index * 4;
    const auto offset = space_->number<int32_t>(place);
    if (!offset) return std::nullopt;
    return place + static_cast<uint64_t>(int64_t{*offset});
  };
  uint64_t low = 0;
  uint64_t high = table_.count;
  while (low < high) {  // the first entry behind the address
    const uint64_t middle = low + (high - low) / 2;
    const auto start = address(middle);
    if (!start) return std::nullopt;
    if (*start <= ip) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return std::nullopt;
  uint64_t raw = 0;
  const auto bytes = std::as_writable_bytes(std::span(&raw, 1)).first(6);
  if (!space_->read(table_.entries + (low - 1) * 6, bytes)) return std::nullopt;
  return decode_orc(raw, version_);
}

}  // namespace inquest::vmcore
