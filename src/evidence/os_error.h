// The operating system's refusals in the words of the person who gave the evidence.
#pragma once

#include "base/error.h"

namespace inquest::evidence {

// NotFound "no such file or folder", Denied "permission denied", else Io with what the system says.
Error os_error(int number);

}  // namespace inquest::evidence
