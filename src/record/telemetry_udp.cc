#include "record/telemetry_udp.h"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "base/clock.h"
#include "record/allow_list.h"
#include "record/datagram_reader.h"
#include "record/rate_limit.h"
#include "record/receive_buffer.h"
#include "record/socket.h"

namespace inquest::record {
namespace {

namespace asio = boost::asio;

constexpr size_t kMostBatch = size_t{1} << 20U;  // bytes of lines that are handed on at once
constexpr size_t kMostReads = 64;                // before other work of the network thread has its turn

}  // namespace

class TelemetryUdp::Work : public std::enable_shared_from_this<Work> {
 public:
  Work(const Surroundings& surroundings, Socket socket, const ListenAddress& address, std::string bucket,
       Convert convert)
      : around_(surroundings),
        address_(address),
        bucket_(std::move(bucket)),
        convert_(std::move(convert)),
        allow_(around_.settings.networks("allow")),
        limit_({around_.settings.count("rate"), around_.settings.count("burst")}),
        reader_(around_.io, std::move(socket)) {}

  const ListenAddress& address() const { return address_; }

  void wait() {
    if (waiting_ >= kMostWaiting) return;
    reader_.wait([self = shared_from_this()] {
      self->read();
      self->wait();
    });
  }

  void stop() {
    if (!reader_.is_open()) return;
    read();
    reader_.close();
  }

 private:
  void read() {
    for (size_t i = 0; i < kMostReads && waiting_ < kMostWaiting; ++i) {
      const auto datagrams = reader_.receive();
      const Ns now = around_.now();
      const Ns steady = steady_now();
      for (const Datagram& datagram : datagrams) take(datagram, now, steady);
      if (datagrams.size() < Datagrams::kBatch) break;
    }
    pass();
    around_.counters.lost.add(reader_.take_dropped());
  }

  void take(const Datagram& datagram, Ns now, Ns steady) {
    if (!allow_.allows(datagram.ip)) return around_.counters.not_allowed.add();
    if (!limit_.take(datagram.ip, 1, steady)) return around_.counters.limited.add();
    around_.counters.messages.add();
    around_.counters.bytes.add(datagram.bytes.size());
    // Each by itself: a quote that does not end in one must not swallow the next.
    store::CheckedLines checked = convert_(datagram.bytes, now);
    if (!checked.complete()) around_.counters.malformed.add(checked.bad_rows + checked.dropped);
    if (datagram.ip != sender_) pass();
    sender_ = datagram.ip;
    batch_ += checked.lines;
    if (batch_.size() >= kMostBatch) pass();
  }

  void pass() {
    if (batch_.empty()) return;
    const uint64_t size = batch_.size();
    waiting_ += size;
    auto done = [weak = weak_from_this(), size](const Result<void>& stored) {
      // From a thread of the store's.
      const auto self = weak.lock();
      if (self == nullptr) return;
      if (!stored) self->around_.counters.not_stored.add();
      asio::post(self->around_.io, [self, size] {
        self->waiting_ -= size;
        self->wait();
      });
    };
    around_.sink.lines({sender_.text(), true}, bucket_, std::exchange(batch_, {}), std::move(done));
  }

  const Surroundings around_;
  const ListenAddress address_;
  const std::string bucket_;
  const Convert convert_;
  const AllowList allow_;
  RateLimit limit_;
  DatagramReader reader_;
  IpAddress sender_;  // of the batch
  std::string batch_;
  uint64_t waiting_ = 0;  // bytes that the store has not acknowledged
};

TelemetryUdp::TelemetryUdp(std::shared_ptr<Work> work) : work_(std::move(work)) {}
TelemetryUdp::~TelemetryUdp() { stop(); }

Result<std::unique_ptr<TelemetryUdp>> TelemetryUdp::open(const Surroundings& surroundings, std::string_view listener,
                                                         const ListenAddress& address, std::string bucket,
                                                         Convert convert) {
  auto socket = bind_udp(listener, address, surroundings.settings.size("receive-buffer"));
  if (!socket) return fail(socket.error());
  ListenAddress bound = bound_address(*socket, address);
  bound.transport = Transport::Udp;
  receive_buffer_gauge(surroundings.all_counters, listener).set(static_cast<int64_t>(receive_buffer_of(*socket)));
  auto work = std::make_shared<Work>(surroundings, std::move(*socket), bound, std::move(bucket), std::move(convert));
  work->wait();
  return std::unique_ptr<TelemetryUdp>(new TelemetryUdp(std::move(work)));
}

ListenAddress TelemetryUdp::address() const { return work_->address(); }
void TelemetryUdp::stop() { work_->stop(); }

}  // namespace inquest::record
