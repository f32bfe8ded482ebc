// The requests of one block device, out of the tags of its hardware queues.
#pragma once

#include <string>
#include <vector>

#include "vmcore/block_devices.h"
#include "vmcore/kernel_clock.h"

namespace inquest::vmcore {

// `queue` is a struct request_queue of the multi-queue block layer. The oldest first; those that were freed while the
// machine died are left out. What cannot be followed goes to `problems`.
std::vector<BlockRequest> read_block_requests(Kernel& kernel, const Object& queue, const KernelClock& clock,
                                              std::vector<std::string>& problems);

}  // namespace inquest::vmcore
