#include "vmcore/mounts.h"

#include <array>

#include <fmt/format.h>

#include "vmcore/file_path.h"
#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMostMounts = 1'000'000;

struct Option {
  uint64_t bit;
  std::string_view name;
};

// Source: show_sb_opts() and show_mnt_opts() of fs/proc_namespace.c.
constexpr std::array kOfFilesystem = {Option{0x10, "sync"}, Option{0x80, "dirsync"}, Option{0x40, "mand"},
                                      Option{0x2000000, "lazytime"}};
constexpr std::array kOfMount = {Option{0x1, "nosuid"},      Option{0x2, "nodev"},       Option{0x4, "noexec"},
                                 Option{0x8, "noatime"},     Option{0x10, "nodiratime"}, Option{0x20, "relatime"},
                                 Option{0x80, "nosymfollow"}};

std::string options_of(uint64_t filesystem, uint64_t mount) {
  constexpr uint64_t kReadOnly = 1;          // SB_RDONLY
  constexpr uint64_t kMountReadOnly = 0x40;  // MNT_READONLY
  std::string out = (filesystem & kReadOnly) != 0 || (mount & kMountReadOnly) != 0 ? "ro" : "rw";
  for (const Option& one : kOfFilesystem) {
    if ((filesystem & one.bit) != 0) out += fmt::format(",{}", one.name);
  }
  for (const Option& one : kOfMount) {
    if ((mount & one.bit) != 0) out += fmt::format(",{}", one.name);
  }
  return out;
}

std::vector<VirtAddr> mounts_of(Kernel& kernel, const Object& space, std::vector<std::string>& problems) {
  Types& types = kernel.types();
  const auto list = space.at("list");
  const auto in_list = types.offset("mount", "mnt_list");
  const auto tree = space.at("mounts");
  const auto in_tree = types.offset("mount", "mnt_node");
  Walk walk;
  uint64_t offset = 0;
  if (tree && in_tree) {
    walk = walk_rbtree(kernel.space(), tree->address(), kMostMounts);
    offset = *in_tree;
  } else if (list && in_list) {
    walk = walk_list(kernel.space(), list->address(), kMostMounts);
    offset = *in_list;
  } else {
    walk.problem = "this kernel's struct mnt_namespace is not known";
  }
  if (!walk.complete()) problems.push_back("mounts: " + walk.problem);
  for (VirtAddr& one : walk.found) one = one - offset;
  return std::move(walk.found);
}

Mount read_mount(Kernel& kernel, VirtAddr at, std::vector<std::string>& problems) {
  Mount out;
  out.mount = kernel.object("mount", at);
  const Object& mount = out.mount;
  out.device = mount.string("mnt_devname").value_or("none");
  const auto super = mount.follow("mnt.mnt_sb");
  if (super) {
    out.superblock = super->address();
    out.type = super->string("s_type->name", 64).value_or("?");
    if (const auto subtype = super->string("s_subtype", 64); subtype && !subtype->empty()) out.type += "." + *subtype;
    const uint64_t device = super->number_or("s_dev", 0);
    out.major = static_cast<uint32_t>(device >> 20);
    out.minor = static_cast<uint32_t>(device & 0xfffff);
    out.frozen = super->number_or("s_writers.frozen", 0) != 0;
  } else {
    problems.push_back(fmt::format("the mount at {:#x}: {}", at.value, super.error().text()));
  }
  out.options = options_of(super ? super->number_or("s_flags", 0) : 0, mount.number_or("mnt.mnt_flags", 0));
  const auto inside = mount.at("mnt");
  const auto root = mount.pointer("mnt.mnt_root");
  if (inside && root) {
    FilePath path = path_of(kernel, inside->address(), *root);
    out.directory = std::move(path.text);
    if (!path.problem.empty()) problems.push_back(fmt::format("the mount at {:#x}: {}", at.value, path.problem));
  }
  return out;
}

}  // namespace

Mounts read_mounts(Kernel& kernel, const Object& task) {
  Mounts out;
  const auto space = task.follow("nsproxy->mnt_ns");
  if (!space) {
    out.problems.push_back("the namespace of mounts: " + space.error().text());
    return out;
  }
  for (const VirtAddr at : mounts_of(kernel, *space, out.problems)) {
    // The list also has cursors of who was reading /proc/mounts, which are mounted nowhere.
    constexpr uint64_t kCursor = 0x10000000;
    if ((kernel.object("mount", at).number_or("mnt.mnt_flags", 0) & kCursor) != 0) continue;
    out.mounts.push_back(read_mount(kernel, at, out.problems));
  }
  return out;
}

}  // namespace inquest::vmcore
