#include "decode/kernel_package.h"

#include <algorithm>
#include <array>

namespace inquest::decode {

bool is_kernel_package(std::string_view name) {
  static constexpr std::array<std::string_view, 24> kStarts = {"linux-image",
                                                               "linux-modules",
                                                               "linux-headers",
                                                               "pve-kernel",
                                                               "proxmox-kernel",
                                                               "pve-firmware",
                                                               "kernel-core",
                                                               "kernel-modules",
                                                               "kernel-default",
                                                               "kernel-rt",
                                                               "kernel-lt",
                                                               "kernel-ml",
                                                               "kernel-uek",
                                                               "linux-lts",
                                                               "linux-zen",
                                                               "linux-firmware",
                                                               "zfs",
                                                               "nvidia",
                                                               "amd64-microcode",
                                                               "intel-microcode",
                                                               "amd-ucode",
                                                               "intel-ucode",
                                                               "ucode-",
                                                               "akmod"};
  name = name.substr(0, name.find(':'));
  if (name == "linux" || name == "kernel" || name.ends_with("-dkms") || name.ends_with("-microcode")) return true;
  // "kernel-5.14.0-427.el9.x86_64", not "kernel-tools".
  if (name.starts_with("kernel-") && name.size() > 7 && name[7] >= '0' && name[7] <= '9') return true;
  return std::ranges::any_of(kStarts, [&](std::string_view start) { return name.starts_with(start); });
}

}  // namespace inquest::decode
