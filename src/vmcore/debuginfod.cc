#include "vmcore/debuginfod.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <dlfcn.h>
#include <unistd.h>

namespace inquest::vmcore {
namespace {

// As <elfutils/debuginfod.h> declares them; a length of 0 says that the id is hexadecimal text.
using Begin = void* (*)();
using Find = int (*)(void* client, const unsigned char* id, int length, char** path);
using End = void (*)(void* client);

bool hexadecimal(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

std::optional<std::string> ask_debuginfod(std::string_view build_id) {
  if (!hexadecimal(build_id)) return std::nullopt;
  const std::unique_ptr<void, int (*)(void*)> library(dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_LOCAL),
                                                      [](void*) { return 0; });
  if (!library) return std::nullopt;
  const auto begin = reinterpret_cast<Begin>(dlsym(library.get(), "debuginfod_begin"));
  const auto find = reinterpret_cast<Find>(dlsym(library.get(), "debuginfod_find_debuginfo"));
  const auto end = reinterpret_cast<End>(dlsym(library.get(), "debuginfod_end"));
  if (begin == nullptr || find == nullptr || end == nullptr) return std::nullopt;
  void* const client = begin();
  if (client == nullptr) return std::nullopt;
  const std::string id(build_id);
  char* raw = nullptr;
  const int file = find(client, reinterpret_cast<const unsigned char*>(id.c_str()), 0, &raw);
  const std::unique_ptr<char, decltype(&std::free)> path(raw, &std::free);
  end(client);
  if (file < 0) return std::nullopt;
  close(file);
  return path ? std::optional<std::string>(path.get()) : std::nullopt;
}

}  // namespace inquest::vmcore
