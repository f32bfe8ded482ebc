#include "support/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace inquest::testing {
namespace {

using Output = Invocation::Output;

// Two ends: what the program gets and what we keep. -1 is none.
struct Ends {
  int theirs = -1;
  int ours = -1;
};

Ends make_pipe(bool we_read) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  return we_read ? Ends{ends[1], ends[0]} : Ends{ends[0], ends[1]};
}

Ends make_terminal() {
  const int ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (ours < 0 || grantpt(ours) != 0 || unlockpt(ours) != 0) std::abort();
  std::array<char, 128> name{};
  if (ptsname_r(ours, name.data(), name.size()) != 0) std::abort();
  const int theirs = open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  winsize size{};
  size.ws_col = 100;
  size.ws_row = 24;
  ioctl(theirs, TIOCSWINSZ, &size);
  return {theirs, ours};
}

Ends make_output(Output kind) {
  switch (kind) {
    case Output::Pipe: return make_pipe(true);
    case Output::Terminal: return make_terminal();
    case Output::Full: return {open("/dev/full", O_WRONLY | O_CLOEXEC), -1};
    case Output::Closed: return {};
    case Output::ClosedPipe: {
      const Ends ends = make_pipe(true);
      close(ends.ours);
      return {ends.theirs, -1};
    }
  }
  return {};
}

void take_place(int fd, int place) {
  if (fd < 0) {
    close(place);
  } else {
    dup2(fd, place);
  }
}

[[noreturn]] void become_inquest(const Invocation& invocation, int in, int out, int err) {
  take_place(in, STDIN_FILENO);
  take_place(out, STDOUT_FILENO);
  take_place(err, STDERR_FILENO);
  std::signal(SIGPIPE, SIG_DFL);
  if (!invocation.folder.empty() && chdir(invocation.folder.c_str()) != 0) _exit(126);
  std::vector<std::string> words = {INQUEST_BINARY};
  words.insert(words.end(), invocation.arguments.begin(), invocation.arguments.end());
  std::vector<std::string> variables = {"PATH=/usr/bin:/bin"};
  for (const auto& [name, value] : invocation.environment) variables.push_back(fmt::format("{}={}", name, value));
  const auto pointers = [](std::vector<std::string>& strings) {
    std::vector<char*> out_pointers;
    for (std::string& each : strings) out_pointers.push_back(each.data());
    out_pointers.push_back(nullptr);
    return out_pointers;
  };
  execve(INQUEST_BINARY, pointers(words).data(), pointers(variables).data());
  _exit(127);
}

// Until the program has read all that is in the pipe: one with sanitizers, on a busy machine, takes its time to start.
void await_reader(int pipe) {
  for (int rounds = 0; rounds < 3000; ++rounds) {
    int unread = 0;
    if (ioctl(pipe, FIONREAD, &unread) != 0 || unread == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

// Moves bytes until the program has closed its ends. A terminal says EIO where a pipe says end of file.
void talk(std::string_view input, std::string_view late_input, int in, int out, std::string& out_text, int err,
          std::string& err_text) {
  std::array<pollfd, 3> files = {pollfd{in, POLLOUT, 0}, pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  std::array<char, 65536> buffer{};
  const auto drain = [&](pollfd& file, std::string& text) {
    if (file.fd < 0 || file.revents == 0) return;
    const ssize_t count = read(file.fd, buffer.data(), buffer.size());
    if (count > 0) {
      text.append(buffer.data(), static_cast<size_t>(count));
    } else {
      close(std::exchange(file.fd, -1));
    }
  };
  while (files[0].fd >= 0 || files[1].fd >= 0 || files[2].fd >= 0) {
    if (poll(files.data(), files.size(), -1) < 0) break;
    if (files[0].fd >= 0 && files[0].revents != 0) {
      const ssize_t count = input.empty() ? -1 : write(files[0].fd, input.data(), input.size());
      if (count > 0) input.remove_prefix(static_cast<size_t>(count));
      if (input.empty() && !late_input.empty()) {
        await_reader(files[0].fd);
        std::this_thread::sleep_for(std::chrono::milliseconds(2500));
        input = std::exchange(late_input, {});
      }
      if (count <= 0 || input.empty()) close(std::exchange(files[0].fd, -1));
    }
    drain(files[1], out_text);
    drain(files[2], err_text);
  }
}

}  // namespace

bool has_terminals() {
  const int ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (ours < 0) return false;
  close(ours);
  return true;
}

Ended run_inquest(const Invocation& invocation) {
  std::signal(SIGPIPE, SIG_IGN);  // a program that does not read its input must not end the tests
  const Ends in = make_pipe(false);
  const Ends out = make_output(invocation.output);
  const Ends err = invocation.error_terminal ? make_terminal() : make_pipe(true);
  const pid_t child = fork();
  if (child == 0) become_inquest(invocation, in.theirs, out.theirs, err.theirs);
  for (const int fd : {in.theirs, out.theirs, err.theirs}) {
    if (fd >= 0) close(fd);
  }
  Ended ended;
  talk(invocation.input, invocation.late_input, in.ours, out.ours, ended.out, err.ours, ended.err);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) ended.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  if (invocation.output == Output::Terminal) std::erase(ended.out, '\r');
  return ended;
}

Ended run_inquest(std::vector<std::string> arguments) {
  Invocation invocation;
  invocation.arguments = std::move(arguments);
  return run_inquest(invocation);
}

TemporaryFolder::TemporaryFolder() {
  path_ = ::testing::TempDir() + "inquest-XXXXXX";
  if (mkdtemp(path_.data()) == nullptr) std::abort();
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& bytes) const {
  const std::string file = path_ + "/" + name;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
  return file;
}

std::vector<std::string> TemporaryFolder::names() const {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(path_)) out.push_back(entry.path().filename().string());
  std::ranges::sort(out);
  return out;
}

}  // namespace inquest::testing
