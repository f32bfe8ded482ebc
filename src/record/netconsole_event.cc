#include "record/netconsole_event.h"

#include <limits>

#include <fmt/format.h>

namespace inquest::record {
namespace {

constexpr uint8_t kWarning = 4;  // syslog's

std::string seconds(uint64_t us) { return fmt::format("{}.{:06} s", us / 1'000'000, us % 1'000'000); }

}  // namespace

store::Event netconsole_event(const std::string& address, Ns received) {
  store::Event event;
  event.time = received;
  event.received = received;
  event.host = address;
  event.source = "netconsole";
  event.fields.reserve(6);
  event.fields.emplace_back("peer", address);
  event.fields.emplace_back("spoofable", "true");
  return event;
}

store::Event netconsole_note(const std::string& address, Ns received, std::string_view what) {
  store::Event event = netconsole_event(address, received);
  event.ident = "inquest";
  event.severity = kWarning;
  event.fields.emplace_back("note", what);
  return event;
}

store::Event netconsole_restart(const std::string& address, Ns received, std::string_view what, uint64_t before_us,
                                uint64_t after_us) {
  store::Event event = netconsole_note(address, received, what);
  event.message = fmt::format("netconsole: {}: uptime {} was the last seen, {} is the next",
                              what == "again" ? "the log is sent again" : "the host was restarted", seconds(before_us),
                              seconds(after_us));
  event.fields.emplace_back("uptime_before_us", decimal(before_us));
  event.fields.emplace_back("uptime_us", decimal(after_us));
  return event;
}

std::string decimal(uint64_t value) {
  const fmt::format_int text(value);
  return {text.data(), text.size()};
}

std::optional<Ns> nanoseconds(uint64_t us) {
  if (us > static_cast<uint64_t>(std::numeric_limits<Ns>::max() / kMicro)) return std::nullopt;
  return static_cast<Ns>(us) * kMicro;
}

}  // namespace inquest::record
