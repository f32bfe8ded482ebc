// Whatever a client sends: what comes back is HTTP or nothing, and what is stored of it is line protocol. The bytes go
// through a socket to the listener as it is, with all that it serves.
#include "record/http.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "record/listener.h"
#include "support/memory_store.h"

namespace {

using namespace inquest;

void require(bool holds, std::string_view law) {
  if (holds) return;
  fmt::print(stderr, "{} (errno {})\n", law, errno);
  std::abort();
}

class CheckedSink : public record::Sink {
 public:
  void events(std::vector<store::Event>, store::Store::Done done) override { give(done); }
  void lines(const record::Peer&, std::string_view, std::string lines, store::Store::Done done) override {
    const auto checked = store::check_lines(std::move(lines), store::TimeUnit::Nano, 0);
    require(checked.bad_rows == 0, "what is stored is line protocol");
    give(done);
  }

 private:
  static void give(const store::Store::Done& done) {
    if (done) done({});
  }
};

// One listener for all runs, since opening one takes longer than a request.
class World {
 public:
  World() {
    require(bool(config_.set("http", "127.0.0.1:0")), "the address can be set");
    for (const record::Listener* listener : record::listeners()) {
      if (listener->name != "http") continue;
      auto opened = listener->open({io_, config_, config_.section("http"), sink_, store_, all_, counters_, routes_,
                                    nullptr, [] { return Ns{0}; }, [](std::string_view) {}});
      require(bool(opened), "the listener opens");
      open_ = std::move(*opened);
    }
    address_.sin_family = AF_INET;
    address_.sin_port = htons(static_cast<uint16_t>(open_->addresses().front().port));
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }

  // What it answers to a client that sends this, waits, and goes.
  std::string answer(std::string_view bytes) {
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(connect(client), "it takes connections");
    // Both ends are in this thread: what does not fit into the socket's buffer waits until the listener has read.
    std::string out;
    while (!bytes.empty()) {
      const ssize_t sent = ::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent > 0) bytes.remove_prefix(static_cast<size_t>(sent));
      const size_t done = run() + receive(client, out);
      if (sent <= 0 && done == 0) break;
    }
    while (run() + receive(client, out) > 0) {
    }
    const linger reset{1, 0};  // so that the port is free again
    setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    ::close(client);
    run();
    return out;
  }

 private:
  bool connect(int client) const {
    if (::connect(client, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) == 0) return true;
    // The fuzzer's alarm; the connection is made all the same.
    if (errno != EINTR) return false;
    pollfd made{.fd = client, .events = POLLOUT, .revents = 0};
    while (::poll(&made, 1, -1) < 0 && errno == EINTR) {
    }
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(client, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
  }
  size_t run() {
    io_.restart();
    return io_.poll();
  }
  static size_t receive(int client, std::string& out) {
    std::array<char, 65536> buffer{};
    const ssize_t got = ::recv(client, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got <= 0) return 0;
    out.append(buffer.data(), static_cast<size_t>(got));
    return static_cast<size_t>(got);
  }

  boost::asio::io_context io_{1};
  record::Config config_;
  record::Counters all_;
  record::ListenerCounters counters_{all_, "http"};
  CheckedSink sink_;
  inquest::testing::MemoryStore store_;
  record::Routes routes_;
  std::unique_ptr<record::OpenListener> open_;
  sockaddr_in address_{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static World world;
  const std::string answer = world.answer({reinterpret_cast<const char*>(data), size});
  require(answer.empty() || (answer.starts_with("HTTP/1.1 ") && answer.find("\r\n\r\n") != std::string::npos),
          "an answer is HTTP");
  return 0;
}
