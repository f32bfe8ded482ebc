// Paths of files in the dead kernel's caches, through all mounts.
#pragma once

#include <string>
#include <string_view>

#include "vmcore/kernel.h"

namespace inquest::vmcore {

// Where a file, a directory or a mount point is. `text` is what /proc/PID/fd would show: "/usr/bin/sh",
// "/tmp/x (deleted)", "pipe:[1652]", "socket:[9]", "anon_inode:[eventfd]".
struct FilePath {
  std::string text;
  std::string problem;  // where it could not be followed to the root: then `text` is what lies below that place
};

// `path` is a struct path, or any object with a `mnt` and a `dentry`.
FilePath path_of(Kernel& kernel, const Object& path);
// From a struct vfsmount and a struct dentry.
FilePath path_of(Kernel& kernel, VirtAddr vfsmount, VirtAddr dentry);

// "REG", "DIR", "CHR", "BLK", "FIFO", "SOCK", "LNK"; "?" for no type at all. From i_mode.
std::string_view file_type(uint64_t mode);

}  // namespace inquest::vmcore
