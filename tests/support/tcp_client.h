// A client that sends bytes as a test wants them, good or bad, and reads what comes back.
#pragma once

#include <string>
#include <string_view>

namespace inquest::testing {

// Connected to a port of 127.0.0.1, blocking, with limits of half a minute. Throws where it can't connect.
class TcpClient {
 public:
  explicit TcpClient(int port);
  ~TcpClient();
  TcpClient(const TcpClient&) = delete;
  TcpClient& operator=(const TcpClient&) = delete;

  // False where the other side has closed.
  bool send(std::string_view bytes);
  // Says that nothing more comes.
  void finish();
  // Closing resets the connection, so that its port is free again at once: for tests that need thousands.
  void leave_nothing();
  // One HTTP response, with its body of Content-Length; what came until then where the other side closed before.
  std::string response(bool head_only = false);
  // All until the other side closes.
  std::string rest();
  // Whether the other side has closed, or closes within the limit.
  bool closed();

 private:
  bool more();
  int fd_ = -1;
  std::string received_;
};

// Sends a datagram to a port of 127.0.0.1.
void send_datagram(int port, std::string_view bytes);

}  // namespace inquest::testing
