// Graphite's plain text over TCP and UDP.
#include "record/graphite.h"

#include <chrono>
#include <deque>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "record/connection_table.h"
#include "record/rate_limit.h"
#include "record/socket.h"
#include "record/telemetry_udp.h"
#include "store/bucket_name.h"

namespace inquest::record {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr size_t kLongestLine = 4096;
constexpr size_t kRead = size_t{64} << 10U;

constexpr Setting kSettings[] = {
    {"bucket", SettingKind::Text, "graphite", "the bucket that the lines are filed under"},
    {"templates", SettingKind::Texts,
     "proxmox.nodes.*.nics .object.host.measurement.instance.field*,proxmox.nodes.* .object.host.measurement.field*,"
     "proxmox.qemu.* .object.vmid.measurement.field*,proxmox.lxc.* .object.vmid.measurement.field*,"
     "proxmox.storages.* .object.nodename.host.field*,collectd.* .host.measurement*",
     "how names are taken apart, as Telegraf writes it: FILTER TEMPLATE TAG=VALUE..."},
    {"max-connections", SettingKind::Count, "1024", "open at once; an idle one makes room for a new one"},
    {"max-connections-per-source", SettingKind::Count, "256", "of them from one address"},
    {"receive-buffer", SettingKind::Size, "8MiB", "of the UDP socket, as far as the kernel gives it"},
};

// What the connections share. They may end after the listener.
struct Shared {
  Shared(const Surroundings& surroundings, GraphiteTemplates with, std::string filed_under)
      : around(surroundings),
        templates(std::move(with)),
        bucket(std::move(filed_under)),
        connections(around.settings.count("max-connections"), around.settings.count("max-connections-per-source"),
                    around.counters.connections),
        limit({around.settings.count("rate"), around.settings.count("burst")}) {}

  store::CheckedLines convert(std::string_view text, Ns now) const {
    std::string lines_out;
    uint64_t bad = 0;
    for (const std::string_view line : lines(text)) {
      if (!line.empty() && !templates.append(line, now, lines_out)) ++bad;
    }
    store::CheckedLines checked = around.store.check(bucket, std::move(lines_out), store::TimeUnit::Nano, now);
    checked.bad_rows += bad;
    return checked;
  }

  const Surroundings around;
  const GraphiteTemplates templates;
  const std::string bucket;
  ConnectionTable connections;
  RateLimit limit;
};

// Hands the lines on and waits until they are stored: so a sender is as fast as the store.
asio::awaitable<void> store_lines(std::shared_ptr<Shared> shared, const IpAddress& peer, std::string lines) {
  asio::any_io_executor executor =
      asio::prefer(shared->around.io.get_executor(), asio::execution::outstanding_work.tracked);
  auto start = [&](auto waiting) {
    auto kept = std::make_shared<decltype(waiting)>(std::move(waiting));
    auto done = [kept, executor, shared](const Result<void>& stored) {
      if (!stored) shared->around.counters.not_stored.add();
      asio::post(executor, [kept] { std::move (*kept)(); });
    };
    shared->around.sink.lines({peer.text(), false}, shared->bucket, std::move(lines), std::move(done));
  };
  co_await asio::async_initiate<decltype(asio::use_awaitable), void()>(start, asio::use_awaitable);
}

asio::awaitable<void> serve(std::shared_ptr<Shared> shared, tcp::socket socket, IpAddress peer) {
  ConnectionTable::Place place(shared->connections, peer);
  ListenerCounters& counters = shared->around.counters;
  std::string text;
  bool open = true;
  bool skipping = false;  // the rest of a line that is too long
  while (open) {
    place.idle([&socket] {
      boost::system::error_code ignored;
      socket.close(ignored);
    });
    // Room for what comes only when something has: most connections are idle most of the time.
    text.shrink_to_fit();
    auto [closed] = co_await socket.async_wait(tcp::socket::wait_read, kTuple);
    if (closed) break;
    const size_t kept = text.size();
    text.resize(kept + kRead);
    auto [error, count] = co_await socket.async_read_some(asio::buffer(text.data() + kept, kRead), kTuple);
    place.busy();
    text.resize(kept + count);
    counters.bytes.add(count);
    open = !error;
    if (error && error != asio::error::eof) break;

    size_t end = text.rfind('\n');
    end = end == std::string::npos ? 0 : end + 1;
    if (!open) end = text.size();  // the last line needs no end
    std::string whole = text.substr(0, end);
    text.erase(0, end);
    if (skipping && !whole.empty()) {
      whole.erase(0, std::min(whole.find('\n'), whole.size() - 1) + 1);
      skipping = false;
    }
    if (text.size() > kLongestLine) {
      if (!skipping) counters.malformed.add();
      skipping = true;
      text.clear();
    }
    if (whole.empty()) continue;

    const auto lines_here = static_cast<uint64_t>(std::ranges::count(whole, '\n'));
    if (const Ns wait = shared->limit.wait(peer, lines_here, steady_now()); wait > 0) {
      counters.limited.add();
      asio::steady_timer timer(shared->around.io, std::chrono::nanoseconds(wait));
      co_await timer.async_wait(kTuple);
    }
    shared->limit.take(peer, lines_here, steady_now());
    counters.messages.add(lines_here);
    store::CheckedLines checked = shared->convert(whole, shared->around.now());
    if (!checked.complete()) counters.malformed.add(checked.bad_rows + checked.dropped);
    if (checked.lines.empty()) continue;
    std::string good = std::move(checked.lines);
    co_await store_lines(shared, peer, std::move(good));
  }
}

IpAddress address_of(const asio::ip::address& address) {
  return address.is_v4() ? IpAddress::v4(address.to_v4().to_bytes()) : IpAddress::v6(address.to_v6().to_bytes());
}

struct Door {
  tcp::acceptor acceptor;
  ListenAddress address;
};

asio::awaitable<void> accept(std::shared_ptr<Shared> shared, std::shared_ptr<Door> door) {
  while (door->acceptor.is_open()) {
    auto [error, socket] = co_await door->acceptor.async_accept(kTuple);
    if (!door->acceptor.is_open()) break;
    if (error) {  // most are of the connection that came; without a descriptor left the same one would fail at once
                  // again
      shared->connections.close_one();
      asio::steady_timer pause(shared->around.io, std::chrono::milliseconds(100));
      co_await pause.async_wait(kTuple);
      continue;
    }
    boost::system::error_code gone;
    const auto endpoint = socket.remote_endpoint(gone);
    if (gone) continue;
    const IpAddress peer = address_of(endpoint.address());
    if (!shared->around.settings.networks("allow").allows(peer)) {
      shared->around.counters.not_allowed.add();
    } else if (!shared->connections.make_room(peer)) {
      shared->around.counters.limited.add();
    } else {
      socket.set_option(asio::socket_base::keep_alive(true), gone);
      asio::co_spawn(shared->around.io, serve(shared, std::move(socket), peer), asio::detached);
    }
  }
}

class Graphite : public OpenListener {
 public:
  std::vector<ListenAddress> addresses() const override {
    std::vector<ListenAddress> all;
    for (const auto& door : doors) all.push_back(door->address);
    for (const auto& socket : sockets) all.push_back(socket->address());
    return all;
  }
  void stop() override {
    for (const auto& socket : sockets) socket->stop();
    for (const auto& door : doors) {
      boost::system::error_code ignored;
      door->acceptor.close(ignored);
    }
    shared->connections.close_idle();
  }

