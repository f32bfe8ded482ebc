// What all events of the netconsole listener have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "store/store.h"

namespace inquest::record {

// An event with its source, sender ("peer", "spoofable") and time of reception, which is its time too until more is
// known. The host is the sender's address: a netconsole does not say its name.
store::Event netconsole_event(const std::string& address, Ns received);

// An event about the stream itself: ident "inquest", and `what` in the field "note".
store::Event netconsole_note(const std::string& address, Ns received, std::string_view what);

// A boot of the host as the stream shows it: note "restart", or "again" for the same boot's log once more. Uptimes in
// microseconds.
store::Event netconsole_restart(const std::string& address, Ns received, std::string_view what, uint64_t before_us,
                                uint64_t after_us);

std::string decimal(uint64_t value);
// Microseconds as nanoseconds; nothing where they do not fit.
std::optional<Ns> nanoseconds(uint64_t us);

}  // namespace inquest::record
