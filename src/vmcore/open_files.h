// The files that a task has open.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vmcore/file_path.h"
#include "vmcore/kernel.h"
#include "vmcore/tasks.h"

namespace inquest::vmcore {

struct OpenFile {
  uint32_t fd = 0;
  Object file;  // its struct file
  VirtAddr dentry, inode;
  uint64_t inode_number = 0;
  std::string_view type;  // file_type()
  std::string path;
  uint64_t position = 0;
  uint64_t flags = 0;  // as open(2) has them
  bool close_on_exec = false;
};

struct OpenFiles {
  std::string root, directory;  // empty for tasks without any (kernel threads that gave theirs up, dead ones)
  std::vector<OpenFile> files;
  std::vector<std::string> problems;
};

// At most a million descriptors are looked at.
OpenFiles open_files_of(Kernel& kernel, const Task& task);

}  // namespace inquest::vmcore