  std::shared_ptr<Shared> shared;
  std::vector<std::shared_ptr<Door>> doors;
  std::vector<std::unique_ptr<TelemetryUdp>> sockets;
};

Result<std::shared_ptr<Door>> open_door(const Surroundings& surroundings, const ListenAddress& address) {
  auto socket = bind_tcp("graphite", address);
  if (!socket) return fail(socket.error());
  ListenAddress bound = bound_address(*socket, address);
  bound.transport = Transport::Tcp;
  tcp::acceptor acceptor(surroundings.io);
  boost::system::error_code error;
  acceptor.assign(address.ip.is_v4() ? tcp::v4() : tcp::v6(), socket->descriptor(), error);
  if (error) return fail(ErrorCode::Io, fmt::format("graphite: {}: {}", address.text(), error.message()));
  socket->release();
  return std::make_shared<Door>(std::move(acceptor), bound);
}

Result<std::unique_ptr<OpenListener>> open(const Surroundings& surroundings) {
  const Section& settings = surroundings.settings;
  const auto bucket = store::bucket_of_name(settings.text("bucket"));
  if (!bucket) return fail(ErrorCode::Malformed, fmt::format("graphite.bucket: {}", bucket.error().message));
  auto templates = GraphiteTemplates::parse(settings.texts("templates"));
  if (!templates) return fail(ErrorCode::Malformed, fmt::format("graphite.templates: {}", templates.error().message));

  auto listener = std::make_unique<Graphite>();
  listener->shared = std::make_shared<Shared>(surroundings, std::move(*templates), *bucket);
  for (const ListenAddress& address : settings.addresses("listen")) {
    if (address.transport == Transport::Tls)
      return fail(ErrorCode::Unsupported, fmt::format("graphite: {}: it has TCP and UDP only", address.text()));
    if (address.transport != Transport::Udp) {
      auto door = open_door(surroundings, address);
      if (!door) return fail(door.error());
      asio::co_spawn(surroundings.io, accept(listener->shared, *door), asio::detached);
      listener->doors.push_back(std::move(*door));
    }
    if (address.transport != Transport::Tcp) {
      auto convert = [shared = listener->shared](std::string_view datagram, Ns now) {
        return shared->convert(datagram, now);
      };
      auto socket = TelemetryUdp::open(surroundings, "graphite", address, *bucket, std::move(convert));
      if (!socket) return fail(socket.error());
      listener->sockets.push_back(std::move(*socket));
    }
  }
  return std::unique_ptr<OpenListener>(std::move(listener));
}

}  // namespace

extern const Listener graphite_listener;
const Listener graphite_listener = {
    .name = "graphite",
    .summary = "Graphite's plain text over TCP and UDP, as Proxmox VE and collectd (write_graphite) send it",
    .listen = "127.0.0.1:2003",
    .rate_help = "lines (over UDP datagrams) a second that one address may send; 0: no limit",
    .settings = kSettings,
    .open = open,
};

}  // namespace inquest::record
