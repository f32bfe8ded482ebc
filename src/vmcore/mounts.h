// What was mounted where.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vmcore/kernel.h"
#include "vmcore/tasks.h"

namespace inquest::vmcore {

struct Mount {
  Object mount;  // its struct mount
  VirtAddr superblock;
  uint32_t major = 0, minor = 0;
  std::string type;       // "ext4", "fuse.lxcfs"
  std::string device;     // "/dev/sda1", "tmpfs"
  std::string directory;  // where, seen from the root of its namespace
  std::string options;    // "rw,nosuid,relatime": those that every filesystem has, as /proc/mounts begins
  bool frozen = false;    // by fsfreeze or a snapshot: who writes waits
};

struct Mounts {
  std::vector<Mount> mounts;  // in the order of the kernel, which is that of mounting
  std::vector<std::string> problems;
};

// Of the task's namespace, from its list (before v6.8) or its tree.
Mounts read_mounts(Kernel& kernel, const Object& task);

}  // namespace inquest::vmcore
