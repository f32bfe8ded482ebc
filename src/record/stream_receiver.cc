#include "record/stream_receiver.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <list>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "record/connection_table.h"
#include "record/rate_limit.h"
#include "record/socket.h"
#include "record/tls_context.h"

namespace inquest::record {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr auto kTick = std::chrono::seconds(1);
constexpr auto kPause = std::chrono::milliseconds(10);
constexpr size_t kPiece = 8 << 10;  // what each connection reads at once

IpAddress address_of(const asio::ip::address& address) {
  return address.is_v4() ? IpAddress::v4(address.to_v4().to_bytes()) : IpAddress::v6(address.to_v6().to_bytes());
}

}  // namespace

class StreamReceiver::Work : public std::enable_shared_from_this<Work> {
 public:
  Work(const Surroundings& surroundings, tcp::acceptor acceptor, const ListenAddress& address,
       const StreamLimits& limits, StreamProtocol& protocol)
      : around_(surroundings),
        address_(address),
        limits_(limits),
        protocol_(protocol),
        table_(limits.connections, limits.connections_per_source, around_.counters.connections),
        rate_({around_.settings.count("rate"), around_.settings.count("burst")}),
        acceptor_(std::move(acceptor)),
        timer_(around_.io) {}

  const ListenAddress& address() const { return address_; }

  void start() {
    asio::co_spawn(around_.io, accept(shared_from_this()), asio::detached);
    asio::co_spawn(around_.io, tick(shared_from_this()), asio::detached);
  }

  void stop() {
    if (!acceptor_.is_open()) return;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    timer_.cancel();
    // What has arrived can still be read, and then the end.
    for (Connection* one : connections_) one->socket().shutdown(tcp::socket::shutdown_receive, ignored);
  }

 private:
  struct Connection {
    Connection(Work& work, const IpAddress& from)
        : peer(from), place(work.table_, from), conversation(work.protocol_.begin(from)) {}
    virtual ~Connection() = default;
    virtual tcp::socket& socket() = 0;
    IpAddress peer;
    ConnectionTable::Place place;
    std::unique_ptr<StreamConversation> conversation;
  };
  template <class Stream>
  struct ConnectionOver : Connection {
    ConnectionOver(Work& work, const IpAddress& from, Stream over) : Connection(work, from), stream(std::move(over)) {}
    tcp::socket& socket() override { return beast::get_lowest_layer(stream).socket(); }
    Stream stream;
  };
  using Plain = beast::tcp_stream;
  using Tls = beast::ssl_stream<beast::tcp_stream>;

  static asio::awaitable<void> accept(std::shared_ptr<Work> self) {
    while (self->acceptor_.is_open()) {
      auto [error, socket] = co_await self->acceptor_.async_accept(kTuple);
      if (!error) {
        self->welcome(std::move(socket));
      } else if (self->acceptor_.is_open()) {
        // Most errors are of the connection that came; without a descriptor left the next one would fail as well.
        self->around_.counters.limited.add();
        self->table_.close_one();
        asio::steady_timer pause(self->around_.io, kPause);
        co_await pause.async_wait(kTuple);
      }
    }
  }

  void welcome(tcp::socket socket) {
    boost::system::error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return;  // gone already
    const IpAddress peer = address_of(endpoint.address());
    if (!around_.settings.networks("allow").allows(peer)) return around_.counters.not_allowed.add();
    if (!table_.make_room(peer)) return around_.counters.limited.add();
    socket.set_option(asio::socket_base::keep_alive(true), error);
    if (address_.transport == Transport::Tls) {
      auto context = around_.tls->current(steady_now());
      auto connection = std::make_unique<ConnectionOver<Tls>>(*this, peer, Tls(Plain(std::move(socket)), *context));
      asio::co_spawn(around_.io, serve(shared_from_this(), std::move(connection), std::move(context)), asio::detached);
    } else {
      auto connection = std::make_unique<ConnectionOver<Plain>>(*this, peer, Plain(std::move(socket)));
      asio::co_spawn(around_.io, serve(shared_from_this(), std::move(connection), nullptr), asio::detached);
    }
  }

