// Common Platform Error Records: what firmware reports over APEI (GHES, BERT, ERST).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "crashtext/reading.h"

namespace inquest::crashtext {

// By a section's type GUID ("d995e954-bbc1-430f-ad91-b44dcb3c6f35"), a line of the kernel ("event severity: fatal",
// "section_type: PCIe error", "error_type: 3, multi-bit ECC"), or a severity's number. Nothing for others. Source: UEFI
// specification, appendix N.
std::optional<Reading> read_cper(std::string_view text);

}  // namespace inquest::crashtext
