// Block devices and the I/O that was under way on them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vmcore/kernel.h"

namespace inquest::vmcore {

enum class RequestState : uint8_t {
  Waiting,    // in the scheduler, or on a list of the block layer
  InFlight,   // handed to the driver
  Completed,  // the device is done with it, and the block layer not yet
};

struct BlockRequest {
  VirtAddr address;       // of its struct request
  uint32_t queue = 0;     // number of the hardware queue
  int32_t tag = -1;       // -1: it has none yet
  std::string operation;  // "read", "write", "flush", "discard", ...
  uint64_t sector = 0;    // of 512 bytes
  uint64_t bytes = 0;
  RequestState state = RequestState::Waiting;
  // Since it was made, and since the driver got it: on the kernel's monotonic clock. Absent where the queue keeps no
  // statistics.
  std::optional<int64_t> age_ns, issued_age_ns;
  std::optional<int64_t> timeout_in_ns;  // until the block layer would have lost patience
  std::string partition;                 // "sda1"; of the whole disk its own name
};

struct BlockDevice {
  std::string name;  // "sda"
  VirtAddr disk;     // struct gendisk
  VirtAddr queue;    // struct request_queue
  uint32_t major = 0, minor = 0;
  uint64_t bytes = 0;
  bool read_only = false;
  std::string driver;     // the module or function behind it: "virtio_blk", "nvme"; empty: not known
  std::string scheduler;  // "mq-deadline"; empty: none
  uint32_t hardware_queues = 0;
  bool frozen = false, quiesced = false;  // takes no new requests; hands none to the driver
  // As the statistics count: of devices without requests of their own (md, dm) all that is known.
  int64_t reads_in_flight = 0, writes_in_flight = 0;
  std::vector<BlockRequest> requests;  // the oldest first
};

struct BlockDevices {
  std::vector<BlockDevice> devices;  // by name
  std::vector<std::string> problems;
};

// Whole disks; before v5.11 those alone that were open. Requests are those of the multi-queue block layer; of kernels
// that still have the single-queue one, that one's are left out, which is said.
BlockDevices read_block_devices(Kernel& kernel);

std::string_view request_state_words(RequestState state);

}  // namespace inquest::vmcore
