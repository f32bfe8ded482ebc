#include "record/datagrams.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>

namespace inquest::record {
namespace {

constexpr size_t kLongest = 64 << 10;
// Not a power of two, so that the buffers' beginnings do not all fall into the same few lines of the cache.
constexpr size_t kStride = kLongest + 5 * 64;
constexpr size_t kControl = CMSG_SPACE(sizeof(uint32_t));

}  // namespace

struct Datagrams::Buffers {
  std::unique_ptr<char[]> bytes = std::make_unique_for_overwrite<char[]>(kBatch * kStride);
  alignas(cmsghdr) std::array<std::array<char, kControl>, kBatch> control{};
  std::array<sockaddr_in6, kBatch> senders{};  // has room for IPv4's too
  std::array<iovec, kBatch> parts{};
  std::array<mmsghdr, kBatch> headers{};
  std::array<Datagram, kBatch> datagrams;
};

namespace {

void read_sender(const sockaddr_in6& sender, Datagram& out) {
  if (sender.sin6_family == AF_INET6) {
    std::array<uint8_t, 16> ip{};
    std::memcpy(ip.data(), &sender.sin6_addr, ip.size());
    out.ip = IpAddress::v6(ip);
    out.port = ntohs(sender.sin6_port);
    return;
  }
  sockaddr_in v4{};
  std::memcpy(&v4, &sender, sizeof v4);
  std::array<uint8_t, 4> ip{};
  std::memcpy(ip.data(), &v4.sin_addr, ip.size());
  out.ip = IpAddress::v4(ip);
  out.port = ntohs(v4.sin_port);
}

}  // namespace

Datagrams::Datagrams() : buffers_(std::make_unique<Buffers>()) {
  Buffers& b = *buffers_;
  for (size_t i = 0; i < kBatch; ++i) {
    b.parts[i] = {b.bytes.get() + i * kStride, kLongest};
    msghdr& header = b.headers[i].msg_hdr;
    header.msg_name = &b.senders[i];
    header.msg_iov = &b.parts[i];
    header.msg_iovlen = 1;
    header.msg_control = b.control[i].data();
  }
}

Datagrams::~Datagrams() = default;

void Datagrams::count_drops(int socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_RXQ_OVFL, &yes, sizeof yes);
}

std::span<const Datagram> Datagrams::receive(int socket) {
  Buffers& b = *buffers_;
  for (mmsghdr& header : b.headers) {
    header.msg_hdr.msg_namelen = sizeof(sockaddr_in6);
    header.msg_hdr.msg_controllen = kControl;
  }
  // An error (EAGAIN, or what an earlier answer of ours met) means that there is nothing now.
  const int count = ::recvmmsg(socket, b.headers.data(), kBatch, MSG_DONTWAIT, nullptr);
  if (count <= 0) return {};
  const auto received = static_cast<size_t>(count);
  for (size_t i = 0; i < received; ++i) {
    Datagram& out = b.datagrams[i];
    read_sender(b.senders[i], out);
    const size_t length = std::min<size_t>(b.headers[i].msg_len, kLongest);
    out.bytes = {b.bytes.get() + i * kStride, length};
  }
  msghdr& newest = b.headers[received - 1].msg_hdr;
  for (cmsghdr* one = CMSG_FIRSTHDR(&newest); one != nullptr; one = CMSG_NXTHDR(&newest, one)) {
    if (one->cmsg_level == SOL_SOCKET && one->cmsg_type == SO_RXQ_OVFL)
      std::memcpy(&dropped_, CMSG_DATA(one), sizeof dropped_);
  }
  return {b.datagrams.data(), received};
}

}  // namespace inquest::record
