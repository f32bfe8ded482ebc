// Packages that change what the next boot runs.
#pragma once

#include <string_view>

namespace inquest::decode {

// Whether a package is a kernel, microcode or firmware, or a module that is built for kernels; by its name in the
// distributions' archives, with an architecture or version behind it or without: "linux-image-6.1.0-18-amd64:amd64",
// "kernel-core-5.14.0-427.el9.x86_64", "zfs-dkms".
bool is_kernel_package(std::string_view name);

}  // namespace inquest::decode
