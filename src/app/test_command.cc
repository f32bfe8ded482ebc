#include "app/test_command.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

namespace inquest::app {
namespace {

constexpr long kPollNs = 50'000'000;              // how late a time-out may come
constexpr auto kGrace = std::chrono::seconds(2);  // between asking a command to end and ending it

std::unexpected<Error> os_error(std::string_view what) {
  return fail(ErrorCode::Io, fmt::format("{}: {}", what, std::generic_category().message(errno)));
}

std::string shell_quoted(std::string_view path) {
  std::string out = "'";
  for (const char c : path) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

// The candidate in a file of its own, for as long as a run takes.
class CandidateFile {
 public:
  static Result<CandidateFile> create(const std::string& content, const std::string& suffix) {
    std::error_code error;
    const auto folder = std::filesystem::temp_directory_path(error);
    std::string path = (error ? std::filesystem::path("/tmp") : folder) / ("inquest-candidate-XXXXXX" + suffix);
    const int fd = mkostemps(path.data(), static_cast<int>(suffix.size()), O_CLOEXEC);
    if (fd < 0) return os_error("cannot create a file for the candidate");
    CandidateFile file(path);
    for (size_t done = 0; done < content.size();) {
      const ssize_t count = ::write(fd, content.data() + done, content.size() - done);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        const auto failed = os_error("cannot write the candidate");
        ::close(fd);
        return failed;
      }
      done += static_cast<size_t>(count);
    }
    ::close(fd);
    return file;
  }
  CandidateFile(CandidateFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  CandidateFile(const CandidateFile&) = delete;
  CandidateFile& operator=(const CandidateFile&) = delete;
  CandidateFile& operator=(CandidateFile&&) = delete;
  ~CandidateFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  const std::string& path() const { return path_; }

 private:
  explicit CandidateFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// Between fork and exec: only what is safe there.
[[noreturn]] void become(const char* command, const char* input, bool shown, char* const* environment,
                         const sigset_t& mask) {
  ::setpgid(0, 0);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  const int in = ::open(input, O_RDONLY);
  const int out = shown ? STDERR_FILENO : ::open("/dev/null", O_WRONLY);
  if (in < 0 || out < 0 || ::dup2(in, STDIN_FILENO) < 0 || ::dup2(out, STDOUT_FILENO) < 0 ||
      ::dup2(out, STDERR_FILENO) < 0)
    ::_exit(127);
  const std::array<const char*, 4> arguments = {"sh", "-c", command, nullptr};
  ::execve("/bin/sh", const_cast<char* const*>(arguments.data()), environment);  // NOLINT: execve's signature
  ::_exit(127);
}

}  // namespace

TestCommand::TestCommand(std::string command, std::string suffix, bool shown, uint32_t timeout_s)
    : command_(std::move(command)), suffix_(std::move(suffix)), shown_(shown), timeout_s_(timeout_s) {
  sigemptyset(&awaited_);
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&awaited_, signal);
  ::pthread_sigmask(SIG_BLOCK, &awaited_, &before_);
}

TestCommand::~TestCommand() {
  interrupted();  // what came until now is dealt with
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool TestCommand::interrupted() {
  constexpr timespec kNow = {0, 0};
  for (int signal = 0; (signal = ::sigtimedwait(&awaited_, nullptr, &kNow)) > 0;)
    interrupted_ = interrupted_ || signal != SIGCHLD;
  return interrupted_;
}

// Until a signal comes, of the command's end too.
void TestCommand::wait_a_moment() {
  constexpr timespec kMoment = {0, kPollNs};
  const int signal = ::sigtimedwait(&awaited_, nullptr, &kMoment);
  interrupted_ = interrupted_ || signal == SIGINT || signal == SIGTERM;
}

Result<CommandEnd> TestCommand::run(const std::string& candidate) {
  const auto file = CandidateFile::create(candidate, suffix_);
  if (!file) return fail(file.error());
  std::string command;
  bool named = false;
  for (size_t i = 0; i < command_.size(); ++i) {
    if (command_.compare(i, 2, "{}") == 0) {
      command += shell_quoted(file->path());
      named = true;
      ++i;
    } else {
      command += command_[i];
    }
  }
  // All that allocates happens before fork.
  const std::string variable = "INQUEST_CANDIDATE=" + file->path();
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("INQUEST_CANDIDATE=")) environment.push_back(*entry);
  }
  environment.push_back(const_cast<char*>(variable.c_str()));  // NOLINT: execve's signature
  environment.push_back(nullptr);

  const pid_t pid = ::fork();
  if (pid < 0) return os_error("cannot start the test command");
  if (pid == 0)
    become(command.c_str(), named ? "/dev/null" : file->path().c_str(), shown_, environment.data(), before_);
  ::setpgid(pid, pid);  // in the parent, too: whoever comes first

  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  std::optional<Clock::time_point> asked;  // to end
  CommandEnd end;
  int status = 0;
  while (true) {
    const pid_t got = ::waitpid(pid, &status, WNOHANG);
    if (got == pid) break;
    if (got < 0 && errno != EINTR) return os_error("cannot wait for the test command");
    const auto now = Clock::now();
    if (!asked) {
      end.interrupted = interrupted();
      end.timed_out = !end.interrupted && timeout_s_ > 0 && now - start > std::chrono::seconds(timeout_s_);
      if (end.interrupted || end.timed_out) {
        ::kill(-pid, SIGTERM);
        asked = now;
      }
    } else if (now - *asked > kGrace) {
      ::kill(-pid, SIGKILL);
    }
    wait_a_moment();
  }
  // What it left behind in its group must not disturb the next run.
  if (asked) ::kill(-pid, SIGKILL);
  if (interrupted()) end.interrupted = true;
  end.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return end;
}

}  // namespace inquest::app
