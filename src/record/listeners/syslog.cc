// Syslog over UDP, TCP and TLS, in all its forms.
#include <array>
#include <utility>

#include <fmt/format.h>

#include "record/listener.h"
#include "record/stream_receiver.h"
#include "record/syslog_senders.h"
#include "record/udp_receiver.h"

namespace inquest::record {
namespace {

constexpr std::array kSettings = {
    Setting{"zone", SettingKind::Text, "",
            "of times that name none (\"Europe/Berlin\"); empty: judged by when messages come"},
    Setting{"receive-buffer", SettingKind::Size, "16MiB", "what the kernel may hold of UDP until it is read"},
    Setting{"max-connections", SettingKind::Count, "1024", "open at once; a silent one makes room for a new one"},
    Setting{"max-connections-per-source", SettingKind::Count, "256", "of them from one address"},
};

// A connection's messages. One whose end does not come waits for kPatience.
class SyslogConversation : public StreamConversation {
 public:
  SyslogConversation(SyslogSenders& senders, const IpAddress& peer) : senders_(senders), peer_(peer) {}

  void take(std::string_view bytes, Ns now, std::vector<store::Event>& out) override {
    heard_ = now;
    framing_.feed(bytes, taker(now, out));
  }
  void tick(Ns now, std::vector<store::Event>& out) override {
    if (framing_.holds() && (now - heard_ > kPatience || now < heard_)) framing_.finish(taker(now, out));
  }
  void finish(Ns now, std::vector<store::Event>& out) override { framing_.finish(taker(now, out)); }

 private:
  static constexpr Ns kPatience = 10 * kSecond;

  SyslogFraming::Take taker(Ns now, std::vector<store::Event>& out) {
    return [this, now, &out](const SyslogFrame& frame) { senders_.take(peer_, frame, false, now, out); };
  }

  SyslogSenders& senders_;
  IpAddress peer_;
  SyslogFraming framing_;
  Ns heard_ = 0;
};

class SyslogListener : public OpenListener, public StreamProtocol {
 public:
  explicit SyslogListener(std::optional<Zone> zone) : senders_(std::move(zone)) {}

  Result<void> listen(const Surroundings& around) {
    const StreamLimits limits{.connections = around.settings.count("max-connections"),
                              .connections_per_source = around.settings.count("max-connections-per-source")};
    for (ListenAddress address : around.settings.addresses("listen")) {
      const Transport transport = address.transport;
      // Streams first: a port that the kernel chose for them is seldom taken for datagrams; the other way round it may
      // be that of anybody's connection.
      if (transport != Transport::Udp) {
        auto receiver = StreamReceiver::open(around, "syslog", address, limits, *this);
        if (!receiver) return std::unexpected(receiver.error());
        address.port = (*receiver)->address().port;
        streams_.push_back(std::move(*receiver));
      }
      if (transport == Transport::Any || transport == Transport::Udp) {
        auto receiver = UdpReceiver::open(around, "syslog", address, around.settings.size("receive-buffer"), senders_);
        if (!receiver) return std::unexpected(receiver.error());
        datagrams_.push_back(std::move(*receiver));
      }
    }
    return {};
  }

  std::unique_ptr<StreamConversation> begin(const IpAddress& peer) override {
    return std::make_unique<SyslogConversation>(senders_, peer);
  }

  std::vector<ListenAddress> addresses() const override {
    std::vector<ListenAddress> out;
    for (const auto& receiver : datagrams_) out.push_back(receiver->address());
    for (const auto& receiver : streams_) out.push_back(receiver->address());
    return out;
  }

  void stop() override {
    for (const auto& receiver : datagrams_) receiver->stop();
    for (const auto& receiver : streams_) receiver->stop();
  }

 private:
  SyslogSenders senders_;
  std::vector<std::unique_ptr<UdpReceiver>> datagrams_;
  std::vector<std::unique_ptr<StreamReceiver>> streams_;
};

Result<std::unique_ptr<OpenListener>> open(const Surroundings& around) {
  std::optional<Zone> zone;
  if (const std::string& name = around.settings.text("zone"); !name.empty()) {
    auto found = Zone::find(name);
    if (!found) return fail(ErrorCode::NotFound, fmt::format("syslog-zone: {}", found.error().message));
    zone = *found;
  }
  auto listener = std::make_unique<SyslogListener>(std::move(zone));
  if (auto listening = listener->listen(around); !listening) return std::unexpected(listening.error());
  return listener;
}

}  // namespace

extern const Listener syslog_listener;
const Listener syslog_listener = {
    .name = "syslog",
    .summary = "syslog over UDP, TCP and TLS: RFC 5424, RFC 3164, and what is sent instead",
    .listen = "127.0.0.1:5514",
    .rate = "20000",
    .burst = "100000",
    .rate_help = "messages a second that one address may send; 0: no limit",
    .settings = kSettings,
    .open = open,
};

}  // namespace inquest::record