  // The context lives as long as the connection that was made with it.
  template <class Stream>
  static asio::awaitable<void> serve(std::shared_ptr<Work> self, std::unique_ptr<ConnectionOver<Stream>> connection,
                                     std::shared_ptr<asio::ssl::context>) {
    Stream& stream = connection->stream;
    const auto close = [&stream] { beast::get_lowest_layer(stream).close(); };
    if constexpr (std::is_same_v<Stream, Tls>) {
      beast::get_lowest_layer(stream).expires_after(std::chrono::nanoseconds(self->limits_.handshake));
      connection->place.idle(close);
      auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, kTuple);
      connection->place.busy();
      if (error) {
        self->around_.counters.malformed.add();
        co_return;
      }
      beast::get_lowest_layer(stream).expires_never();
    }
    const auto at = self->connections_.insert(self->connections_.end(), connection.get());
    std::array<char, kPiece> piece;
    for (;;) {
      connection->place.idle(close);
      auto [error, count] = co_await stream.async_read_some(asio::buffer(piece), kTuple);
      connection->place.busy();
      if (error) break;
      std::vector<store::Event> events;
      connection->conversation->take({piece.data(), count}, self->around_.now(), events);
      self->around_.counters.bytes.add(count);
      const size_t messages = events.size();
      self->pass(std::move(events));
      // The sender waits, not the messages.
      while (self->in_flight_ >= kMostInFlight || !self->rate_.take(connection->peer, messages, steady_now())) {
        asio::steady_timer pause(self->around_.io, kPause);
        co_await pause.async_wait(kTuple);
        if (!self->acceptor_.is_open()) break;
      }
    }
    self->connections_.erase(at);
    std::vector<store::Event> events;
    connection->conversation->finish(self->around_.now(), events);
    self->pass(std::move(events));
  }

  static asio::awaitable<void> tick(std::shared_ptr<Work> self) {
    while (self->acceptor_.is_open()) {
      self->timer_.expires_after(kTick);
      co_await self->timer_.async_wait(kTuple);
      std::vector<store::Event> events;
      for (Connection* one : self->connections_) one->conversation->tick(self->around_.now(), events);
      self->pass(std::move(events));
    }
  }

  void pass(std::vector<store::Event> events) {
    if (events.empty()) return;
    const size_t count = events.size();
    in_flight_ += count;
    around_.counters.messages.add(count);
    around_.sink.events(std::move(events), [weak = weak_from_this(), count](const Result<void>& result) {
      // From a thread of the store's.
      const auto self = weak.lock();
      if (!self) return;
      if (!result) self->around_.counters.not_stored.add(count);
      asio::post(self->around_.io, [self, count] { self->in_flight_ -= count; });
    });
  }

  const Surroundings around_;
  const ListenAddress address_;
  const StreamLimits limits_;
  StreamProtocol& protocol_;
  ConnectionTable table_;
  RateLimit rate_;
  tcp::acceptor acceptor_;
  asio::steady_timer timer_;
  std::list<Connection*> connections_;  // that are past their handshake
  size_t in_flight_ = 0;
};

StreamReceiver::StreamReceiver(std::shared_ptr<Work> work) : work_(std::move(work)) {}
StreamReceiver::~StreamReceiver() { stop(); }

Result<std::unique_ptr<StreamReceiver>> StreamReceiver::open(const Surroundings& surroundings,
                                                             std::string_view listener, const ListenAddress& address,
                                                             const StreamLimits& limits, StreamProtocol& protocol) {
  if (address.transport == Transport::Tls && surroundings.tls == nullptr)
    return fail(ErrorCode::NotFound, fmt::format("{}: {} needs tls-certificate and tls-key", listener, address.text()));
  auto socket = bind_tcp(listener, address);
  if (!socket) return fail(socket.error());
  ListenAddress bound = bound_address(*socket, address);
  if (bound.transport == Transport::Any) bound.transport = Transport::Tcp;
  boost::system::error_code error;
  tcp::acceptor acceptor(surroundings.io);
  acceptor.assign(address.ip.is_v4() ? tcp::v4() : tcp::v6(), socket->descriptor(), error);
  if (error) return fail(ErrorCode::Io, fmt::format("{}: {}: {}", listener, address.text(), error.message()));
  socket->release();
  auto work = std::make_shared<Work>(surroundings, std::move(acceptor), bound, limits, protocol);
  work->start();
  return std::unique_ptr<StreamReceiver>(new StreamReceiver(std::move(work)));
}

const ListenAddress& StreamReceiver::address() const { return work_->address(); }
void StreamReceiver::stop() { work_->stop(); }

}  // namespace inquest::record
