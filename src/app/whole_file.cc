#include "app/whole_file.h"

#include <vector>

#include <fmt/format.h>

#include "base/file.h"

namespace inquest::app {

Result<std::string> read_whole(const std::string& path, size_t most) {
  auto file = path == "-" ? Result<File>(File::standard_input()) : File::open(path);
  if (!file) return fail(file.error());
  std::string text;
  std::vector<char> buffer(size_t{64} << 10U);
  while (true) {
    const auto got = file->read_next(buffer);
    if (!got) return fail(got.error());
    if (*got == 0) return text;
    text.append(buffer.data(), *got);
    if (text.size() > most)
      return fail({ErrorCode::Limit, fmt::format("it has more than {} MiB", most >> 20U), path, 0, 0});
  }
}

}  // namespace inquest::app
