#include "record/http_server.h"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include <sys/resource.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "record/http_connection.h"
#include "record/socket.h"
#include "record/tls_context.h"

namespace inquest::record {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr uint64_t kDescriptorsForOthers = 256;  // the store's files, other listeners
constexpr auto kPauseWithoutDescriptors = std::chrono::milliseconds(100);

IpAddress address_of(const asio::ip::address& address) {
  return address.is_v4() ? IpAddress::v4(address.to_v4().to_bytes()) : IpAddress::v6(address.to_v6().to_bytes());
}

// No more than the process may have open.
uint64_t possible_connections(uint64_t wanted) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY) return wanted;
  const uint64_t room =
      files.rlim_cur > 2 * kDescriptorsForOthers ? files.rlim_cur - kDescriptorsForOthers : files.rlim_cur / 2;
  return std::min(wanted, room);
}

}  // namespace

HttpShared::HttpShared(HttpSetup with, ListenerCounters& counted, std::function<Ns()> utc)
    : setup(std::move(with)),
      counters(counted),
      connections(setup.limits.connections, setup.limits.connections_per_source, counters.connections),
      memory(setup.limits.memory, setup.limits.memory_per_source),
      rate({.rate = setup.limits.rate, .burst = setup.limits.burst}),
      date(std::move(utc)) {}

struct HttpServer::Impl {
  struct Door {
    tcp::acceptor acceptor;
    ListenAddress address;
    bool tls;
  };
  Impl(const Surroundings& surroundings, HttpSetup setup)
      : io(surroundings.io),
        tls(surroundings.tls),
        shared(std::make_shared<HttpShared>(std::move(setup), surroundings.counters, surroundings.now)) {}

  asio::io_context& io;
  TlsContext* tls;
  std::shared_ptr<HttpShared> shared;
  std::deque<Door> doors;

  static asio::awaitable<void> accept(std::shared_ptr<Impl> self, Door& door);
  void welcome(tcp::socket socket, bool with_tls);
};

void HttpServer::Impl::welcome(tcp::socket socket, bool with_tls) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return;  // gone already
  const IpAddress peer = address_of(endpoint.address());
  if (!shared->setup.allow.allows(peer)) {
    shared->counters.not_allowed.add();
    return;
  }
  if (!shared->connections.make_room(peer)) {
    shared->counters.limited.add();
    return;
  }
  socket.set_option(tcp::no_delay(true), error);
  socket.set_option(asio::socket_base::keep_alive(true), error);
  asio::co_spawn(io, serve_connection(shared, std::move(socket), peer, with_tls ? tls->current(steady_now()) : nullptr),
                 asio::detached);
}

asio::awaitable<void> HttpServer::Impl::accept(std::shared_ptr<Impl> self, Door& door) {
  while (door.acceptor.is_open()) {
    auto [error, socket] = co_await door.acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (!error) {
      self->welcome(std::move(socket), door.tls);
      continue;
    }
    if (!door.acceptor.is_open()) break;
    // Most errors are of the connection that came. Without a descriptor left the same one would fail at once again.
    if (error == asio::error::no_descriptors || error == boost::system::errc::too_many_files_open_in_system ||
        error == asio::error::no_buffer_space || error == asio::error::no_memory) {
      self->shared->counters.limited.add();
      self->shared->connections.close_one();
      asio::steady_timer pause(self->io, kPauseWithoutDescriptors);
      co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }
}

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::open(const Surroundings& surroundings, HttpSetup setup) {
  setup.limits.connections = possible_connections(setup.limits.connections);
  const std::string name = setup.name;
  const std::vector<ListenAddress> addresses = setup.addresses;
  auto impl = std::make_shared<Impl>(surroundings, std::move(setup));
  for (const ListenAddress& address : addresses) {
    if (address.transport == Transport::Udp)
      return fail(ErrorCode::Unsupported, fmt::format("{}: {}: HTTP has TCP and TLS only", name, address.text()));
    const bool tls = address.transport == Transport::Tls;
    if (tls && surroundings.tls == nullptr)
      return fail(ErrorCode::NotFound, fmt::format("{}: {} needs tls-certificate and tls-key", name, address.text()));
    auto socket = bind_tcp(name, address);
    if (!socket) return fail(socket.error());
    const ListenAddress bound = bound_address(*socket, address);
    boost::system::error_code error;
    tcp::acceptor acceptor(surroundings.io);
    const int fd = socket->release();
    acceptor.assign(address.ip.is_v4() ? tcp::v4() : tcp::v6(), fd, error);
    if (error) {
      (void)Socket(fd);
      return fail(ErrorCode::Io, fmt::format("{}: {}: {}", name, address.text(), error.message()));
    }
    impl->doors.push_back({std::move(acceptor), bound, tls});
  }
  for (Impl::Door& door : impl->doors) asio::co_spawn(surroundings.io, Impl::accept(impl, door), asio::detached);
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::vector<ListenAddress> HttpServer::addresses() const {
  std::vector<ListenAddress> all;
  for (const Impl::Door& door : impl_->doors) all.push_back(door.address);
  return all;
}

void HttpServer::stop() {
  impl_->shared->stopping = true;
  for (Impl::Door& door : impl_->doors) {
    boost::system::error_code error;
    door.acceptor.close(error);
  }
  impl_->shared->connections.close_idle();
}

}  // namespace inquest::record
