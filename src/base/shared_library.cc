#include "base/shared_library.h"

#include <dlfcn.h>

#include <fmt/format.h>

namespace inquest {

Result<SharedLibrary> SharedLibrary::load(const std::string& name) {
  void* const handle = ::dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const why = ::dlerror();
    return fail(ErrorCode::NotFound, fmt::format("the library {} is needed, but cannot be loaded: {}", name,
                                                 why == nullptr ? "no reason is given" : why));
  }
  return SharedLibrary(name, handle);
}

void* SharedLibrary::symbol(const char* name) {
  void* const found = ::dlsym(handle_, name);
  if (found == nullptr && missing_.empty()) missing_ = name;
  return found;
}

Result<void> SharedLibrary::complete() const {
  if (missing_.empty()) return {};
  return fail(ErrorCode::Unsupported, fmt::format("the library {} has no function {}", name_, missing_));
}

}  // namespace inquest
