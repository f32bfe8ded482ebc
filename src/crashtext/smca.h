// The banks of AMD's Scalable MCA (Zen and later), and what their extended error codes mean.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace inquest::crashtext {

struct SmcaBank {
  std::string_view name;  // "EX"
  std::string_view unit;  // "execution unit"
  uint32_t hwid;
  uint32_t type;
  std::span<const std::string_view> errors;  // by extended error code (bits 21 to 16 of MCA_STATUS)
};

// By MCA_IPID, which names the bank for certain: its number differs from part to part. Nothing for an unknown one.
const SmcaBank* find_smca_bank(uint64_t ipid);
const SmcaBank* find_smca_bank(std::string_view name);
// By number, for the banks of a core, which have kept theirs from Zen to Zen 5; nothing for others.
const SmcaBank* usual_smca_bank(uint32_t family, uint32_t model, uint64_t bank);

}  // namespace inquest::crashtext
