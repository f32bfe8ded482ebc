// Requests over connections that stay: each sends its next one when the last is answered, as clients that wait for
// their acknowledgement do. One thread, so that it takes little of the machine that it measures.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/uio.h>

#include "server.h"

namespace inquest::bench {

struct Load {
  double seconds = 0;
  uint64_t answered = 0;  // requests whose batch was acknowledged
  uint64_t refused = 0;
  std::string complaint;              // the first refusal
  std::vector<float> milliseconds{};  // of each answered request, sorted

  double percentile(double share) const {
    return milliseconds.empty() ? 0 : milliseconds[static_cast<size_t>(share * (milliseconds.size() - 1))];
  }
};

class HttpLoad {
 public:
  HttpLoad(int port, std::string path, size_t connections) : path_(std::move(path)), epoll_(::epoll_create1(0)) {
    connections_.resize(connections);
    for (Connection& one : connections_) {
      one.fd = connect_to(port);
      if (one.fd < 0) die("cannot connect");
      const int on = 1;
      ::setsockopt(one.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      ::fcntl(one.fd, F_SETFL, O_NONBLOCK);
    }
  }
  ~HttpLoad() {
    for (const Connection& one : connections_) ::close(one.fd);
    ::close(epoll_);
  }
  HttpLoad(const HttpLoad&) = delete;
  HttpLoad& operator=(const HttpLoad&) = delete;

  // Posts the bodies in their order, until all are answered or the time is over: what was sent then is waited for.
  Load run(const std::vector<std::string_view>& bodies, double most_seconds) {
    Load load;
    size_t next = 0;
    size_t busy = 0;
    const auto start = Clock::now();
    const auto until = start + std::chrono::duration<double>(most_seconds);
    for (Connection& one : connections_) {
      one.armed = 0;
      if (next < bodies.size() && ++busy) begin(one, bodies[next++]);
    }
    std::vector<epoll_event> events(connections_.size());
    while (busy > 0) {
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 30'000);
      if (count == 0) die("no answer for 30 seconds");
      for (int i = 0; i < count; ++i) {
        Connection& one = connections_[events[static_cast<size_t>(i)].data.u64];
        if (one.sent < one.head.size() + one.body.size()) {
          push(one);
          continue;
        }
        if (!read_answer(one, load)) continue;
        --busy;
        if (next < bodies.size() && Clock::now() < until && ++busy) begin(one, bodies[next++]);
      }
    }
    load.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::ranges::sort(load.milliseconds);
    return load;
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct Connection {
    int fd = -1;
    uint32_t armed = 0;
    std::string head;
    std::string_view body;
    size_t sent = 0;
    std::string answer;
    Clock::time_point began;
  };

  void arm(Connection& one, uint32_t what) {
    if (one.armed == what) return;
    epoll_event event{};
    event.events = what;
    event.data.u64 = static_cast<uint64_t>(&one - connections_.data());
    if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, one.fd, &event) != 0) ::epoll_ctl(epoll_, EPOLL_CTL_ADD, one.fd, &event);
    one.armed = what;
  }
  void begin(Connection& one, std::string_view body) {
    one.head = fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", path_, body.size());
    one.body = body;
    one.sent = 0;
    one.answer.clear();
    one.began = Clock::now();
    push(one);
  }
  void push(Connection& one) {
    while (one.sent < one.head.size() + one.body.size()) {
      iovec parts[2];
      int count = 0;
      if (one.sent < one.head.size()) parts[count++] = {one.head.data() + one.sent, one.head.size() - one.sent};
      const size_t of_body = one.sent < one.head.size() ? 0 : one.sent - one.head.size();
      parts[count++] = {const_cast<char*>(one.body.data()) + of_body, one.body.size() - of_body};
      const ssize_t done = ::writev(one.fd, parts, count);
      if (done < 0 && errno == EAGAIN) return arm(one, EPOLLOUT);
      if (done < 0) die("the connection is gone");
      one.sent += static_cast<size_t>(done);
    }
    arm(one, EPOLLIN);
  }
  // Whether the answer is whole.
  bool read_answer(Connection& one, Load& load) {
    char buffer[4096];
    const ssize_t got = ::read(one.fd, buffer, sizeof buffer);
    if (got < 0 && errno == EAGAIN) return false;
    if (got <= 0) die("the server hung up");
    one.answer.append(buffer, static_cast<size_t>(got));
    const size_t end = one.answer.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const size_t field = one.answer.find("Content-Length: ");
    const size_t length = field < end ? std::strtoull(one.answer.c_str() + field + 16, nullptr, 10) : 0;
    if (one.answer.size() < end + 4 + length) return false;
    if (one.answer.starts_with("HTTP/1.1 204") || one.answer.starts_with("HTTP/1.1 200")) {
      ++load.answered;
      load.milliseconds.push_back(std::chrono::duration<float, std::milli>(Clock::now() - one.began).count());
    } else {
      if (load.refused++ == 0) load.complaint = one.answer;
    }
    return true;
  }

  std::string path_;
  int epoll_;
  std::vector<Connection> connections_;
};

// One request over a connection of its own, a GET where there is no body; gives head and body of the answer.
inline std::string ask(int port, const std::string& target, std::string_view body = {},
                       std::string_view type = "application/x-www-form-urlencoded") {
  const int fd = connect_to(port);
  if (fd < 0) die("cannot connect");
  const std::string request = fmt::format(
      "{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {}\r\nContent-Length: "
      "{}\r\n\r\n{}",
      body.empty() ? "GET" : "POST", target, type, body.size(), body);
  for (size_t sent = 0; sent < request.size();) {
    const ssize_t done = ::write(fd, request.data() + sent, request.size() - sent);
    if (done <= 0) die("the connection is gone");
    sent += static_cast<size_t>(done);
  }
  std::string answer;
  char buffer[65536];
  for (ssize_t got = 0; (got = ::read(fd, buffer, sizeof buffer)) > 0;) answer.append(buffer, static_cast<size_t>(got));
  ::close(fd);
  return answer;
}

inline std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace inquest::bench
