// Servers for tests: real programs in the background, and one of our own that says what it is told to.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>

namespace inquest::testing {

// A TCP port of 127.0.0.1 that nothing listens on at the moment.
int free_port();

// Whether a program is in $PATH.
bool has_program(const std::string& name);

// Runs a program to its end; whether it ended with 0. What it prints is lost.
bool run_program(const std::vector<std::string>& arguments);

// A program that runs until the object goes. What it prints is lost.
class Server {
 public:
  explicit Server(const std::vector<std::string>& arguments);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Waits until somebody listens on the port; false after ten seconds, or when the program ended.
  bool listens(int port);

 private:
  pid_t pid_ = -1;
};

// An HTTP server on 127.0.0.1, one request at a time.
class HttpServer {
 public:
  struct Request {
    std::string line;  // "POST /api/v2/query?org=lab HTTP/1.1"
    std::string head;  // all header lines
    std::string body;
  };
  // `answer` gives the whole reply, from "HTTP/1.1 200 OK\r\n" on; the connection is closed behind it.
  explicit HttpServer(std::function<std::string(const Request&)> answer);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return port_; }
  // A reply of that status with a body and its length.
  static std::string reply(std::string_view status, std::string_view body, std::string_view further_headers = {});

 private:
  void serve();

  std::function<std::string(const Request&)> answer_;
  int port_ = 0;
  int listener_;  // made after port_, which it sets
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace inquest::testing
