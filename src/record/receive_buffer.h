// What the kernel keeps of datagrams until they are read. It gives less than was asked for, without an error, where
// net.core.rmem_max is smaller and the recorder has no CAP_NET_ADMIN.
#pragma once

#include <cstdint>
#include <string_view>

#include "record/counters.h"
#include "record/socket.h"

namespace inquest::record {

// In the same count as the setting `receive-buffer`, which includes the kernel's own overhead; 0 if it can't be told.
uint64_t receive_buffer_of(const Socket& socket);

// A listener's in `/metrics`; 0 while it takes no datagrams.
Gauge& receive_buffer_gauge(Counters& counters, std::string_view listener);

}  // namespace inquest::record
