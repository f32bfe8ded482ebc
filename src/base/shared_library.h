// A shared library that is loaded when it is first needed: what most runs of the program do without should not be
// paid for, in start-up time, by all of them.
#pragma once

#include <string>

#include "base/error.h"

namespace inquest {

// Stays loaded until the program ends, since libraries that keep threads or exit handlers cannot be unloaded safely.
// Loading the same one again is cheap. May be used by several threads.
class SharedLibrary {
 public:
  // By the name that programs link to: "libcurl.so.4". NotFound where it is not installed.
  static Result<SharedLibrary> load(const std::string& name);

  // Fills in the function of that name, as the library's own header declares it; a library that lacks it is noted for
  // complete(), and the function is null.
  //     library.bind(easy_init, "curl_easy_init");   // decltype(&::curl_easy_init) easy_init
  template <class Function>
  void bind(Function*& function, const char* name) {
    function = reinterpret_cast<Function*>(symbol(name));
  }

  // Unsupported, naming the function, where something that was asked for is not there.
  Result<void> complete() const;

 private:
  SharedLibrary(std::string name, void* handle) : name_(std::move(name)), handle_(handle) {}
  void* symbol(const char* name);

  std::string name_;
  void* handle_;
  std::string missing_;
};

}  // namespace inquest
