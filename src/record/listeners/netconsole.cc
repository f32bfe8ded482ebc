// UDP 6666: what kernels say to the network.
#include <algorithm>
#include <array>
#include <utility>

#include "record/listener.h"
#include "record/netconsole_sources.h"
#include "record/udp_receiver.h"

namespace inquest::record {
namespace {

constexpr std::array kSettings = {
    Setting{"receive-buffer", SettingKind::Size, "64MiB", "what the kernel may hold until it is read"},
};

class NetconsoleListener : public OpenListener {
 public:
  explicit NetconsoleListener(const Surroundings& around) : sources_(&around.counters) {}

  Result<void> listen(const Surroundings& around) {
    for (const ListenAddress& address : around.settings.addresses("listen")) {
      auto receiver =
          UdpReceiver::open(around, "netconsole", address, around.settings.size("receive-buffer"), sources_);
      if (!receiver) return std::unexpected(receiver.error());
      receivers_.push_back(std::move(*receiver));
    }
    return {};
  }

  std::vector<ListenAddress> addresses() const override {
    std::vector<ListenAddress> out;
    for (const auto& receiver : receivers_) out.push_back(receiver->address());
    return out;
  }

  void stop() override {
    for (const auto& receiver : receivers_) receiver->stop();
  }

 private:
  NetconsoleSources sources_;
  std::vector<std::unique_ptr<UdpReceiver>> receivers_;
};

Result<std::unique_ptr<OpenListener>> open(const Surroundings& around) {
  auto listener = std::make_unique<NetconsoleListener>(around);
  if (auto listening = listener->listen(around); !listening) return std::unexpected(listening.error());
  return listener;
}

}  // namespace

extern const Listener netconsole_listener;
const Listener netconsole_listener = {
    .name = "netconsole",
    .summary = "kernel messages as netconsole sends them, plain and extended",
    .listen = "127.0.0.1:6666",
    .rate = "100000",
    .burst = "200000",
    .rate_help = "datagrams a second that one address may send; 0: no limit",
    .settings = kSettings,
    .open = open,
};

}  // namespace inquest::record
