// Linux's error numbers and signal numbers by name (asm-generic; x86, arm, riscv, ppc and s390 share them, save for a
// few).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "crashtext/reading.h"

namespace inquest::crashtext {

struct ErrnoName {
  int number;
  std::string_view name;  // "EBADE"
  std::string_view text;  // "invalid exchange"
  std::string_view note;  // what a subsystem means by it, where that differs; may be empty
};

// By positive number; kernel-internal ones (512 to 531, never seen by programs) included.
const ErrnoName* find_errno(int number);
const ErrnoName* find_errno(std::string_view name);
std::span<const ErrnoName> errnos();

struct SignalName {
  int number;
  std::string_view name;  // "SIGSEGV"
  std::string_view text;  // "invalid memory reference"
};

const SignalName* find_signal(int number);
const SignalName* find_signal(std::string_view name);  // with or without "SIG"

// In words; a number that none has says so.
Reading read_errno(int number);
Reading read_signal(int number);

}  // namespace inquest::crashtext
