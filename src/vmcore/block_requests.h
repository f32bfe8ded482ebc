// The requests of one block device, out of the tags of its hardware queues.
#pragma once

#include <string>
#include <vector>

#include "vmcore/block_devices.h"
#include "vmcore/kernel_clock.h"

namespace inquest::vmcore {

// How much may be read for all queues together: damaged ones may all lead to the same tags.
struct RequestBudget {
  uint64_t tags = 16'000'000;
  size_t requests = 500'000;
};

// `queue` is a struct request_queue of the multi-queue block layer. The oldest first; those that were freed while the
// machine died are left out. What cannot be followed goes to `problems`.
std::vector<BlockRequest> read_block_requests(Kernel& kernel, const Object& queue, const KernelClock& clock,
                                              RequestBudget& budget, std::vector<std::string>& problems);

}  // namespace inquest::vmcore
