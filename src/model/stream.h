// Streams: runs of records that share a clock, a way of travelling and a vantage point.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "model/evidence.h"
#include "model/strings.h"

namespace inquest::model {

using StreamId = uint32_t;

// The clock that a stream's raw times are read on. Mapping to UTC is the case's work (clock_map.h).
enum class ClockDomain : uint8_t {
  Utc,        // raw times are UTC ns
  LocalWall,  // civil time of an unnamed zone, read as if it were UTC
  Monotonic,  // ns since that boot's start
  None,       // order only; raw times are 0
};
std::string_view to_string(ClockDomain clock);

// How a record reached the place where it was found. Witnesses on one channel of a host fail together.
enum class Channel : uint8_t {
  Disk,        // written by the host to its own storage
  Memory,      // read out of the running host's memory (dmesg, /proc)
  Console,     // came over a serial line or a virtual console
  Network,     // had to cross the host's network to be recorded elsewhere
  Person,      // somebody saw it
  Management,  // kept by the management controller (BMC), which lives on when the host does not
};
std::string_view to_string(Channel channel);

// What a stream would have shown, had it happened while the stream was running. A set of bits.
enum class Watch : uint16_t {
  Nothing = 0,
  KernelLog = 1,      // kernel messages at large
  SystemLog = 2,      // services' messages
  Shutdown = 4,       // an orderly shutdown would leave a trace
  Liveness = 8,       // records come at a known pace, so silence means something
  Metrics = 16,       // figures of some subsystem
  Cluster = 32,       // membership, as a peer sees it
  PanicCapture = 64,  // a record of a panic would have been kept here
  Presence = 128,     // a person in front of the machine
};
constexpr Watch operator|(Watch a, Watch b) {
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): a set of bits
  return static_cast<Watch>(static_cast<uint16_t>(a) | static_cast<uint16_t>(b));
}
constexpr bool watches(Watch set, Watch what) {
  return (static_cast<uint16_t>(set) & static_cast<uint16_t>(what)) != 0;
}

struct Stream {
  EvidenceId evidence = 0;
  StrId source = 0;   // what produced it: "syslog", "journal", "dmesg", "console", "corosync"
  StrId host = 0;     // the host that wrote it where the format or the evidence says so; 0 unknown
  StrId dump = 0;     // what the kernel wrote when it died, whose parts lie in several streams: the same for each part
  StrId boot_id = 0;  // systemd's boot id (32 hex digits) where the format carries one
  ClockDomain clock = ClockDomain::None;
  Precision precision = Precision::Second;
  bool yearless = false;  // LocalWall only: raw times count years from 2000, the first record's year being 2000
  Channel channel = Channel::Disk;
  Watch watch = Watch::Nothing;

  // Filled in as records arrive. Raw times on the stream's clock; meaningless while `events` is 0.
  uint64_t events = 0;
  uint64_t first_event = 0;  // index of the first and last event (in file order) in the case
  uint64_t last_event = 0;
  Ns earliest = 0;
  Ns latest = 0;
};

}  // namespace inquest::model
