#include "vmcore/file_path.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace inquest::vmcore {
namespace {

constexpr int kMostParts = 4096;      // of a path, mounts too
constexpr size_t kLongestName = 255;  // NAME_MAX

std::string name_of(const Object& dentry) {
  const auto text = dentry.pointer("d_name.name");
  const auto length = dentry.number("d_name.len");
  if (!text || !length) return "?";
  return dentry.space().cstring(*text, std::min<size_t>(*length, kLongestName)).value_or("?");
}

// Files without a place in any directory have names that their filesystem makes.
// Source: pipefs_dname(), sockfs_dname(), anon_inodefs_dname(), ns_dname(), dmabuffs_dname().
std::string made_name(const Object& dentry) {
  const auto filesystem = dentry.string("d_sb->s_type->name", 64);
  if (!filesystem) return {};
  const uint64_t inode = dentry.number_or("d_inode->i_ino", 0);
  if (*filesystem == "pipefs") return fmt::format("pipe:[{}]", inode);
  if (*filesystem == "sockfs") return fmt::format("socket:[{}]", inode);
  if (*filesystem == "anon_inodefs") return "anon_inode:" + name_of(dentry);
  if (*filesystem == "nsfs") {
    const auto common = dentry.pointer("d_inode->i_private");
    const Object ns = common ? dentry.as("struct ns_common", *common) : Object();
    return fmt::format("{}:[{}]", ns.string("ops->name", 64).value_or("ns"), inode);
  }
  if (*filesystem == "dmabuf") return "/dmabuf:" + name_of(dentry);
  return {};
}

}  // namespace

FilePath path_of(Kernel& kernel, const Object& path) {
  const auto mount = path.pointer("mnt");
  const auto dentry = path.pointer("dentry");
  if (!mount || !dentry) return {"", (mount ? dentry.error() : mount.error()).text()};
  return path_of(kernel, *mount, *dentry);
}

FilePath path_of(Kernel& kernel, VirtAddr vfsmount, VirtAddr at) {
  FilePath out;
  const auto inside = kernel.types().offset("mount", "mnt");
  Object dentry = kernel.object("dentry", at);
  if (at.null() || dentry.empty() || !inside) {
    out.problem = at.null() ? "no dentry" : "the types struct dentry and struct mount are not known";
    return out;
  }
  if (std::string made = made_name(dentry); !made.empty()) {
    out.text = std::move(made);
    return out;
  }
  Object mount = kernel.object("mount", vfsmount - *inside);
  const auto is_root = [](const Object& one) { return one.pointer("d_parent").value_or(VirtAddr{}) == one.address(); };
  const bool deleted = !is_root(dentry) && dentry.number_or("d_hash.pprev", 1) == 0;
  std::string text;
  for (int i = 0;; ++i) {
    if (i >= kMostParts) {
      out.problem = fmt::format("the dentry at {:#x} has more than {} parents", at.value, kMostParts);
      break;
    }
    const auto root = mount.pointer("mnt.mnt_root");
    if (root && dentry.address() == *root) {
      const auto parent = mount.pointer("mnt_parent");
      const auto point = mount.pointer("mnt_mountpoint");
      if (!parent || !point) {
        out.problem = (parent ? point.error() : parent.error()).text();
        break;
      }
      if (*parent == mount.address()) break;  // the root of all
      mount = kernel.object("mount", *parent);
      dentry = kernel.object("dentry", *point);
      continue;
    }
    const auto parent = dentry.pointer("d_parent");
    if (!parent) {
      out.problem = parent.error().text();
      break;
    }
    if (*parent == dentry.address()) {
      // The root of a filesystem that is not the mount's: it was unmounted lazily, or never mounted.
      if (!root) out.problem = root.error().text();
      break;
    }
    text = "/" + name_of(dentry) + text;
    dentry = kernel.object("dentry", *parent);
  }
  out.text = (text.empty() ? "/" : text) + (deleted ? " (deleted)" : "");
  return out;
}

std::string_view file_type(uint64_t mode) {
  struct Kind {
    uint64_t bits;
    std::string_view name;
  };
  static constexpr std::array kKinds = {Kind{0100000, "REG"}, Kind{0040000, "DIR"},  Kind{0020000, "CHR"},
                                        Kind{0060000, "BLK"}, Kind{0010000, "FIFO"}, Kind{0140000, "SOCK"},
                                        Kind{0120000, "LNK"}};
  const auto* const found = std::ranges::find(kKinds, mode & 0170000, &Kind::bits);
  return found == kKinds.end() ? "?" : found->name;
}

}  // namespace inquest::vmcore
