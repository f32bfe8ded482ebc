#include "evidence/os_error.h"

#include <cerrno>
#include <cstring>

namespace inquest::evidence {

Error os_error(int number) {
  if (number == ENOENT || number == ENOTDIR) return {ErrorCode::NotFound, "no such file or folder", {}, 0, 0};
  if (number == EACCES || number == EPERM) return {ErrorCode::Denied, "permission denied", {}, 0, 0};
  return {ErrorCode::Io, std::strerror(number), {}, 0, 0};
}

}  // namespace inquest::evidence
