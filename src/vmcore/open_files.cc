#include "vmcore/open_files.h"

#include <algorithm>
#include <bit>
#include <span>

#include <fmt/format.h>

namespace inquest::vmcore {
namespace {

constexpr uint64_t kMostDescriptors = 1 << 20;  // sysctl_nr_open

std::string place(Kernel& kernel, const Object& fs, std::string_view member, OpenFiles& out) {
  const auto path = fs.at(member);
  if (!path) return {};
  FilePath found = path_of(kernel, *path);
  if (!found.problem.empty()) out.problems.push_back(fmt::format("{}: {}", member, found.problem));
  return std::move(found.text);
}

// Of a bit map of that many bits, as far as it can be read.
std::vector<uint64_t> bits_at(Kernel& kernel, const Result<VirtAddr>& at, uint64_t bits) {
  std::vector<uint64_t> out;
  if (!at || at->null()) return out;
  out.resize((bits + 63) / 64);
  const size_t got = kernel.space().read_some(*at, std::as_writable_bytes(std::span(out)));
  out.resize(got / 8);
  return out;
}

OpenFile read_file(Kernel& kernel, const Object& file, std::vector<std::string>& problems) {
  OpenFile out;
  out.file = file;
  // Since v6.13 some kernels call it so, to keep hands off it.
  const auto path = file.at(file.has("f_path") ? "f_path" : "__f_path");
  if (path) {
    FilePath found = path_of(kernel, *path);
    out.path = std::move(found.text);
    if (!found.problem.empty()) {
      problems.push_back(fmt::format("the file at {:#x}: {}", file.address().value, found.problem));
    }
    out.dentry = path->pointer("dentry").value_or(VirtAddr{});
  } else {
    problems.push_back(fmt::format("the file at {:#x}: {}", file.address().value, path.error().text()));
  }
  out.inode = file.pointer("f_inode").value_or(VirtAddr{});
  out.inode_number = file.number_or("f_inode->i_ino", 0);
  out.type = file_type(file.number_or("f_inode->i_mode", 0));
  out.position = file.number_or("f_pos", 0);
  out.flags = file.number_or("f_flags", 0);
  return out;
}

}  // namespace

OpenFiles open_files_of(Kernel& kernel, const Task& task) {
  OpenFiles out;
  if (const auto fs = task.object.follow("fs")) {
    out.root = place(kernel, *fs, "root", out);
    out.directory = place(kernel, *fs, "pwd", out);
  }
  const auto files = task.object.pointer("files");
  if (!files) {
    out.problems.push_back(files.error().text());
    return out;
  }
  if (files->null()) return out;
  const auto table = task.object.follow("files->fdt");
  const auto most = table ? table->number("max_fds") : Result<uint64_t>(fail(table.error()));
  const auto array = table ? table->pointer("fd") : Result<VirtAddr>(fail(table.error()));
  if (!most || !array) {
    out.problems.push_back("its files: " + (most ? array.error() : most.error()).text());
    return out;
  }
  const uint64_t count = std::min(*most, kMostDescriptors);
  if (count < *most) out.problems.push_back(fmt::format("a table of {} files: {} were looked at", *most, count));
  const auto open = bits_at(kernel, table->pointer("open_fds"), count);
  const auto on_exec = bits_at(kernel, table->pointer("close_on_exec"), count);
  for (size_t word = 0; word < open.size(); ++word) {
    for (uint64_t bits = open[word]; bits != 0; bits &= bits - 1) {
      const auto fd = static_cast<uint32_t>(word * 64 + static_cast<size_t>(std::countr_zero(bits)));
      if (fd >= count) break;
      const auto file = kernel.space().pointer(*array + uint64_t{fd} * 8);
      if (!file) {
        out.problems.push_back(fmt::format("file {}: {}", fd, file.error().text()));
        // What cannot be read here cannot be read for thousands of others.
        return out;
      }
      if (file->null()) continue;  // reserved, and not yet open
      OpenFile one = read_file(kernel, kernel.object("file", *file), out.problems);
      one.fd = fd;
      one.close_on_exec = word < on_exec.size() && (on_exec[word] >> (fd % 64) & 1) != 0;
      out.files.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace inquest::vmcore
