#include "crashtext/mca_code.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace inquest::crashtext {
namespace {

constexpr std::array<std::string_view, 4> kTransaction = {"instruction", "data", "generic", "reserved"};
constexpr std::array<std::string_view, 4> kLevel = {"L0/L1", "L1", "L2", "any level"};
constexpr std::array<std::string_view, 16> kRequest = {
    "generic error", "generic read", "generic write", "data read", "data write", "instruction fetch",
    "prefetch",      "eviction",     "snoop",         "reserved",  "reserved",   "reserved",
    "reserved",      "reserved",     "reserved",      "reserved"};
constexpr std::array<std::string_view, 8> kMemory = {
    "generic error",   "read error", "write error", "address or command error",
    "scrubbing error", "reserved",   "reserved",    "reserved"};
constexpr std::array<std::string_view, 4> kParticipation = {"this processor asked", "this processor answered",
                                                            "this processor observed", "generic"};
constexpr std::array<std::string_view, 4> kTarget = {"memory", "reserved", "I/O", "other"};

std::string_view simple(uint32_t code) {
  switch (code) {
    case 0: return "no error code";
    case 1: return "unclassified";
    case 2: return "microcode ROM parity error";
    case 3: return "external error: another agent signalled BINIT#";
    case 4: return "functional redundancy check error";
    case 5: return "internal parity error";
    case 6: return "SMM handler ran code outside of SMRAM";
    default: return {};
  }
}

}  // namespace

McaCode read_mca_code(uint32_t code) {
  // Bit 12 filters corrected errors' counts and is no part of the code.
  const uint32_t c = code & 0xefffU;
  const std::string_view level = kLevel[c & 3U];
  const std::string_view transaction = kTransaction[c >> 2U & 3U];
  const std::string_view request = kRequest[c >> 4U & 15U];
  using Kind = McaCode::Kind;
  if (c == 0x400) return {Kind::Timer, "internal timer error"};
  if (c == 0xe0b) return {Kind::Bus, "I/O error"};
  if (c <= 6) return {c == 0 ? Kind::None : Kind::Simple, std::string(simple(c))};
  if ((c & 0xfc00U) == 0x400) return {Kind::Internal, fmt::format("internal unclassified error 0x{:03x}", c & 0x3ffU)};
  if ((c & 0xfffcU) == 0x000c) return {Kind::Cache, fmt::format("generic cache hierarchy error, {}", level)};
  if ((c & 0xfff0U) == 0x0010) return {Kind::Tlb, fmt::format("TLB error, {}, {}", transaction, level)};
  if ((c & 0xff80U) == 0x0080 || (c & 0xff80U) == 0x0280) {
    const uint32_t channel = c & 15U;
    return {Kind::Memory,
            fmt::format("memory controller{}: {}, {}", (c & 0x200U) != 0 ? " (memory used as cache)" : "",
                        kMemory[c >> 4U & 7U],
                        channel == 15 ? std::string("channel not given") : fmt::format("channel {}", channel))};
  }
  if ((c & 0xff00U) == 0x0100)
    return {Kind::Cache, fmt::format("cache error, {}, {}, {}", transaction, level, request)};
  if ((c & 0xf800U) == 0x0800) {
    const bool timeout = (c & 0x100U) != 0;
    return {Kind::Bus,
            fmt::format("bus or interconnect error: {}, {}, target {}, {}{}", kParticipation[c >> 9U & 3U], request,
                        kTarget[c >> 2U & 3U], level, timeout ? ", the request timed out" : ""),
            timeout};
  }
  return {Kind::Unknown, fmt::format("code 0x{:04x}, which is not architectural", c)};
}

}  // namespace inquest::crashtext
