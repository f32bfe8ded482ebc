// Compiles the words that crash reports begin with: compile_headers HEADERS.bin. Runs during the build.

#include <cstdio>
#include <fstream>

#include <fmt/format.h>

#include "crashtext/header_database.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: compile_headers HEADERS.bin\n");
    return 2;
  }
  const auto bytes = inquest::crashtext::compile_headers();
  if (!bytes) {
    fmt::print(stderr, "{}\n", bytes.error().text());
    return 1;
  }
  std::ofstream out(argv[1], std::ios::binary);
  out << *bytes;
  out.close();
  if (!out) fmt::print(stderr, "{}: not written\n", argv[1]);
  return out ? 0 : 1;
}
