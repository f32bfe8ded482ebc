#include "support/tcp_client.h"

#include <array>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

namespace inquest::testing {
namespace {

constexpr time_t kSeconds = 30;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

TcpClient::TcpClient(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval limit{kSeconds, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const sockaddr_in address = loopback(port);
  if (fd_ < 0 || connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("can't connect");
}

TcpClient::~TcpClient() { close(fd_); }

bool TcpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void TcpClient::leave_nothing() {
  const linger none{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

void TcpClient::finish() { shutdown(fd_, SHUT_WR); }

bool TcpClient::more() {
  std::array<char, 65536> buffer{};
  const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  received_.append(buffer.data(), static_cast<size_t>(got));
  return true;
}

std::string TcpClient::response(bool head_only) {
  size_t end = received_.find("\r\n\r\n");
  while (end == std::string::npos && more()) end = received_.find("\r\n\r\n");
  if (end == std::string::npos) return std::exchange(received_, {});
  end += 4;
  const std::string head = lower(received_.substr(0, end));
  if (const size_t at = head.find("content-length: "); at != std::string::npos && !head_only) {
    const std::string_view from = std::string_view(head).substr(at + 16);
    end += parse_int<size_t>(from.substr(0, from.find('\r'))).value_or(0);
  }
  while (received_.size() < end && more()) {
  }
  std::string one = received_.substr(0, end);
  received_.erase(0, end);
  return one;
}

std::string TcpClient::rest() {
  while (more()) {
  }
  return std::exchange(received_, {});
}

bool TcpClient::closed() {
  char byte = 0;
  const ssize_t got = recv(fd_, &byte, 1, 0);
  if (got > 0) received_ += byte;
  return got == 0 || (got < 0 && errno == ECONNRESET);
}

void send_datagram(int port, std::string_view bytes) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  sendto(fd, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  close(fd);
}

}  // namespace inquest::testing
