// A database server as a child process: what it costs, as the kernel counts it, and what its folder holds. Gone with
// the object, and its folder with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

namespace inquest::bench {

[[noreturn]] inline void die(const std::string& why) {
  fmt::print(stderr, "{}\n", why);
  std::exit(4);
}

// Connected to a port of loopback, or -1.
inline int connect_to(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) return fd;
  ::close(fd);
  return -1;
}

// One that nobody listens on now.
inline int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0 &&
                     ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) == 0;
  ::close(fd);
  if (!bound) die("no port is free");
  return ntohs(at.sin_port);
}

class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "inquest-bench-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) die("cannot make " + path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }
  uint64_t bytes() const {
    uint64_t total = 0;
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_, error)) {
      if (entry.is_regular_file(error)) total += entry.file_size(error);
    }
    return total;
  }

 private:
  std::string path_;
};

class Server {
 public:
  // Started, and answering on its port.
  Server(std::vector<std::string> command, int port) : command_(std::move(command)), port_(port) { start(); }
  ~Server() { stop(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }

  void start() {
    std::vector<char*> words;
    for (std::string& word : command_) words.push_back(word.data());
    words.push_back(nullptr);
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    const auto begun = std::chrono::steady_clock::now();
    pid_ = ::vfork();  // to copy the tables of this program's memory would take longer than what is measured
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // however this program ends
      ::dup2(null, STDOUT_FILENO);
      ::dup2(null, STDERR_FILENO);
      ::execvp(words[0], words.data());
      ::_exit(127);
    }
    ::close(null);
    for (int tries = 0; tries < 30'000; ++tries) {
      const int fd = connect_to(port_);
      if (fd >= 0) {
        ::close(fd);
        start_ms_ = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
        return;
      }
      if (::waitpid(pid_, nullptr, WNOHANG) == pid_) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    die(command_[0] + " does not start");
  }

  // In order, as its service manager would.
  void stop() {
    if (pid_ <= 0) return;
    before_ += cpu_of_process();
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

  // From the last start until it answered on its port.
  double start_ms() const { return start_ms_; }
  // User and system seconds of all its threads, since the first start.
  double cpu_seconds() const { return before_ + cpu_of_process(); }
  double peak_mb() const { return memory("VmHWM:"); }
  double memory_mb() const { return memory("VmRSS:"); }

  // Waits until it does next to nothing: what it does behind the answers is done.
  void settle(int least_seconds = 2, int most_seconds = 90) const {
    int quiet = 0;
    double last = cpu_seconds();
    for (int second = 0; second < most_seconds && (quiet < 2 || second < least_seconds); ++second) {
      std::this_thread::sleep_for(std::chrono::seconds(1));
      const double now = cpu_seconds();
      quiet = now - last < 0.05 ? quiet + 1 : 0;
      last = now;
    }
  }

 private:
  double cpu_of_process() const {
    if (pid_ <= 0) return 0;
    std::ifstream file(fmt::format("/proc/{}/stat", pid_));
    std::string text((std::istreambuf_iterator<char>(file)), {});
    const size_t name_end = text.rfind(')');
    if (name_end == std::string::npos) return 0;
    unsigned long user = 0;
    unsigned long system = 0;
    const int found = std::sscanf(text.c_str() + name_end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                                  &user, &system);
    return found == 2 ? static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK)) : 0;
  }
  double memory(std::string_view name) const {
    std::ifstream file(fmt::format("/proc/{}/status", pid_));
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with(name)) return std::strtod(line.c_str() + name.size(), nullptr) / 1024;
    }
    return 0;
  }

  std::vector<std::string> command_;
  int port_;
  pid_t pid_ = -1;
  double before_ = 0;
  double start_ms_ = 0;
};

}  // namespace inquest::bench
