// Runs the program as its users do, and catches all that it says.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inquest::testing {

struct Invocation {
  std::vector<std::string> arguments;
  std::string input;                               // standard input
  std::string late_input;                          // more of it, some seconds after the first was read
  std::map<std::string, std::string> environment;  // added to PATH alone: nothing of the tester's own leaks in
  std::string folder;                              // where it runs; empty: here
  enum class Output { Pipe, Terminal, ClosedPipe, Closed, Full } output = Output::Pipe;  // where standard output goes
  bool error_terminal = false;  // standard error too, with Terminal
};

struct Ended {
  int status = -1;  // exit status; -1 where a signal ended it
  int signal = 0;
  std::string out;  // of a terminal, with its "\r\n" made "\n"
  std::string err;
};

// Whether this machine can give Output::Terminal: a chroot without /dev/pts can't.
bool has_terminals();

// Runs INQUEST_BINARY to its end.
Ended run_inquest(const Invocation& invocation);
// With these arguments and nothing special.
Ended run_inquest(std::vector<std::string> arguments);

// A folder that is gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  // Writes a file there and gives its path.
  std::string write(const std::string& name, const std::string& bytes) const;
  // Names of what is in it, sorted.
  std::vector<std::string> names() const;

 private:
  std::string path_;
};

}  // namespace inquest::testing
