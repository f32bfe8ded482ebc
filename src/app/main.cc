// inquest: finds out why a Linux host died.
#include <cerrno>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include <fcntl.h>

#include "app/cli.h"
#include "app/message.h"

namespace {

// A file that is opened while standard output is closed would get its number, and our results. Each closed one is
// replaced by something on which reading or writing fails as it would have.
void occupy_standard_files() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace inquest::app;
  occupy_standard_files();
  try {
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    return static_cast<int>(run(arguments));
  } catch (const std::bad_alloc&) {
    complain("out of memory");
  } catch (const std::exception& error) {
    complain(error.what());
  }
  return static_cast<int>(ExitStatus::Failed);
}
