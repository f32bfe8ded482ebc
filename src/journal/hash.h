// The two hashes by which journal files find data and field objects.
#pragma once

#include <cstdint>
#include <string_view>

#include "journal/layout.h"

namespace inquest::journal {

// SipHash-2-4 (Aumasson, Bernstein 2012), keyed with the file's id: files with the flag KEYED_HASH.
uint64_t siphash24(std::string_view bytes, const Id128& key);

// Bob Jenkins' lookup3, hashlittle2() with both seeds 0, as one number with the first result on top: older files, and
// an entry's xor hash in all.
uint64_t jenkins64(std::string_view bytes);

}  // namespace inquest::journal
