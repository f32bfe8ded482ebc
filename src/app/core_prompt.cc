#include "app/core_prompt.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <histedit.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "app/core_completion.h"
#include "app/message.h"
#include "base/text.h"

namespace inquest::app {
namespace {

constexpr int kRemembered = 2000;  // lines of history

// ---- where the history is

std::string history_file() {
  namespace fs = std::filesystem;
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  fs::path folder;
  if (state != nullptr && state[0] == '/') {
    folder = state;
  } else if (home != nullptr && home[0] == '/') {
    folder = fs::path(home) / ".local/state";
  } else {
    return {};
  }
  std::error_code error;
  fs::create_directories(folder / "inquest", error);
  return error ? std::string() : (folder / "inquest/core_history").string();
}

// ---- a command, in a process of its own

void ignore_signal(int /*signal*/) {}

// Signals of the terminal interrupt what waits here, and end those who were started from here.
void set_interrupt(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// Runs it with these bytes as standard input. False where the shell could not find it.
bool feed(int bytes, const std::string& program) {
  lseek(bytes, 0, SEEK_SET);
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    set_interrupt(SIG_DFL);
    dup2(bytes, STDIN_FILENO);
    execl("/bin/sh", "sh", "-c", program.c_str(), nullptr);
    _exit(127);
  }
  constexpr int kNotFound = 127;
  const int status = wait_for(child);
  return !(WIFEXITED(status) && WEXITSTATUS(status) == kNotFound);
}

struct Screen {
  size_t rows = 24, columns = 80;
};

Screen screen() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return {};
  return {size.ws_row, size.ws_col};
}

bool fits(std::string_view text) {
  const Screen size = screen();
  size_t rows = 0;
  for (const std::string_view line : lines(text)) rows += 1 + line.size() / size.columns;
  return rows < size.rows;
}

std::string all_of(int bytes) {
  std::string out;
  const off_t size = lseek(bytes, 0, SEEK_END);
  if (size <= 0) return out;
  out.resize(static_cast<size_t>(size));
  size_t have = 0;
  while (have < out.size()) {
    const ssize_t got = pread(bytes, out.data() + have, out.size() - have, static_cast<off_t>(have));
    if (got <= 0) break;
    have += static_cast<size_t>(got);
  }
  out.resize(have);
  return out;
}

void show(int answer) {
  const std::string text = all_of(answer);
  const char* wish = std::getenv("PAGER");
  const std::string pager = wish != nullptr ? wish : "less -R";
  if (!fits(text) && !pager.empty() && feed(answer, pager)) return;
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

// "log | grep oops": the program behind the sign, which also stands in expressions.
std::string take_program(std::string& line) {
  const auto words = split_blanks(line);
  const CoreCommand* command = words.empty() ? nullptr : find_core_command(words[0]);
  const size_t sign = line.find(" | ");
  if (sign == std::string::npos || command == nullptr || command->name == "print" || command->name == "search")
    return {};
  std::string out = line.substr(sign + 3);
  line.resize(sign);
  return out;
}

void run_apart(std::string line, const RunCoreLine& run) {
  const std::string program = take_program(line);
  const int answer = memfd_create("answer", MFD_CLOEXEC);
  std::fflush(nullptr);
  const pid_t child = answer < 0 ? -1 : fork();
  if (child < 0) {
    // Without a second process it cannot be stopped, but answered.
    if (answer >= 0) close(answer);
    (void)run(line);
    return;
  }
  if (child == 0) {
    set_interrupt(SIG_DFL);
    dup2(answer, STDOUT_FILENO);
    const ExitStatus status = run(line);
    std::fflush(nullptr);
    _exit(static_cast<int>(status));
  }
  const int status = wait_for(child);
  if (WIFSIGNALED(status)) {
    fmt::print(stderr, "\n");
    if (WTERMSIG(status) != SIGINT) complain(fmt::format("the command died of signal {}", WTERMSIG(status)));
  }
  if (program.empty()) {
    show(answer);
  } else if (!feed(answer, program)) {
    complain(fmt::format("no program \"{}\"", printable(program)));
  }
  close(answer);
}

// ---- the line editor

struct CloseEditor {
  void operator()(EditLine* editor) const { el_end(editor); }
};
struct CloseHistory {
  void operator()(History* history) const { history_end(history); }
};

char* prompt_text(EditLine* /*editor*/) {
  static std::array<char, 10> text = {'i', 'n', 'q', 'u', 'e', 's', 't', '>', ' ', '\0'};
  return text.data();
}

void list_names(const std::vector<std::string>& names) {
  size_t width = 0;
  for (const std::string& name : names) width = std::max(width, name.size() + 2);
  const size_t across = std::max<size_t>(1, screen().columns / std::max<size_t>(width, 1));
  std::string out = "\n";
  for (size_t i = 0; i < names.size(); ++i) {
    out += fmt::format("{:<{}}{}", printable(names[i]), width, (i + 1) % across == 0 ? "\n" : "");
  }
  if (!out.ends_with('\n')) out += '\n';
  std::fwrite(out.data(), 1, out.size(), stdout);
}

unsigned char complete(EditLine* editor, int /*key*/) {
  void* data = nullptr;
  el_get(editor, EL_CLIENTDATA, &data);
  const LineInfo* info = el_line(editor);
  if (data == nullptr || info == nullptr) return CC_ERROR;
  const std::string line(info->buffer, static_cast<size_t>(info->cursor - info->buffer));
  const CoreCompletion found = complete_core_line(*static_cast<CoreSession*>(data), line);
  if (found.names.empty()) return CC_REFRESH_BEEP;
  std::string common = found.names[0];
  for (const std::string& name : found.names) {
    common.resize(static_cast<size_t>(std::ranges::mismatch(common, name).in1 - common.begin()));
  }
  std::string more = common.substr(std::min(common.size(), found.begun.size()));
  if (found.names.size() == 1 && found.begun.size() == line.size()) more += ' ';
  if (!more.empty()) return el_insertstr(editor, more.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
  if (found.names.size() == 1) return CC_REFRESH;
  list_names(found.names);
  return CC_REDISPLAY;
}

}  // namespace

ExitStatus core_prompt(CoreSession& session, const RunCoreLine& run) {
  const std::unique_ptr<EditLine, CloseEditor> editor(el_init("inquest", stdin, stdout, stderr));
  const std::unique_ptr<History, CloseHistory> history(history_init());
  if (!editor || !history) {
    complain("the terminal cannot be set up");
    return ExitStatus::Failed;
  }
  HistEvent event{};
  const std::string file = history_file();
  ::history(history.get(), &event, H_SETSIZE, kRemembered);
  ::history(history.get(), &event, H_SETUNIQUE, 1);
  if (!file.empty()) ::history(history.get(), &event, H_LOAD, file.c_str());
  el_set(editor.get(), EL_CLIENTDATA, &session);
  el_set(editor.get(), EL_PROMPT, &prompt_text);
  el_set(editor.get(), EL_EDITOR, "emacs");
  el_set(editor.get(), EL_HIST, ::history, history.get());
  el_set(editor.get(), EL_ADDFN, "complete", "completes a name", &complete);
  el_set(editor.get(), EL_BIND, "^I", "complete", nullptr);
  el_source(editor.get(), nullptr);
  // What every command needs is read once, here, as their processes forget it.
  (void)session.kernel.symbols();
  (void)session.kernel.types().find("struct task_struct");
  (void)session.kernel.modules();
  set_interrupt(ignore_signal);
  (void)run("sys");
  fmt::print("\n\"help\" lists the commands, \"exit\" ends.\n");
  for (;;) {
    std::fflush(stdout);
    int count = 0;
    errno = 0;
    const char* text = el_gets(editor.get(), &count);
    if (text == nullptr || count <= 0) {
      if (errno != EINTR) break;
      // ^C gives the line up.
      el_reset(editor.get());
      fmt::print("\n");
      continue;
    }
    const std::string line(trim(text));
    if (line.empty()) continue;
    ::history(history.get(), &event, H_ENTER, line.c_str());
    if (line == "exit" || line == "quit" || line == "q") break;
    run_apart(line, run);
  }
  set_interrupt(SIG_DFL);
  if (!file.empty()) ::history(history.get(), &event, H_SAVE, file.c_str());
  return ExitStatus::Done;
}

std::optional<ExitStatus> core_lines(std::FILE* in, const RunCoreLine& run) {
  std::optional<ExitStatus> out;
  char* raw = nullptr;
  size_t room = 0;
  ssize_t size = 0;
  while ((size = getline(&raw, &room, in)) >= 0) {
    const std::string line(trim(std::string_view(raw, static_cast<size_t>(size))));
    if (line.empty() || line.starts_with('#')) continue;
    if (line == "exit" || line == "quit" || line == "q") break;
    const ExitStatus one = run(line);
    if (!out || one != ExitStatus::Done) out = one;
  }
  std::free(raw);
  return out;
}

}  // namespace inquest::app
