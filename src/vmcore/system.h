// The dead machine in a few lines: which kernel, how long it ran, when it died, of what.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "vmcore/kernel.h"

namespace inquest::vmcore {

// Empty and absent values are not known.
struct SystemInfo {
  std::string hostname, release, version, machine;
  std::optional<int64_t> time;        // of death: seconds since 1970, by the kernel's own clock
  std::optional<uint64_t> uptime_ns;  // with the time that it was suspended
  uint32_t cpus_present = 0, cpus_possible = 0;
  uint64_t memory_bytes = 0;  // that the kernel managed
  std::array<double, 3> load{};
  std::string command_line;
  std::string panic;  // the message, as the log has it
  std::optional<uint64_t> taint;
  std::optional<uint32_t> crashing_cpu;
};

SystemInfo read_system(Kernel& kernel);

// "POE", by the bits of /proc/sys/kernel/tainted; "" for none.
std::string taint_letters(uint64_t taint);

}  // namespace inquest::vmcore
