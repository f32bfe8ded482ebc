// A UDP socket on the network thread: when there is something to read, and what.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "record/datagrams.h"
#include "record/socket.h"

namespace inquest::record {

// Under a flood the socket is looked at once a millisecond instead of at each datagram, for waking up costs more than
// reading. Where the kernel's buffer holds far more than what can come meanwhile. Used on the network thread alone.
class DatagramReader {
 public:
  DatagramReader(boost::asio::io_context& io, Socket socket);
  ~DatagramReader() { close(); }
  DatagramReader(const DatagramReader&) = delete;
  DatagramReader& operator=(const DatagramReader&) = delete;

  bool is_open() const { return socket_.descriptor() >= 0; }
  void close();

  // Calls `ready` once, when something can be read, unless it is closed before; nothing where that is awaited already.
  // `ready` keeps the reader's owner alive.
  void wait(std::function<void()> ready);
  // At most Datagrams::kBatch; fewer where no more waits. Valid until the next call.
  std::span<const Datagram> receive();
  // How many the kernel dropped because its buffer was full, as far as known since the last call.
  uint32_t take_dropped();

 private:
  void forget_readable();

  Socket socket_;
  const bool may_pause_;
  boost::asio::posix::stream_descriptor readable_;  // the socket, while it is waited for
  boost::asio::steady_timer pause_;
  Datagrams datagrams_;
  size_t received_ = 0;  // since the last wait
  uint32_t dropped_ = 0;
  bool waiting_ = false;
};

}  // namespace inquest::record
