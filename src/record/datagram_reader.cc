#include "record/datagram_reader.h"

#include <utility>

namespace inquest::record {
namespace {

constexpr size_t kFlood = 16;  // datagrams that waited
constexpr auto kPause = std::chrono::milliseconds(1);
constexpr int kBufferForPause = 4 << 20;  // bytes: some thousand datagrams

}  // namespace

DatagramReader::DatagramReader(boost::asio::io_context& io, Socket socket)
    : socket_(std::move(socket)), may_pause_(receive_buffer(socket_) >= kBufferForPause), readable_(io), pause_(io) {
  Datagrams::count_drops(socket_.descriptor());
}

void DatagramReader::close() {
  if (!is_open()) return;
  forget_readable();
  pause_.cancel();
  socket_ = Socket(-1);
}

// What the reactor watches wakes its thread, whether it is waited for or not.
void DatagramReader::forget_readable() {
  if (readable_.is_open()) (void)readable_.release();
}

void DatagramReader::wait(std::function<void()> ready) {
  if (waiting_ || !is_open()) return;
  waiting_ = true;
  auto go_on = [this, ready = std::move(ready)](const boost::system::error_code& error) {
    waiting_ = false;
    if (!error && is_open()) ready();
  };
  const bool flood = std::exchange(received_, 0) >= kFlood;
  boost::system::error_code error;
  if (flood && may_pause_) {
    forget_readable();
  } else if (!readable_.is_open()) {
    readable_.assign(socket_.descriptor(), error);
  }
  if (readable_.is_open()) return readable_.async_wait(boost::asio::posix::descriptor_base::wait_read, go_on);
  pause_.expires_after(kPause);
  pause_.async_wait(std::move(go_on));
}

std::span<const Datagram> DatagramReader::receive() {
  const auto datagrams = datagrams_.receive(socket_.descriptor());
  received_ += datagrams.size();
  return datagrams;
}

uint32_t DatagramReader::take_dropped() {
  return datagrams_.dropped() - std::exchange(dropped_, datagrams_.dropped());  // of 32 bits, so that they may wrap
}

}  // namespace inquest::record
