// Signatures: one short text for the same bug, whatever the addresses, the kernel's version and its compiler.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crashtext/arch.h"
#include "crashtext/frame.h"

namespace inquest::crashtext {

// Ours: "KIND-FUNCTION-1A2B3C4D". The number is over the kind and up to three canonical names: the culprit's and those
// of the next reliable frames that are not machinery, which tells apart the callers of a common function. `kind` is the
// crash's type ("kernel-bug"); frames are those of the guilty trace, `position` as for choose_culprit.
std::string make_signature(std::string_view kind, std::span<const Frame> frames,
                           const std::optional<Frame>& position = std::nullopt);

// Ours for an event, which has no frames: "KIND-1A2B3C4D", where the number is over the kind and the
// title, which is the same for the same error already.
std::string title_signature(std::string_view kind, std::string_view title);

// ChromeOS' crash reporter: "kernel-(HARDLOCKUP)-lkdtm_HARDLOCKUP-14D59A88". Takes the dump as it was recorded, with
// "<4>[  181.062621] " before each line. Source: platform2, crash-reporter/kernel_util.cc,
// ComputeKernelStackSignature().
std::string chromeos_signature(std::string_view dump, Arch arch);

// ABRT's and satyr's hash of a kernel oops (uuid, duphash): SHA-1, in 40 hexadecimal digits, over the first six
// reliable frames; empty where there is none. Source: abrt, src/lib/kernel.c, abrt_koops_hash_str(); satyr,
// lib/thread.c, sr_thread_get_duphash().
std::string abrt_signature(std::span<const Frame> frames);

}  // namespace inquest::crashtext
