#include "support/recorder_process.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

namespace inquest::testing {
namespace {

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

RecorderProcess::RecorderProcess(const Setup& setup) {
  std::vector<std::string> words = setup.wrapper;
  words.insert(words.end(), {INQUEST_BINARY, "record", "--data", setup.data, "--http", "127.0.0.1:0"});
  for (const char* const listener : {"graphite", "influx-udp", "journal", "netconsole", "syslog"}) {
    const bool wanted = std::ranges::find(setup.listeners, listener) != setup.listeners.end();
    words.insert(words.end(), {std::string("--") + listener, wanted ? "127.0.0.1:0" : "none"});
  }
  words.insert(words.end(), setup.flags.begin(), setup.flags.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  constexpr int kCreate = O_WRONLY | O_CREAT | O_APPEND;
  posix_spawn_file_actions_addopen(&files, 1, output_.path("out").c_str(), kCreate, 0600);
  posix_spawn_file_actions_addopen(&files, 2, output_.path("err").c_str(), kCreate, 0600);
  if (posix_spawnp(&pid_, argv[0], &files, nullptr, argv.data(), environ) != 0) pid_ = -1;
  posix_spawn_file_actions_destroy(&files);
  if (setup.await) await();
}

RecorderProcess::~RecorderProcess() { kill(); }

bool RecorderProcess::await() {
  for (int i = 0; i < 12'000 && pid_ > 0; ++i) {
    if (port("http") != 0) return true;
    siginfo_t ended{};
    waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid == pid_) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

int RecorderProcess::port(std::string_view listener, std::string_view transport) const {
  // "  graphite      tcp:127.0.0.1:35351, udp:127.0.0.1:57609"
  const std::string text = out();
  for (const std::string_view line : lines(text)) {
    const std::vector<std::string_view> words = split_blanks(line);
    if (words.size() < 2 || words[0] != listener) continue;
    for (std::string_view word : words) {
      if (word.ends_with(',')) word.remove_suffix(1);
      const size_t colon = word.rfind(':');
      if (colon == std::string_view::npos) continue;
      const size_t first = word.find(':');
      if (first != colon && word.substr(0, first) != transport) continue;
      if (const auto port = parse_int<int>(word.substr(colon + 1))) return *port;
    }
  }
  return 0;
}

void RecorderProcess::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(std::exchange(pid_, -1), nullptr, 0);
}

int RecorderProcess::stop() {
  if (pid_ <= 0) return -1;
  ::kill(pid_, SIGTERM);
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string RecorderProcess::out() const { return content(output_.path("out")); }
std::string RecorderProcess::err() const { return content(output_.path("err")); }

std::string RecorderProcess::faults() const {
  const std::string text = err();
  for (const std::string_view sign : {"Sanitizer", "runtime error:"}) {
    if (text.find(sign) != std::string::npos) return text;
  }
  return {};
}

}  // namespace inquest::testing
