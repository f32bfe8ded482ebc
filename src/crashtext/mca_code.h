// The architectural part of a machine check's error code (MCACOD), which Intel and AMD share for the most part.
#pragma once

#include <cstdint>
#include <string>

namespace inquest::crashtext {

struct McaCode {
  enum class Kind : uint8_t { None, Simple, Timer, Internal, Cache, Tlb, Memory, Bus, Unknown };
  Kind kind = Kind::Unknown;
  std::string text;      // "memory controller: read error on channel 2"
  bool timeout = false;  // of a bus error: a request timed out
};

// Bits 15 to 0 of MCi_STATUS. Source: Intel SDM vol. 3, 17.9 (compound codes); AMD's PPR, "Error Codes".
McaCode read_mca_code(uint32_t code);

}  // namespace inquest::crashtext
