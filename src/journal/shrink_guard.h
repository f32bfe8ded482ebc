// Keeps the program alive when a mapped file becomes shorter underneath.
#pragma once

#include <cstdint>

namespace inquest::journal {

// Touching a page behind the end of a mapped file raises SIGBUS, and a journal of a running host may be cut by its
// daemon at any time. From here on, such a page of this mapping reads as zeros instead. Other SIGBUS take the way that
// they took before. Thread-safe.
void guard_mapping(const void* base, uint64_t size);
// Before the mapping goes.
void forget_mapping(const void* base);

}  // namespace inquest::journal
