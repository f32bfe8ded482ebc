#include "app/fed_program.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

extern char** environ;

namespace inquest::app {
namespace {

using Clock = std::chrono::steady_clock;

// What it has not taken when it ends, or by then, it does not want.
void feed(int to, std::string_view text, Clock::time_point until) {
  while (!text.empty()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return;
    pollfd ready{to, POLLOUT, 0};
    if (poll(&ready, 1, static_cast<int>(std::min<long>(left, 1000))) < 0 && errno != EINTR) return;
    if ((ready.revents & POLLOUT) == 0) {
      if ((ready.revents & (POLLERR | POLLHUP)) != 0) return;
      continue;
    }
    // A socket, not a pipe: a program that closes its input is no signal to this one.
    const ssize_t sent = send(to, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return;
    if (sent > 0) text.remove_prefix(static_cast<size_t>(sent));
  }
}

}  // namespace

Result<void> feed_program(const std::vector<std::string>& words, std::string_view text, Ns limit) {
  if (words.empty()) return fail(ErrorCode::NotFound, "no program is named");
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return fail(ErrorCode::Io, fmt::format("{}: {}", words[0], strerror(errno)));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error != 0) {
    close(ends[0]);
    return fail(error == ENOENT ? ErrorCode::NotFound : ErrorCode::Failed,
                fmt::format("{}: {}", words[0], strerror(error)));
  }
  const auto until = Clock::now() + std::chrono::nanoseconds(limit);
  feed(ends[0], text, until);
  close(ends[0]);
  int status = 0;
  bool killed = false;
  while (true) {
    const pid_t ended = waitpid(pid, &status, killed ? 0 : WNOHANG);
    if (ended == pid) break;
    if (ended < 0 && errno != EINTR) return fail(ErrorCode::Io, fmt::format("{}: {}", words[0], strerror(errno)));
    if (ended != 0) continue;
    if (Clock::now() >= until) {
      kill(pid, SIGKILL);
      killed = true;
      continue;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (killed) return fail(ErrorCode::Failed, fmt::format("{} did not end and was killed", words[0]));
  if (WIFSIGNALED(status)) {
    return fail(ErrorCode::Failed, fmt::format("{} was ended by signal {}", words[0], WTERMSIG(status)));
  }
  if (WEXITSTATUS(status) != 0) {
    return fail(ErrorCode::Failed, fmt::format("{} ended with status {}", words[0], WEXITSTATUS(status)));
  }
  return {};
}

}  // namespace inquest::app
