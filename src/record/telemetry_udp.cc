#include "record/telemetry_udp.h"

#include <chrono>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include "record/datagrams.h"
#include "record/rate_limit.h"
#include "record/socket.h"

namespace inquest::record {
namespace {

namespace asio = boost::asio;

constexpr size_t kMostBatch = size_t{1} << 20U;  // bytes of lines that are handed on at once
constexpr size_t kMostReads = 64;                // before other work of the network thread has its turn

Ns steady_now() { return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1); }

}  // namespace

class TelemetryUdp::Work : public std::enable_shared_from_this<Work> {
 public:
  Work(const Surroundings& surroundings, Socket socket, const ListenAddress& address, std::string bucket,
       Convert convert)
      : around_(surroundings),
        address_(address),
        bucket_(std::move(bucket)),
        convert_(std::move(convert)),
        limit_({around_.settings.count("rate"), around_.settings.count("burst")}),
        descriptor_(around_.io, socket.release()) {
    Datagrams::count_drops(descriptor_.native_handle());
  }

  const ListenAddress& address() const { return address_; }

  void wait() {
    if (reading_ || !descriptor_.is_open() || waiting_ >= kMostWaiting) return;
    reading_ = true;
    descriptor_.async_wait(asio::posix::descriptor_base::wait_read,
                           [self = shared_from_this()](const boost::system::error_code& error) {
                             self->reading_ = false;
                             if (error) return;
                             self->read();
                             self->wait();
                           });
  }

  void stop() {
    if (!descriptor_.is_open()) return;
    read();
    boost::system::error_code ignored;
    descriptor_.close(ignored);
  }

 private:
  void read() {
    for (size_t i = 0; i < kMostReads && waiting_ < kMostWaiting; ++i) {
      const auto datagrams = datagrams_.receive(descriptor_.native_handle());
      const Ns now = around_.now();
      const Ns steady = steady_now();
      for (const Datagram& datagram : datagrams) take(datagram, now, steady);
      if (datagrams.size() < Datagrams::kBatch) break;
    }
    pass();
    const uint32_t dropped = datagrams_.dropped();
    around_.counters.lost.add(dropped - dropped_);  // of 32 bits, so that it may wrap
    dropped_ = dropped;
  }

  void take(const Datagram& datagram, Ns now, Ns steady) {
    if (!around_.settings.networks("allow").allows(datagram.ip)) return around_.counters.not_allowed.add();
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
  RateLimit limit_;
  asio::posix::stream_descriptor descriptor_;
  Datagrams datagrams_;
  IpAddress sender_;  // of the batch
  std::string batch_;
  uint64_t waiting_ = 0;  // bytes that the store has not acknowledged
  uint32_t dropped_ = 0;
  bool reading_ = false;
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
  auto work = std::make_shared<Work>(surroundings, std::move(*socket), bound, std::move(bucket), std::move(convert));
  work->wait();
  return std::unique_ptr<TelemetryUdp>(new TelemetryUdp(std::move(work)));
}

ListenAddress TelemetryUdp::address() const { return work_->address(); }
void TelemetryUdp::stop() { work_->stop(); }

}  // namespace inquest::record
