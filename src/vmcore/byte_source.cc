#include "vmcore/byte_source.h"

#include <algorithm>

#include <fmt/format.h>

namespace inquest::vmcore {

std::unexpected<Error> fail_at(const ByteSource& bytes, uint64_t offset, ErrorCode code, std::string message) {
  return fail(Error{code, std::move(message), bytes.name(), offset, 0});
}

Result<std::vector<std::byte>> ByteSource::bytes(uint64_t offset, uint64_t count, uint64_t limit) const {
  if (count > limit) {
    return fail_at(*this, offset, ErrorCode::Limit, fmt::format("{} bytes in one piece, {} at most", count, limit));
  }
  // Asked before anything is allocated: a length out of a damaged header costs nothing.
  if (offset > size() || count > size() - offset) {
    return fail_at(*this, offset, ErrorCode::Truncated, fmt::format("the file ends before these {} bytes", count));
  }
  std::vector<std::byte> out(static_cast<size_t>(count));
  if (const auto done = read(offset, out); !done) return fail(done.error());
  return out;
}

Result<FileBytes> FileBytes::open(const std::string& path) {
  auto file = File::open(path);
  if (!file) return fail(file.error());
  if (!file->regular()) {
    return fail(Error{ErrorCode::Unsupported, "a dump is read from a file, not from a pipe", path, 0, 0});
  }
  return FileBytes(std::move(*file), path);
}

Result<void> FileBytes::read(uint64_t offset, std::span<std::byte> out) const {
  size_t done = 0;
  while (done < out.size()) {
    const std::span<char> rest(reinterpret_cast<char*>(out.data()) + done, out.size() - done);
    const auto got = file_.read_at(offset + done, rest);
    if (!got) return fail_at(*this, offset + done, ErrorCode::Io, got.error().message);
    if (*got == 0) return fail_at(*this, offset + done, ErrorCode::Truncated, "the file ends here");
    done += *got;
  }
  return {};
}

Result<void> MemoryBytes::read(uint64_t offset, std::span<std::byte> out) const {
  if (offset > bytes_.size() || out.size() > bytes_.size() - offset) {
    return fail_at(*this, std::min<uint64_t>(offset, bytes_.size()), ErrorCode::Truncated, "the bytes end here");
  }
  std::ranges::copy(bytes_.subspan(static_cast<size_t>(offset), out.size()), out.begin());
  return {};
}

}  // namespace inquest::vmcore
