#include "record/udp_receiver.h"

#include <atomic>
#include <string>
#include <utility>

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "record/allow_list.h"
#include "record/datagram_reader.h"
#include "record/rate_limit.h"
#include "record/receive_buffer.h"
#include "record/socket.h"

namespace inquest::record {
namespace {

namespace asio = boost::asio;

constexpr auto kTick = std::chrono::milliseconds(100);
// Events that are handed on at once, and reads before other work of the network thread has its turn.
constexpr size_t kMostEvents = 4096;
constexpr size_t kMostReads = 64;

std::string own_host() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

}  // namespace

class UdpReceiver::Work : public std::enable_shared_from_this<Work> {
 public:
  Work(const Surroundings& surroundings, std::string_view listener, Socket socket, const ListenAddress& address,
       DatagramProtocol& protocol)
      : around_(surroundings),
        listener_(listener),
        address_(address),
        protocol_(protocol),
        allow_(around_.settings.networks("allow")),
        limit_({around_.settings.count("rate"), around_.settings.count("burst")}),
        reader_(around_.io, std::move(socket)),
        timer_(around_.io) {}

  const ListenAddress& address() const { return address_; }

  void start() {
    wait();
    tick_later();
  }

  void stop() {
    if (!reader_.is_open()) return;
    read(1 << 10);
    std::vector<store::Event> events;
    note_drops(events);
    protocol_.finish(around_.now(), events);
    pass(std::move(events));
    timer_.cancel();
    reader_.close();
  }

 private:
  void wait() {
    if (in_flight_ >= kMostInFlight) return;  // stored() comes back here
    reader_.wait([self = shared_from_this()] {
      self->read(kMostReads);
      self->wait();
    });
  }

  void read(size_t most_reads) {
    std::vector<store::Event> events;
    for (size_t i = 0; i < most_reads; ++i) {
      const auto datagrams = reader_.receive();
      const Ns now = around_.now();
      const Ns steady = steady_now();
      // By much at once: an event is some hundred bytes, and moved when there is no room.
      if (events.capacity() - events.size() < datagrams.size()) events.reserve(4 * (events.size() + datagrams.size()));
      for (const Datagram& datagram : datagrams) take(datagram, now, steady, events);
      if (events.size() >= kMostEvents) {
        pass(std::exchange(events, {}));
        if (in_flight_ >= kMostInFlight) break;
      }
      if (datagrams.size() < Datagrams::kBatch) break;
    }
    pass(std::move(events));
  }

  void take(const Datagram& datagram, Ns now, Ns steady, std::vector<store::Event>& events) {
    if (!allow_.allows(datagram.ip)) return around_.counters.not_allowed.add();
    if (!limit_.take(datagram.ip, 1, steady)) {
      around_.counters.limited.add();
      return protocol_.limited(datagram.ip, 1);
    }
    around_.counters.messages.add();
    around_.counters.bytes.add(datagram.bytes.size());
    protocol_.take(datagram, now, events);
  }

  void pass(std::vector<store::Event> events) {
    if (events.empty()) return;
    const size_t count = events.size();
    in_flight_ += count;
    around_.sink.events(std::move(events), [weak = weak_from_this(), count](const Result<void>& result) {
      // From a thread of the store's.
      const auto self = weak.lock();
      if (!self) return;
      if (!result) self->around_.counters.not_stored.add(count);
      asio::post(self->around_.io, [self, count] {
        self->in_flight_ -= count;
        self->wait();
      });
    });
  }

  void tick_later() {
    timer_.expires_after(kTick);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (error || !self->reader_.is_open()) return;
      self->tick();
      self->tick_later();
    });
  }

  void tick() {
    std::vector<store::Event> events;
    if (const Ns steady = steady_now(); steady - noted_ >= kSecond) {
      noted_ = steady;
      note_drops(events);
    }
    protocol_.tick(around_.now(), events);
    pass(std::move(events));
  }

  void note_drops(std::vector<store::Event>& events) {
    const uint32_t count = reader_.take_dropped();
    if (count == 0) return;
    around_.counters.lost.add(count);
    store::Event event;
    event.time = event.received = around_.now();
    event.host = own_host();
    event.source = listener_;
    event.ident = "inquest";
    event.severity = 4;
    event.message = fmt::format("{}: {} datagrams were dropped by this host's kernel: the buffer of {} was full",
                                listener_, count, address_.text());
    event.fields = {{"note", "dropped"}, {"count", fmt::format("{}", count)}};
    events.push_back(std::move(event));
  }

  const Surroundings around_;
  const std::string listener_;
  const ListenAddress address_;
  DatagramProtocol& protocol_;
  const AllowList allow_;
  RateLimit limit_;
  DatagramReader reader_;
  asio::steady_timer timer_;
  size_t in_flight_ = 0;
  Ns noted_ = 0;
};

UdpReceiver::UdpReceiver(std::shared_ptr<Work> work) : work_(std::move(work)) {}
UdpReceiver::~UdpReceiver() { stop(); }

Result<std::unique_ptr<UdpReceiver>> UdpReceiver::open(const Surroundings& surroundings, std::string_view listener,
                                                       const ListenAddress& address, uint64_t receive_buffer,
                                                       DatagramProtocol& protocol) {
  auto socket = bind_udp(listener, address, receive_buffer);
  if (!socket) return std::unexpected(socket.error());
  ListenAddress bound = bound_address(*socket, address);
  bound.transport = Transport::Udp;
  receive_buffer_gauge(surroundings.all_counters, listener).set(static_cast<int64_t>(receive_buffer_of(*socket)));
  auto work = std::make_shared<Work>(surroundings, listener, std::move(*socket), bound, protocol);
  work->start();
  return std::unique_ptr<UdpReceiver>(new UdpReceiver(std::move(work)));
}

const ListenAddress& UdpReceiver::address() const { return work_->address(); }
void UdpReceiver::stop() { work_->stop(); }

}  // namespace inquest::record
