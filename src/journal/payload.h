// Compressed payloads of data objects.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inquest::journal {

// systemd's DATA_SIZE_MAX (src/basic/journal-importer.h): no journal field is larger.
inline constexpr uint64_t kLargestPayload = 768 << 20;

// Inflates what a data object with those flags holds, and puts the first `at_most` bytes of it into `out`. Memory grows
// with what really comes out, never with what the object claims. False where it is damaged before that, or in a way
// that no flag names; `out` then holds what came before the damage.
bool inflate(uint8_t flags, std::string_view compressed, uint64_t at_most, std::string& out);

}  // namespace inquest::journal
