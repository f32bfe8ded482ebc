// Line protocol in datagrams, as Proxmox VE's metric server and collectd's write_influxdb_udp send it.
#include <fmt/format.h>

#include "record/telemetry_udp.h"
#include "record/time_magnitude.h"
#include "store/bucket_name.h"

namespace inquest::record {
namespace {

constexpr Setting kSettings[] = {
    {"bucket", SettingKind::Text, "telegraf", "the bucket, or database, that the lines are filed under"},
    {"precision", SettingKind::Text, "auto", "what times count: ns, us, ms or s; auto: told by their digits"},
    {"receive-buffer", SettingKind::Size, "8MiB", "of the socket, as far as the kernel gives it"},
};

class InfluxUdp : public OpenListener {
 public:
  std::vector<ListenAddress> addresses() const override {
    std::vector<ListenAddress> all;
    for (const auto& socket : sockets) all.push_back(socket->address());
    return all;
  }
  void stop() override {
    for (const auto& socket : sockets) socket->stop();
  }

  std::vector<std::unique_ptr<TelemetryUdp>> sockets;
};

Result<std::unique_ptr<OpenListener>> open(const Surroundings& surroundings) {
  const Section& settings = surroundings.settings;
  const auto bucket = store::bucket_of_name(settings.text("bucket"));
  if (!bucket) return fail(ErrorCode::Malformed, fmt::format("influx-udp.bucket: {}", bucket.error().message));
  const std::string& precision = settings.text("precision");
  const auto fixed = precision == "auto" ? std::nullopt : store::time_unit(precision);
  if (precision != "auto" && !fixed)
    return fail(ErrorCode::Malformed, "influx-udp.precision: there are ns, us, ms, s and auto");

  auto listener = std::make_unique<InfluxUdp>();
  const auto convert = [&store = surroundings.store, bucket = *bucket, fixed](std::string_view datagram, Ns now) {
    const auto unit = fixed ? fixed : unit_by_magnitude(datagram);
    return store.check(bucket, std::string(datagram), unit.value_or(store::TimeUnit::Nano), now);
  };
  for (const ListenAddress& address : settings.addresses("listen")) {
    if (address.transport != Transport::Any && address.transport != Transport::Udp)
      return fail(ErrorCode::Unsupported, fmt::format("influx-udp: {}: it has UDP only", address.text()));
    auto socket = TelemetryUdp::open(surroundings, "influx-udp", address, *bucket, convert);
    if (!socket) return fail(socket.error());
    listener->sockets.push_back(std::move(*socket));
  }
  return std::unique_ptr<OpenListener>(std::move(listener));
}

}  // namespace

extern const Listener influx_udp_listener;
const Listener influx_udp_listener = {
    .name = "influx_udp",
    .summary = "line protocol in datagrams, as Proxmox VE and collectd (write_influxdb_udp) send it",
    .listen = "127.0.0.1:8089",
    .rate_help = "datagrams a second that one address may send; 0: no limit",
    .settings = kSettings,
    .open = open,
};

}  // namespace inquest::record
