#include "record/receive_buffer.h"

#include <algorithm>
#include <string>

#include <sys/socket.h>

namespace inquest::record {

uint64_t receive_buffer_of(const Socket& socket) {
  int bytes = 0;
  socklen_t size = sizeof bytes;
  if (getsockopt(socket.descriptor(), SOL_SOCKET, SO_RCVBUF, &bytes, &size) != 0) return 0;
  return static_cast<uint64_t>(std::max(bytes, 0));
}

Gauge& receive_buffer_gauge(Counters& counters, std::string_view listener) {
  return counters.gauge("inquest_listener_receive_buffer_bytes",
                        "What the kernel keeps of its datagrams until they are read; 0: it takes none.",
                        {{"listener", std::string(listener)}});
}

}  // namespace inquest::record
